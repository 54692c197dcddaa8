// Two sums for each channel over all rows of a map, which batch normalisation and its gradient need. A first program sums
// segments of rows in parallel, and a second program sums the segments. The order of additions depends on the shape only,
// so the numbers are the same each time.
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { WebgpuBackend } from "./backend.ts";
import { type Program, workgroupSize } from "./program.ts";

/** The terms of the sums, and the use of the totals. */
export interface ColumnSums {
  /** The name of both programs. It must tell apart different texts below. */
  readonly name: string;
  readonly inputs: Program["inputs"];
  /** The two terms of the element `i` in the channel `channel`, as a vec2f. */
  readonly terms: string;
  readonly totals: {
    readonly inputs: Program["inputs"];
    /** One element per channel, or several in a row. */
    readonly outputs: Program["outputs"];
    readonly parameters: Program["parameters"];
    /** Writes the outputs of `channel` from `total`, a vec2f, and `parameters.rows`. */
    readonly code: string;
  };
}

export interface ColumnSumsCall {
  readonly rows: number;
  readonly channels: number;
  readonly inputs: readonly TensorInfo[];
  readonly totals: {
    readonly inputs: readonly TensorInfo[];
    readonly outputs: readonly (readonly number[])[];
    readonly parameters: Readonly<Record<string, number>>;
  };
}

/** The least number of rows that an invocation sums, if there are enough, and the largest number of segments. */
const rowsEach = 16;
const mostSegments = 256;
/** The number of invocations that sum the segments of one channel. */
const totalLanes = 64;

/** Runs both programs and returns the outputs of the second. */
export function columnSums(backend: WebgpuBackend, sums: ColumnSums, call: ColumnSumsCall): TensorInfo[] {
  const { rows, channels } = call;
  const width = channels <= 16 ? 16 : channels <= 32 ? 32 : 64;
  const lanes = workgroupSize / width;
  const wanted = Math.min(mostSegments, Math.ceil(rows / (lanes * rowsEach)));
  const rowsPerSegment = Math.ceil(rows / wanted);
  const segments = Math.ceil(rows / rowsPerSegment);
  const [partial] = backend.run(partialProgram(sums, width), {
    inputs: call.inputs,
    outputs: [[segments, channels, 2]],
    parameters: { rows, channels, rowsPerSegment },
    groups: [Math.ceil(channels / width), segments],
  });
  const totals = backend.run(totalProgram(sums), {
    inputs: [partial!, ...call.totals.inputs],
    outputs: call.totals.outputs,
    parameters: { rows, channels, segments, ...call.totals.parameters },
    groups: [channels],
  });
  backend.disposeData(partial!.dataId);
  return totals;
}

function partialProgram({ name, inputs, terms }: ColumnSums, width: number): Program {
  const lanes = workgroupSize / width;
  return {
    name: `${name} partial ${width}`,
    inputs,
    outputs: { partial: "vec2f" },
    parameters: { rows: "u32", channels: "u32", rowsPerSegment: "u32" },
    code: `
var<workgroup> sums: array<vec2f, ${workgroupSize}>;

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let channel = group.x * ${width}u + local % ${width}u;
  let lane = local / ${width}u;
  var sum = vec2f();
  if (channel < parameters.channels) {
    let first = group.y * parameters.rowsPerSegment;
    let end = min(first + parameters.rowsPerSegment, parameters.rows);
    for (var row = first + lane; row < end; row += ${lanes}u) {
      let i = row * parameters.channels + channel;
      sum += ${terms};
    }
  }
  sums[local] = sum;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half /= 2u) {
    if (lane < half) {
      sums[local] += sums[local + half * ${width}u];
    }
    workgroupBarrier();
  }
  if (lane == 0u && channel < parameters.channels) {
    partial[group.y * parameters.channels + channel] = sums[local];
  }
}`,
  };
}

function totalProgram({ name, totals }: ColumnSums): Program {
  return {
    name: `${name} total`,
    inputs: { partial: "vec2f", ...totals.inputs },
    outputs: totals.outputs,
    parameters: { rows: "u32", channels: "u32", segments: "u32", ...totals.parameters },
    code: `
var<workgroup> sums: array<vec2f, ${totalLanes}>;

@compute @workgroup_size(${totalLanes})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let channel = group.x;
  var sum = vec2f();
  for (var segment = local; segment < parameters.segments; segment += ${totalLanes}u) {
    sum += partial[segment * parameters.channels + channel];
  }
  sums[local] = sum;
  workgroupBarrier();
  for (var half = ${totalLanes / 2}u; half > 0u; half /= 2u) {
    if (local < half) {
      sums[local] += sums[local + half];
    }
    workgroupBarrier();
  }
  if (local == 0u) {
    let total = sums[0];
    ${totals.code}
  }
}`,
  };
}
