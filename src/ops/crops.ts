// Batches that the engine cuts from the bytes of images in memory, where it has a kernel for that.
import * as tf from "@tensorflow/tfjs-core";
import type { ImageCrops } from "../types.ts";
import { runKernel } from "./kernel.ts";

/** Kernel without inputs: an ImageCrops, as attributes, to its images [batch, height, width, channels]. */
export const CropImages = "CropImages";

/** The images, as pixel/255 − mean, or undefined if the engine has no kernel for it. */
export function cropImages(crops: ImageCrops): tf.Tensor4D | undefined {
  if (!tf.getKernel(CropImages, tf.getBackend())) return undefined;
  return runKernel(CropImages, {}, crops)[0] as tf.Tensor4D;
}
