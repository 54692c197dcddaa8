// Images of random bytes, of any size: what `bench` trains on. Their batches are made as those of real images are.
import { randomStream } from "../random.ts";
import type { ImageSet } from "../types.ts";

/** `count` images; the classes (the first 256 of them, as a label is a byte) take turns. */
export function noiseImages(
  count: number,
  { height, width, channels, classes }: { height: number; width: number; channels: number; classes: number },
): ImageSet {
  const uniform = randomStream(0, "benchmark", 0);
  const bytes = count * height * width * channels;
  const words = Uint32Array.from({ length: Math.ceil(bytes / 4) }, (_, index) => uniform(index) * 2 ** 32);
  return {
    count,
    height,
    width,
    channels,
    pixels: new Uint8Array(words.buffer, 0, bytes),
    labels: Uint8Array.from({ length: count }, (_, index) => index % Math.min(classes, 256)),
  };
}
