// The kernels of the backend "native" for gates, weighed paths and a separate ReLU.
import { type KernelConfig, Relu } from "@tensorflow/tfjs-core";
import * as ops from "../../ops/kernels.ts";
import { areFloats, define, rowsOf, sizeOf } from "./kernel.ts";

/** For `registerKernel`. */
export function gateKernels(): KernelConfig[] {
  return [
    ...define(ops.Gate, ({ x, bias }, _, backend, activations) => {
      const { rows, channels } = rowsOf(x!.shape);
      const y = activations.make(x!.shape);
      activations.kernels.gate({ rows, channels, x: activations.read(x!), bias: backend.floats(bias!), y: y.values });
      return y.info;
    }),
    ...define(ops.GateGrad, ({ dy, y }, _, backend, activations) => {
      const { rows, channels } = rowsOf(y!.shape);
      const dx = activations.make(y!.shape);
      const dbias = backend.makeOutput32([channels]);
      const outputs = { dx: dx.values, dbias: dbias.values };
      activations.kernels.gateGradient({
        rows,
        channels,
        dy: activations.read(dy!),
        y: activations.read(y!),
        ...outputs,
      });
      return [dx.info, dbias.info];
    }),
    ...define<ops.GatedAttributes>(ops.Gated, ({ x, gate }, { complement }, _backend, activations) => {
      const y = activations.make(x!.shape);
      const inputs = { x: activations.read(x!), gate: activations.read(gate!) };
      activations.kernels.gated({ count: sizeOf(x!.shape), complement, ...inputs, y: y.values });
      return y.info;
    }),
    ...define<ops.GatedAttributes>(ops.GatedGrad, ({ dy, x, gate }, { complement }, _backend, activations) => {
      const dx = activations.make(x!.shape);
      const dgate = activations.make(x!.shape);
      const inputs = { dy: activations.read(dy!), x: activations.read(x!), gate: activations.read(gate!) };
      const outputs = { dx: dx.values, dgate: dgate.values };
      activations.kernels.gatedGradient({ count: sizeOf(x!.shape), complement, ...inputs, ...outputs });
      return [dx.info, dgate.info];
    }),
    ...define<ops.ScaleAttributes>(ops.Scale, ({ x }, { factor }, _backend, activations) => {
      const y = activations.make(x!.shape);
      activations.kernels.scale({ count: sizeOf(x!.shape), factor, x: activations.read(x!), y: y.values });
      return y.info;
    }),
    ...define(Relu, ({ x }, _, _backend, activations) => {
      if (!areFloats(x!) || sizeOf(x!.shape) === 0) return undefined;
      const y = activations.make(x!.shape);
      activations.kernels.relu({ count: sizeOf(x!.shape), x: activations.read(x!), y: y.values });
      return y.info;
    }),
    ...define(ops.PositiveGrad, ({ dy, y }, _, _backend, activations) => {
      const dx = activations.make(y!.shape);
      const inputs = { dy: activations.read(dy!), y: activations.read(y!) };
      activations.kernels.reluGradient({ count: sizeOf(y!.shape), ...inputs, dx: dx.values });
      return dx.info;
    }),
  ];
}
