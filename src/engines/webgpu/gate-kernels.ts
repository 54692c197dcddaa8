// The kernels of the backend "webgpu" for gates, weighed paths and the gradient of a separate ReLU.
import type { KernelConfig } from "@tensorflow/tfjs-core";
import * as ops from "../../ops/kernels.ts";
import { columnSums } from "./column-sums.ts";
import { define, defineElementwise, type Kernel, rowsOf, sizeOf } from "./kernel.ts";
import { elementwise, elementwiseGroups } from "./program.ts";

/** For `registerKernel`. */
export function gateKernels(): KernelConfig[] {
  return [
    define(ops.Gate, gate),
    define(ops.GateGrad, gateGradient),
    defineElementwise<ops.GatedAttributes>(ops.Gated, ({ complement }) => gated[`${complement}`]),
    defineElementwise<ops.GatedAttributes>(ops.GatedGrad, ({ complement }) => gatedGradient[`${complement}`]),
    defineElementwise<ops.ScaleAttributes>(ops.Scale, () => scale),
    defineElementwise(ops.PositiveGrad, () => positiveGradient),
  ];
}

const sigmoid = elementwise({
  name: "gate",
  inputs: { x: "f32", bias: "f32" },
  outputs: { y: "f32" },
  parameters: { channels: "u32" },
  body: "y[i] = 1.0 / (1.0 + exp(-x[i] - bias[i % parameters.channels]));",
});

const gate: Kernel<unknown> = ({ x, bias }, _, backend) => {
  const count = sizeOf(x!.shape);
  return backend.run(sigmoid, {
    inputs: [x!, bias!],
    outputs: [x!.shape],
    parameters: { count, channels: rowsOf(x!.shape).channels },
    groups: elementwiseGroups(count),
  });
};

const sigmoidGradient = elementwise({
  name: "gate gradient",
  inputs: { dy: "f32", y: "f32" },
  outputs: { dx: "f32" },
  parameters: {},
  body: "dx[i] = dy[i] * y[i] * (1.0 - y[i]);",
});

const gateGradient: Kernel<unknown> = ({ dy, y }, _, backend) => {
  const count = sizeOf(y!.shape);
  const [dx] = backend.run(sigmoidGradient, {
    inputs: [dy!, y!],
    outputs: [y!.shape],
    parameters: { count },
    groups: elementwiseGroups(count),
  });
  const { rows, channels } = rowsOf(y!.shape);
  const [dbias] = columnSums(
    backend,
    {
      name: "gate bias gradient",
      inputs: { dx: "f32" },
      terms: "vec2f(dx[i], 0.0)",
      totals: { inputs: {}, outputs: { dbias: "f32" }, parameters: {}, code: "dbias[channel] = total.x;" },
    },
    { rows, channels, inputs: [dx!], totals: { inputs: [], outputs: [[channels]], parameters: {} } },
  );
  return [dx!, dbias!];
};

const passed = { true: "(1.0 - gate[i])", false: "gate[i]" } as const;

const gated = {
  true: gatedProgram("true"),
  false: gatedProgram("false"),
};

function gatedProgram(complement: "true" | "false") {
  return elementwise({
    name: `gated ${complement}`,
    inputs: { x: "f32", gate: "f32" },
    outputs: { y: "f32" },
    parameters: {},
    body: `y[i] = x[i] * ${passed[complement]};`,
  });
}

const gatedGradient = {
  true: gatedGradientProgram("true"),
  false: gatedGradientProgram("false"),
};

function gatedGradientProgram(complement: "true" | "false") {
  return elementwise({
    name: `gated gradient ${complement}`,
    inputs: { dy: "f32", x: "f32", gate: "f32" },
    outputs: { dx: "f32", dgate: "f32" },
    parameters: {},
    body: `
  dx[i] = dy[i] * ${passed[complement]};
  dgate[i] = ${complement === "true" ? "-" : ""}dy[i] * x[i];`,
  });
}

const scale = elementwise({
  name: "scale",
  inputs: { x: "f32" },
  outputs: { y: "f32" },
  parameters: { factor: "f32" },
  body: "y[i] = parameters.factor * x[i];",
});

const positiveGradient = elementwise({
  name: "positive gradient",
  inputs: { dy: "f32", y: "f32" },
  outputs: { dx: "f32" },
  parameters: {},
  body: "dx[i] = select(0.0, dy[i], y[i] > 0.0);",
});
