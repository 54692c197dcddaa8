// An image from outside a data set as a net sees it: resized, the square in its centre, less the mean of the training images.
// Also finds the image files that a user's paths mean.
import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import { decodeView, UnreadableImageError } from "./decode.ts";
import { readDataFile } from "./files.ts";
import { listImages } from "./image-listing.ts";
import { type PassedOver, passedOverSentences } from "./passed-over.ts";
import { centreView, writeView } from "./scale-crop.ts";

/** How a net sees images. */
export interface Seen {
  /** Side of the square crop. */
  readonly side: number;
  /** Short side to which the image is resized before. */
  readonly shortSide: number;
  readonly channels: number;
  /** [side, side, channels] or [channels], in units of pixel/255. */
  readonly mean: Float32Array;
}

/** [side, side, channels] as pixel/255 − mean; in words why the file cannot be read or decoded. */
export async function imageAsSeen(
  path: string,
  { side, shortSide, channels, mean }: Seen,
): Promise<Float32Array | string> {
  const view = centreView(shortSide);
  let pixels: Uint8Array;
  try {
    pixels = await decodeView({ bytes: await readDataFile(path) }, side, view);
  } catch (error) {
    if (error instanceof UnreadableImageError || error instanceof UserError) return error.message;
    throw error;
  }
  const values = new Float32Array(side * side * channels);
  if (channels === 3) writeView(pixels, side, mean, view, values, 0);
  else {
    // As television weighs red, green and blue.
    for (let i = 0; i < values.length; i++) {
      const grey = 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!;
      values[i] = Math.round(grey) / 255 - mean[mean.length === 1 ? 0 : i]!;
    }
  }
  return values;
}

/**
 * The image files that paths mean, in their order: a folder is all images in it and its subfolders.
 * @throws UserError for a path that leads nowhere, and for a folder without images
 */
export function imageFiles(paths: readonly string[]): { files: string[]; notes: string[] } {
  const passedOver: PassedOver = new Map();
  const files = paths.flatMap((path) => {
    if (!isFolder(path)) return [path];
    const found = listImages(dirname(path), basename(path), passedOver).map((image) => join(dirname(path), image.path));
    if (found.length > 0) return found;
    throw new UserError(`Expected ${path} to have images, got a folder without images.`);
  });
  const { problems, notes } = passedOverSentences(passedOver);
  return { files, notes: [...problems, ...notes] };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new UserError(
      `Expected ${path} to be an image or a folder of images, got ${errorCode(error) === "ENOENT" ? "no such file" : errorMessage(error)}.`,
    );
  }
}
