// Our own compute shaders as data, and their text in WGSL. The bindings are generated from a program's inputs, outputs and
// parameters, so a shader's own text has only its arithmetic.

/** A compute shader. Programs with the same name are the same program, so the name must tell apart different texts. */
export interface Program {
  readonly name: string;
  /** The buffers that it reads: the name, and the type of an element in WGSL. */
  readonly inputs: Bindings;
  /** The buffers that it writes. An element that it does not write is undefined. */
  readonly outputs: Bindings;
  /** Scalars that change from call to call: `parameters.NAME`. */
  readonly parameters: Readonly<Record<string, "u32" | "f32">>;
  /** Declares the compute entry point `main`. */
  readonly code: string;
}

type Bindings = Readonly<Record<string, "f32" | "i32" | "vec2f">>;

/** The whole text of a program. Binding 0 is the parameters. Inputs and outputs follow in order. */
export function sourceOf({ inputs, outputs, parameters, code }: Program): string {
  const fields = Object.entries(parameters).map(([name, type]) => `  ${name}: ${type},`);
  const buffers = [
    ...Object.entries(inputs).map(([name, type]) => `var<storage, read> ${name}: array<${type}>;`),
    ...Object.entries(outputs).map(([name, type]) => `var<storage, read_write> ${name}: array<${type}>;`),
  ];
  return [
    `struct Parameters {\n${fields.join("\n")}\n}`,
    "@group(0) @binding(0) var<uniform> parameters: Parameters;",
    ...buffers.map((buffer, index) => `@group(0) @binding(${index + 1}) ${buffer}`),
    code,
  ].join("\n");
}

/** The parameters of a call as bytes, in the program's order. @throws Error if one is missing */
export function encodeParameters(program: Program, values: Readonly<Record<string, number>>): ArrayBuffer {
  const entries = Object.entries(program.parameters);
  // A uniform buffer's size is a multiple of 16 bytes.
  const view = new DataView(new ArrayBuffer(16 * Math.ceil(entries.length / 4)));
  entries.forEach(([name, type], index) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Expected a value of ${name} for ${program.name}, got none.`);
    if (type === "u32") view.setUint32(4 * index, value, true);
    else view.setFloat32(4 * index, value, true);
  });
  return view.buffer;
}

/** The number of invocations in a workgroup, which every adapter supports. */
export const workgroupSize = 256;

/** A program that runs its body once for each `i` below `parameters.count`. */
export function elementwise(program: Omit<Program, "code"> & { readonly body: string }): Program {
  const { body, parameters, ...rest } = program;
  return {
    ...rest,
    parameters: { count: "u32", ...parameters },
    code: `
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * ${workgroupSize}u + local;
  if (i >= parameters.count) {
    return;
  }
  ${body}
}`,
  };
}

/** The workgroups of an elementwise program, in two dimensions, because one dimension has at most 65,535. */
export function elementwiseGroups(count: number): readonly [number, number] {
  const groups = Math.ceil(count / workgroupSize);
  const rows = Math.ceil(groups / 32768);
  return [Math.ceil(groups / rows), rows];
}
