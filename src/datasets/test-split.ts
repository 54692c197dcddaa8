// Draws the test images of a folder that has none of its own: the same share of each class, by a hash of each image's name.
// So the split depends neither on the order of the files nor on the machine, and is the same for all seeds of a study.

import { sha256 } from "./files.ts";
import type { ListedImage } from "./image-listing.ts";

/** Fixed, so that all runs are tested on the same images. */
const seed = 0;

/**
 * Splits the images of a class, each split in the order of the list. At least one image of a class is drawn, and one left
 * for training; a class of one image has no test image.
 */
export function drawTest(
  images: readonly ListedImage[],
  testFraction: number,
): { train: ListedImage[]; test: ListedImage[] } {
  const count = Math.min(images.length - 1, Math.max(1, Math.round(testFraction * images.length)));
  const drawn = new Set(
    images
      .map((image) => ({ image, key: sha256(`${seed} ${image.path.normalize()}`) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, Math.max(0, count))
      .map(({ image }) => image),
  );
  return { train: images.filter((image) => !drawn.has(image)), test: images.filter((image) => drawn.has(image)) };
}
