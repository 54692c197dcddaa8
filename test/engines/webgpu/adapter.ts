// Helpers of the webgpu engine's tests: the engine if the machine has an adapter, and a computation that runs on the
// reference and on webgpu. SwiftShader, from Debian's `chromium`, is an adapter without a GPU:
// VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json XDG_RUNTIME_DIR=/tmp
import * as tf from "@tensorflow/tfjs-core";
import { openEngine } from "../../../src/engines/choice.ts";
import type { WebgpuBackend } from "../../../src/engines/webgpu/backend.ts";
import { openWebgpu } from "../../../src/engines/webgpu/engine.ts";

const opened = await openWebgpu();
if ("unavailable" in opened) process.stderr.write(`Skipped, as the webgpu engine is not here: ${opened.unavailable}\n`);

/** Whether the machine has an adapter. */
export const hasAdapter = !("unavailable" in opened);

export function backend(): WebgpuBackend {
  return tf.backend() as WebgpuBackend;
}

/** The values of the tensors that `compute` makes on the reference engine, and on WebGPU. */
export async function onBoth(
  compute: () => tf.Tensor[],
): Promise<{ expected: Float32Array[]; actual: Float32Array[] }> {
  await openEngine("cpu");
  const expected = await valuesOf(compute);
  await openEngine("webgpu");
  return { expected, actual: await valuesOf(compute) };
}

export async function valuesOf(compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  const tensors = tf.tidy(compute);
  const values = await Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())));
  tf.dispose(tensors);
  return values;
}
