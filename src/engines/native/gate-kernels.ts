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
      backend.addon.gate(backend.floats(x!), backend.floats(bias!), y.values, rows, channels);
      return y.info;
    }),
    define(ops.GateGrad, ({ dy, y }, _, backend) => {
      const { rows, channels } = rowsOf(y!.shape);
      const dx = backend.makeOutput32(y!.shape);
      const dbias = backend.makeOutput32([channels]);
      const [dyValues, yValues] = [backend.floats(dy!), backend.floats(y!)];
      backend.addon.gateGradient(dyValues, yValues, dx.values, dbias.values, rows, channels);
      return [dx.info, dbias.info];
    }),
    define<ops.GatedAttributes>(ops.Gated, ({ x, gate }, { complement }, backend) => {
      const y = backend.makeOutput32(x!.shape);
      backend.addon.gated(backend.floats(x!), backend.floats(gate!), y.values, sizeOf(x!.shape), complement);
      return y.info;
    }),
    define<ops.GatedAttributes>(ops.GatedGrad, ({ dy, x, gate }, { complement }, backend) => {
      const dx = backend.makeOutput32(x!.shape);
      const dgate = backend.makeOutput32(x!.shape);
      const inputs = [backend.floats(dy!), backend.floats(x!), backend.floats(gate!)] as const;
      backend.addon.gatedGradient(...inputs, dx.values, dgate.values, sizeOf(x!.shape), complement);
      return [dx.info, dgate.info];
    }),
    define<ops.ScaleAttributes>(ops.Scale, ({ x }, { factor }, backend) => {
      const y = backend.makeOutput32(x!.shape);
      backend.addon.scale(backend.floats(x!), y.values, sizeOf(x!.shape), factor);
      return y.info;
    }),
    define(Relu, ({ x }, _, backend) => {
      if (!areFloats(x!) || sizeOf(x!.shape) === 0) return undefined;
      const y = backend.makeOutput32(x!.shape);
      backend.addon.relu(backend.floats(x!), y.values, sizeOf(x!.shape));
      return y.info;
    }),
    define(ops.PositiveGrad, ({ dy, y }, _, backend) => {
      const dx = backend.makeOutput32(y!.shape);
      backend.addon.reluGradient(backend.floats(dy!), backend.floats(y!), dx.values, sizeOf(y!.shape));
      return dx.info;
    }),
  ];
}
