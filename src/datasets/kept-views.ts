// The centres of small images, kept in memory once they are decoded: a net that sees the same centres in each epoch would
// else wait for the decoder. Only for sets whose centres all fit.
import type { ImageFiles } from "../types.ts";
import type { View } from "./scale-crop.ts";

/** Of one set. */
const mostBytes = 256_000_000;

const kept = new WeakMap<ImageFiles, Map<string, Uint8Array>>();

/** Where the pixels of an image under a view are kept. */
export interface KeptView {
  readonly pixels: Uint8Array | undefined;
  keep(pixels: Uint8Array): void;
}

/** Undefined if the view is not a centre, or the set is too large to keep. */
export function keptView(set: ImageFiles, image: number, { shortSide, across, down }: View): KeptView | undefined {
  const { count, height, width, channels } = set;
  if (across !== 0.5 || down !== 0.5 || count * height * width * channels > mostBytes) return undefined;
  const views = kept.get(set) ?? new Map<string, Uint8Array>();
  kept.set(set, views);
  const key = `${shortSide} ${image}`;
  return {
    pixels: views.get(key),
    keep(pixels) {
      // A set is seen at one short side, except in tests at several scales.
      if (views.size < count) views.set(key, pixels);
    },
  };
}
