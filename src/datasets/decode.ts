// The decoder: from every kind of image in ImageNet to crops of RGB bytes, with sharp (libvips). The first image loads the
// library. The threads of libuv's pool do the work. bin/resnet-exp.cjs makes one thread per core.
// Like other ImageNet loaders, it ignores EXIF orientation and colour profiles and drops an alpha channel.
import type { OutputInfo, Sharp } from "sharp";
import { errorMessage } from "../errors.ts";
import { loadSharp } from "../system/sharp.ts";
import type { StoredImage } from "../types.ts";
import { cropStart, resized, type View } from "./scale-crop.ts";

/** An image that is damaged or has an unknown format. */
export class UnreadableImageError extends Error {
  override readonly name = "UnreadableImageError";
}

/**
 * An image with more pixels, before or after resizing, counts as damaged: a one-pixel line resized to a band takes
 * gigabytes.
 */
const mostPixels = 100_000_000;

/** Facts about an image that are known before it is decoded. */
export interface ImageFacts {
  readonly width: number;
  readonly height: number;
  /** Whether it is a JPEG in RGB or grey, which shards keep unchanged. */
  readonly plainJpeg: boolean;
  /** The channels to remove to get RGB. */
  readonly extra: "CMYK" | "alpha" | undefined;
}

/** Width and height of an image. */
export interface Side {
  readonly width: number;
  readonly height: number;
}

/**
 * The part of an image that a net sees: [size, size, 3] RGB bytes, not yet mirrored.
 * Resized like PIL's BILINEAR, by a triangle filter as wide as the reduction.
 * @throws UnreadableImageError
 */
export async function decodeView({ bytes, size: known }: StoredImage, size: number, view: View): Promise<Uint8Array> {
  return guard(async () => {
    const facts: Side & Partial<ImageFacts> = known ?? (await imageFacts(bytes));
    const side = resized(facts.width, facts.height, view.shortSide);
    const left = cropStart(side.width, size, view.across);
    const top = cropStart(side.height, size, view.down);
    return (await resize(bytes, facts.extra, side)).extract({ left, top, width: size, height: size }).raw().toBuffer();
  });
}

/** Width, height and kind. @throws UnreadableImageError */
export async function imageFacts(bytes: Uint8Array): Promise<ImageFacts> {
  return guard(async () => {
    const { width, height, format, space, channels, depth, hasAlpha } = await (await open(bytes)).metadata();
    const extra = space === "cmyk" ? "CMYK" : hasAlpha ? "alpha" : undefined;
    const plainJpeg =
      format === "jpeg" && extra === undefined && (channels === 3 || channels === 1) && depth === "uchar";
    return { width, height, plainJpeg, extra };
  });
}

/** A whole image at a size that depends on its own size: [height, width, 3] RGB bytes. @throws UnreadableImageError */
export async function decodeWhole(
  bytes: Uint8Array,
  sideOf: (own: Side) => Side,
): Promise<Side & { readonly pixels: Uint8Array }> {
  return guard(async () => {
    const facts = await imageFacts(bytes);
    const side = sideOf(facts);
    if (side.width * side.height > mostPixels) {
      throw new UnreadableImageError(`${facts.width} × ${facts.height} pixels are too many at the requested size`);
    }
    return { ...side, pixels: await (await resize(bytes, facts.extra, side)).raw().toBuffer() };
  });
}

/** The reason why an image cannot be decoded to its last row; undefined if it can. */
export async function reasonUnreadable(bytes: Uint8Array): Promise<string | undefined> {
  try {
    await guard(async () => (await open(bytes)).stats());
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableImageError) return error.message;
    throw error;
  }
}

/** A JPEG of the whole image at the given size, with colours at full resolution. @throws UnreadableImageError */
export async function encodeJpeg(
  bytes: Uint8Array,
  facts: ImageFacts,
  side: Side,
  quality: number,
): Promise<Uint8Array> {
  return guard(async () =>
    (await resize(bytes, facts.extra, side)).jpeg({ quality, chromaSubsampling: "4:4:4" }).toBuffer(),
  );
}

/** Names and versions of the libraries that decode images. */
export async function decoderVersions(): Promise<{ sharp: string; vips: string }> {
  const { versions } = await loadSharp();
  return { sharp: versions.sharp, vips: versions.vips };
}

async function resize(bytes: Uint8Array, extra: ImageFacts["extra"], side: Side): Promise<Sharp> {
  const image =
    extra === "CMYK" ? await withoutBlack(bytes) : extra === "alpha" ? await withoutAlpha(bytes) : await open(bytes);
  return image.resize(side.width, side.height, { fit: "fill", kernel: "linear" }).toColourspace("srgb");
}

/** Removes the alpha channel first, because resizing would weigh colours by it. */
async function withoutAlpha(bytes: Uint8Array): Promise<Sharp> {
  const image = (await open(bytes)).removeAlpha().toColourspace("srgb");
  return fromPixels(await image.raw().toBuffer({ resolveWithObject: true }));
}

/** CMYK to RGB like PIL, without a colour profile: each colour is the light that its ink and black let through. */
async function withoutBlack(bytes: Uint8Array): Promise<Sharp> {
  const image = (await open(bytes)).pipelineColourspace("cmyk").toColourspace("cmyk");
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const pixels = Buffer.alloc(info.width * info.height * 3);
  for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
    const light = 255 - data[from + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      pixels[to + channel] = Math.round(((255 - data[from + channel]!) * light) / 255);
    }
  }
  return fromPixels({ data: pixels, info: { ...info, channels: 3 } });
}

async function fromPixels({ data, info }: { data: Buffer; info: OutputInfo }): Promise<Sharp> {
  const { width, height, channels } = info;
  return (await loadSharp())(data, { raw: { width, height, channels } });
}

// Like other loaders, it reads a file that libjpeg only warns about ("extraneous bytes before marker"), and refuses a
// file that is cut short.
async function open(bytes: Uint8Array): Promise<Sharp> {
  return (await loadSharp())(bytes, { failOn: "error", ignoreIcc: true, limitInputPixels: mostPixels });
}

/** Once the decoder is loaded, every failure counts as the image's. */
async function guard<T>(decode: () => Promise<T>): Promise<T> {
  await loadSharp();
  try {
    return await decode();
  } catch (error) {
    if (error instanceof UnreadableImageError) throw error;
    throw new UnreadableImageError(errorMessage(error).split("\n")[0], { cause: error });
  }
}
