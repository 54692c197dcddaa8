// Gates, weighed paths and ReLU on its own as kernels of the backend "native".
import { type KernelConfig, Relu } from "@tensorflow/tfjs-core";
import * as ops from "../../ops/kernels.ts";
import { areFloats, define, rowsOf, sizeOf } from "./kernel.ts";

/** For `registerKernel`. */
export function gateKernels(): KernelConfig[] {
  return [
    define(ops.Gate, ({ x, bias }, _, backend) => {
      const { rows, channels } = rowsOf(x!.shape);
      const y = backend.makeOutput32(x!.shape);
      backend.addon.gate({ rows, channels, x: backend.floats(x!), bias: backend.floats(bias!), y: y.values });
      return y.info;
    }),
    define(ops.GateGrad, ({ dy, y }, _, backend) => {
      const { rows, channels } = rowsOf(y!.shape);
      const dx = backend.makeOutput32(y!.shape);
      const dbias = backend.makeOutput32([channels]);
      const outputs = { dx: dx.values, dbias: dbias.values };
      backend.addon.gateGradient({ rows, channels, dy: backend.floats(dy!), y: backend.floats(y!), ...outputs });
      return [dx.info, dbias.info];
    }),
    define<ops.GatedAttributes>(ops.Gated, ({ x, gate }, { complement }, backend) => {
      const y = backend.makeOutput32(x!.shape);
      const inputs = { x: backend.floats(x!), gate: backend.floats(gate!) };
      backend.addon.gated({ count: sizeOf(x!.shape), complement, ...inputs, y: y.values });
      return y.info;
    }),
    define<ops.GatedAttributes>(ops.GatedGrad, ({ dy, x, gate }, { complement }, backend) => {
      const dx = backend.makeOutput32(x!.shape);
      const dgate = backend.makeOutput32(x!.shape);
      const inputs = { dy: backend.floats(dy!), x: backend.floats(x!), gate: backend.floats(gate!) };
      const outputs = { dx: dx.values, dgate: dgate.values };
      backend.addon.gatedGradient({ count: sizeOf(x!.shape), complement, ...inputs, ...outputs });
      return [dx.info, dgate.info];
    }),
    define<ops.ScaleAttributes>(ops.Scale, ({ x }, { factor }, backend) => {
      const y = backend.makeOutput32(x!.shape);
      backend.addon.scale({ count: sizeOf(x!.shape), factor, x: backend.floats(x!), y: y.values });
      return y.info;
    }),
    define(Relu, ({ x }, _, backend) => {
      if (!areFloats(x!) || sizeOf(x!.shape) === 0) return undefined;
      const y = backend.makeOutput32(x!.shape);
      backend.addon.relu({ count: sizeOf(x!.shape), x: backend.floats(x!), y: y.values });
      return y.info;
    }),
    define(ops.PositiveGrad, ({ dy, y }, _, backend) => {
      const dx = backend.makeOutput32(y!.shape);
      const inputs = { dy: backend.floats(dy!), y: backend.floats(y!) };
      backend.addon.reluGradient({ count: sizeOf(y!.shape), ...inputs, dx: dx.values });
      return dx.info;
    }),
  ];
}
