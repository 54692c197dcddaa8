// The reference engine: TensorFlow.js's stock CPU backend in plain JavaScript. It runs everywhere, slowly, on one thread.
import { version_cpu } from "@tensorflow/tfjs-backend-cpu";
import { registerComposedKernels } from "../../ops/composed.ts";
import { registerMixedKernels } from "../../ops/mixed.ts";
import type { Engine } from "../engine.ts";
import { processorName } from "../processor.ts";
import { registerConvolutionGradients } from "./convolution-gradients.ts";

let registered = false;

/** Registers the fused kernels and quicker gradients for the stock backend, which registers itself on import. */
export function openCpu(): Engine {
  if (!registered) {
    registerConvolutionGradients();
    registerComposedKernels("cpu");
    registerMixedKernels("cpu");
  }
  registered = true;
  return {
    name: "cpu",
    description: "cpu (plain JavaScript, 1 thread)",
    version: version_cpu,
    threads: 1,
    slow: true,
    device: { kind: "cpu", name: processorName() },
  };
}
