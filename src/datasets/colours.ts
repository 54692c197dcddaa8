// The mean colour of images and the directions in which colours vary, as AlexNet's augmentation shifts them. Measured on
// the training images once, and kept in the cache under the digest of the data set.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { jsonText, writeToCache } from "../system/atomic-file.ts";
import { cacheDirectory } from "../system/cache.ts";
import type { Colours, StoredImage } from "../types.ts";
import { decodeWhole, UnreadableImageError } from "./decode.ts";
import { inOrder } from "./in-order.ts";
import { resized } from "./scale-crop.ts";

/** Images in files, as far as their colours need them. */
interface Images {
  readonly count: number;
  readonly read: (index: number) => Promise<StoredImage>;
}

/** The images that are measured at most: the first ones, which have the classes in turn. */
const mostImages = 5000;
/** The short side that larger images are reduced to. */
const side = 64;
/** So that another version of the decoder gives the same numbers. */
const digits = 4;

const triple = z.tuple([z.number(), z.number(), z.number()]);
const coloursSchema: z.ZodType<Colours> = z.object({
  mean: triple,
  eigenvalues: triple,
  eigenvectors: z.tuple([triple, triple, triple]),
});

/** The colours of the images of a data set, from the cache or measured. @param digest of the data set */
export async function coloursOf(digest: string, images: Images, signal?: AbortSignal): Promise<Colours> {
  const known = readKept(digest);
  if (known) return known;
  const colours = await measureColours(images, signal);
  try {
    writeToCache(keptPath(digest), jsonText(colours));
  } catch {
    // Measured again next time.
  }
  return colours;
}

/** Each image counts the same, whatever its size. Images that cannot be decoded do not count. */
export async function measureColours({ count, read }: Images, signal?: AbortSignal): Promise<Colours> {
  const sums = new Float64Array(3);
  const products = new Float64Array(9);
  let measured = 0;
  const indices = Array.from({ length: Math.min(count, mostImages) }, (_, index) => index);
  for await (const own of inOrder(indices, async (index) => momentsOf((await read(index)).bytes))) {
    signal?.throwIfAborted();
    if (own === undefined) continue;
    for (let i = 0; i < 3; i++) sums[i] = sums[i]! + own.sums[i]!;
    for (let i = 0; i < 9; i++) products[i] = products[i]! + own.products[i]!;
    measured++;
  }
  const share = Math.max(1, measured);
  const mean = Array.from(sums, (sum) => sum / share);
  const covariance = Array.from(products, (product, i) => product / share - mean[Math.floor(i / 3)]! * mean[i % 3]!);
  return { mean: three(mean), ...principalComponents(covariance) };
}

/** Means of the channels and of their products, in units of pixel/255; undefined if the image cannot be decoded. */
async function momentsOf(bytes: Uint8Array): Promise<{ sums: number[]; products: number[] } | undefined> {
  try {
    const { pixels } = await decodeWhole(bytes, ({ width, height }) =>
      Math.min(width, height) > side ? resized(width, height, side) : { width, height },
    );
    const sums = [0, 0, 0];
    const products = Array<number>(9).fill(0);
    for (let start = 0; start < pixels.length; start += 3) {
      for (let a = 0; a < 3; a++) {
        sums[a] = sums[a]! + pixels[start + a]!;
        for (let b = 0; b < 3; b++)
          products[3 * a + b] = products[3 * a + b]! + pixels[start + a]! * pixels[start + b]!;
      }
    }
    const count = pixels.length / 3;
    return {
      sums: sums.map((sum) => sum / (255 * count)),
      products: products.map((product) => product / (255 * 255 * count)),
    };
  } catch (error) {
    if (error instanceof UnreadableImageError) return undefined;
    throw error;
  }
}

/**
 * Eigenvalues of a symmetric 3×3 matrix, largest first, with unit eigenvectors as columns, by Jacobi's rotations. The
 * largest element of each eigenvector is positive.
 */
export function principalComponents(matrix: readonly number[]): Pick<Colours, "eigenvalues" | "eigenvectors"> {
  const a = [...matrix];
  const v = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  for (let sweep = 0; sweep < 50; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      if (Math.abs(a[3 * p + q]!) < 1e-18) continue;
      const theta = (a[4 * q]! - a[4 * p]!) / (2 * a[3 * p + q]!);
      const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
      const c = 1 / Math.hypot(t, 1);
      rotate(a, v, p, q, c, t * c);
    }
  }
  const order = [0, 1, 2].sort((i, j) => a[4 * j]! - a[4 * i]!);
  const columns = order.map((i) => {
    const column = [v[i]!, v[3 + i]!, v[6 + i]!];
    const largest = column.reduce((most, value) => (Math.abs(value) > Math.abs(most) + 1e-9 ? value : most), 0);
    return column.map((value) => (largest < 0 ? -value : value));
  });
  return {
    eigenvalues: three(order.map((i) => Math.max(0, a[4 * i]!))),
    eigenvectors: [0, 1, 2].map((row) =>
      three(columns.map((column) => column[row]!)),
    ) as unknown as Colours["eigenvectors"],
  };
}

function rotate(a: number[], v: number[], p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < 3; k++) {
    const [kp, kq] = [a[3 * k + p]!, a[3 * k + q]!];
    a[3 * k + p] = c * kp - s * kq;
    a[3 * k + q] = s * kp + c * kq;
  }
  for (let k = 0; k < 3; k++) {
    const [pk, qk] = [a[3 * p + k]!, a[3 * q + k]!];
    a[3 * p + k] = c * pk - s * qk;
    a[3 * q + k] = s * pk + c * qk;
    const [vp, vq] = [v[3 * k + p]!, v[3 * k + q]!];
    v[3 * k + p] = c * vp - s * vq;
    v[3 * k + q] = s * vp + c * vq;
  }
}

function three(values: readonly number[]): readonly [number, number, number] {
  // + 0: no −0 in the cache, which JSON would not keep.
  const [a, b, c] = values.map((value) => Number(value.toFixed(digits)) + 0);
  return [a!, b!, c!];
}

function keptPath(digest: string): string {
  return join(cacheDirectory(), "colours", `${digest}.json`);
}

function readKept(digest: string): Colours | undefined {
  try {
    return coloursSchema.parse(JSON.parse(readFileSync(keptPath(digest), "utf8")));
  } catch {
    return undefined;
  }
}
