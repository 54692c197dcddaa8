// Batches that the engine cuts from the bytes of images in memory, where it has a kernel for that.
import * as tf from "@tensorflow/tfjs-core";
import type { ImageCrops } from "../types.ts";

/** Kernel without inputs: an ImageCrops, as attributes, to its images [batch, height, width, channels]. */
export const CropImages = "CropImages";

/** The images, as pixel/255 − mean, or undefined if the engine has no kernel for it. */
export function cropImages(crops: ImageCrops): tf.Tensor4D | undefined {
  const engine = tf.engine();
  const { backend, backendName } = engine;
  const kernel = tf.getKernel(CropImages, backendName);
  if (!kernel) return undefined;
  const images = kernel.kernelFunc({ inputs: {}, attrs: crops as unknown as tf.NamedAttrMap, backend });
  return engine.makeTensorFromTensorInfo(images as tf.TensorInfo) as tf.Tensor4D;
}
