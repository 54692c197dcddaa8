// Runs a kernel of the engine in force by its name, fused or stock, outside of any gradient tape.
import * as tf from "@tensorflow/tfjs-core";

/** All outputs of a kernel; inputs that are undefined are left out. The caller owns the outputs. */
export function runKernel(kernelName: string, inputs: object, attributes: object = {}): tf.Tensor[] {
  const given = Object.entries(inputs).filter((entry): entry is [string, tf.Tensor] => entry[1] !== undefined);
  const outputs: unknown = tf
    .engine()
    .runKernel(kernelName, Object.fromEntries(given) as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
  return (Array.isArray(outputs) ? outputs : [outputs]) as tf.Tensor[];
}
