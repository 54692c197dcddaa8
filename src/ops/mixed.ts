// The kernels of bf16-mixed precision, composed of an engine's float32 kernels. They round filters, activations and their
// gradients to bfloat16 before and after each kernel. Tests compare faster kernels with them. Clarity comes before speed.
import * as tf from "@tensorflow/tfjs-core";
import * as kernels from "./kernels.ts";
import { mixedName, Store } from "./precision.ts";

interface Rounded {
  readonly inputs: readonly string[];
  readonly outputs: readonly number[];
}

const none: Rounded = { inputs: [], outputs: [] };

/** The inputs and outputs of each kernel that are activations, gradients of activations, or filters. */
const roundedOf: Readonly<Record<string, Rounded>> = {
  [tf.Conv2D]: { inputs: ["x", "filter"], outputs: [0] },
  [tf.Conv2DBackpropInput]: { inputs: ["dy", "filter"], outputs: [0] },
  [kernels.ConvolutionInputGradientSum]: { inputs: ["dy", "filter", "other"], outputs: [0] },
  [tf.Conv2DBackpropFilter]: { inputs: ["x", "dy"], outputs: [] },
  [tf.BatchMatMul]: none,
  [tf.MaxPool]: { inputs: ["x"], outputs: [0] },
  [tf.MaxPoolGrad]: { inputs: ["dy", "input", "output"], outputs: [0] },
  [tf.Add]: { inputs: ["a", "b"], outputs: [0] },
  [tf.Relu]: { inputs: ["x"], outputs: [0] },
  [kernels.BatchNormTrain]: { inputs: ["x", "shortcut"], outputs: [0] },
  [kernels.BatchNormTrainGrad]: { inputs: ["dy", "x", "y"], outputs: [0, 3] },
  [kernels.BatchNormInference]: { inputs: ["x", "shortcut"], outputs: [0] },
  [kernels.SoftmaxCrossEntropy]: none,
  [kernels.SoftmaxCrossEntropyGrad]: none,
  [kernels.MomentumUpdate]: none,
  [kernels.IdentityShortcut]: { inputs: ["x"], outputs: [0] },
  [kernels.IdentityShortcutGrad]: { inputs: ["dy"], outputs: [0] },
  [kernels.GlobalAveragePool]: { inputs: ["x"], outputs: [] },
  [kernels.GlobalAveragePoolGrad]: { inputs: [], outputs: [0] },
  [kernels.Gate]: { inputs: ["x"], outputs: [0] },
  [kernels.GateGrad]: { inputs: ["dy", "y"], outputs: [0] },
  [kernels.Gated]: { inputs: ["x", "gate"], outputs: [0] },
  [kernels.GatedGrad]: { inputs: ["dy", "x", "gate"], outputs: [0, 1] },
  [kernels.Scale]: { inputs: ["x"], outputs: [0] },
  [kernels.PositiveGrad]: { inputs: ["dy", "y"], outputs: [0] },
};

/** Registers them for the backend with that name, which has the float32 kernels. */
export function registerMixedKernels(backendName: string): void {
  for (const [kernelName, rounded] of Object.entries(roundedOf)) {
    tf.registerKernel({
      kernelName: mixedName(kernelName),
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        tf.tidy(() => {
          const entries = Object.entries(inputs as tf.NamedTensorMap);
          const given = Object.fromEntries(
            entries.map(([name, input]) => [name, rounded.inputs.includes(name) ? round(input) : input]),
          );
          const outputs: unknown = tf.engine().runKernel(kernelName, given, attrs as tf.NamedAttrMap);
          const list = (Array.isArray(outputs) ? outputs : [outputs]) as tf.Tensor[];
          return list.map((output, index) => (rounded.outputs.includes(index) ? round(output) : output));
        }),
    });
  }
  tf.registerKernel({
    kernelName: mixedName(Store),
    backendName,
    kernelFunc: ({ inputs }) => round((inputs as { x: tf.Tensor }).x),
  });
}

function round(x: tf.Tensor): tf.Tensor {
  return tf.tensor(roundToBfloat16(x.dataSync() as Float32Array), x.shape);
}

/** Rounds to the nearest bfloat16, ties to even. Denormal numbers become zero. */
export function roundToBfloat16(values: Float32Array): Float32Array {
  const rounded = new Float32Array(values);
  const bits = new Uint32Array(rounded.buffer);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!;
    const exponent = word & 0x7f800000;
    if (exponent === 0) bits[i] = word & 0x80000000;
    else if (exponent !== 0x7f800000) bits[i] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
  }
  return rounded;
}
