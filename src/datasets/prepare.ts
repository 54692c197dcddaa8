// Makes shards from a folder of images. It reduces images with a longer short side to the requested size, and keeps other
// plain JPEGs byte for byte. After a kill at any moment, the next call resumes at the unfinished shard: it writes a shard's
// index after the shard, and the manifest last.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { open, readFile, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errorMessage, UserError } from "../errors.ts";
import { makeDirectory } from "../system/make-directory.ts";
import { discard, removeAbandonedFiles, temporaryName } from "../system/temporary-files.ts";
import { decoderVersions, decodeWhole, encodeJpeg, imageFacts, UnreadableImageError } from "./decode.ts";
import { readDataFile, sha256 } from "./files.ts";
import type { FolderImage, ImageFolder } from "./image-folder.ts";
import { inOrder } from "./in-order.ts";
import { cropStart, paperCropSize, paperShortSide, resized } from "./scale-crop.ts";
import {
  imageChecksum,
  type Manifest,
  readIndex,
  readManifest,
  type ShardFile,
  type ShardIndex,
  type StoredEntry,
  shardFormat,
  splits,
} from "./shards.ts";

export interface PrepareOptions {
  /** The short side to which larger images are reduced. */
  readonly size: number;
  /** Images in a shard: the most work that a kill can lose. */
  readonly shardImages: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Stops after the images in progress. */
  readonly signal?: AbortSignal | undefined;
}

/** JPEG quality of the images that are written. */
const quality = 95;
const meanValues = paperCropSize * paperCropSize * 3;

/**
 * Writes the missing shards into `target`.
 * @returns the manifest; undefined if `signal` fired first
 * @throws UserError if `target` has shards of other images or of another size
 */
export async function prepareShards(
  folder: ImageFolder,
  target: string,
  { size, shardImages, onProgress, signal }: PrepareOptions,
): Promise<Manifest | undefined> {
  const settings = sha256(JSON.stringify({ shardFormat, size, quality, shardImages, folder: folder.digest }));
  const finished = existsSync(join(target, "manifest.json")) ? readManifest(target) : undefined;
  if (finished && finished.settings !== settings) {
    throw new UserError(`Expected ${target} to have shards of these images with these options, got other shards.`, [
      `Delete it to make new ones: ${target}`,
    ]);
  }
  makeTarget(target);
  const plan = splits.flatMap((split) => shardsOf(split, folder[split], shardImages));
  removeStrangers(target, new Set(plan.map(({ name }) => name)));
  if (finished) return finished;

  const total = folder.train.length + folder.test.length;
  let done = 0;
  for (const shard of plan) {
    if (!isWritten(target, shard, settings)) {
      const onImage = (images: number) => onProgress?.(done + images, total);
      if (!(await writeShard(folder.directory, target, shard, { size, settings, onImage, signal }))) return undefined;
    }
    done += shard.images.length;
    onProgress?.(done, total);
  }
  return finish(folder, target, plan, { size, settings });
}

interface PlannedShard {
  readonly name: string;
  readonly split: (typeof splits)[number];
  readonly images: readonly FolderImage[];
}

function shardsOf(split: PlannedShard["split"], images: readonly FolderImage[], shardImages: number): PlannedShard[] {
  return Array.from({ length: Math.ceil(images.length / shardImages) }, (_, i) => ({
    name: `${split}-${String(i).padStart(5, "0")}`,
    split,
    images: images.slice(i * shardImages, (i + 1) * shardImages),
  }));
}

/** Whether an earlier call finished the shard: its images, its sums and then its index. */
function isWritten(target: string, { name, split }: PlannedShard, settings: string): boolean {
  if (!existsSync(join(target, `${name}.json`))) return false;
  const index = readIndex(target, name);
  const bytesOf = (path: string) => statSync(join(target, path), { throwIfNoEntry: false })?.size;
  return (
    index.settings === settings &&
    bytesOf(`${name}.bin`) === index.bytes &&
    (split === "test" || bytesOf(`${name}.sum`) === 4 * meanValues)
  );
}

interface ShardTask {
  readonly size: number;
  readonly settings: string;
  readonly onImage: (images: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Writes one shard: its images, the sums for the mean, and its index. False if `signal` fired. */
async function writeShard(
  directory: string,
  target: string,
  { name, split, images }: PlannedShard,
  { size, settings, onImage, signal }: ShardTask,
): Promise<boolean> {
  const path = join(target, `${name}.bin`);
  const temporary = temporaryName(path);
  const file = await open(temporary, "w");
  const hash = createHash("sha256");
  const entries: StoredEntry[] = [];
  const unreadable: ShardIndex["unreadable"][number][] = [];
  const sums = new Uint32Array(meanValues);
  let bytes = 0;
  try {
    let done = 0;
    for await (const { image, stored } of inOrder(images, (each) => storeImage(directory, each, size))) {
      if (signal?.aborted) {
        discard(temporary);
        return false;
      }
      if (stored instanceof UnreadableImageError) unreadable.push({ path: image.path, reason: stored.message });
      else {
        await file.writeFile(stored.bytes);
        hash.update(stored.bytes);
        bytes += stored.bytes.length;
        const { bytes: content, width, height } = stored;
        entries.push([image.path, image.label, content.length, width, height, imageChecksum(content)]);
        for (let i = 0; i < meanValues; i++) sums[i] = sums[i]! + stored.view[i]!;
      }
      onImage(++done);
    }
    await file.sync();
  } catch (error) {
    discard(temporary);
    throw error;
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  if (split === "train") await writeWhole(join(target, `${name}.sum`), littleEndian(sums));
  const index: ShardIndex = { settings, bytes, sha256: hash.digest("hex"), images: entries, unreadable };
  await writeWhole(join(target, `${name}.json`), JSON.stringify(index));
  return true;
}

interface Stored {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The centre of the image as evaluation sees it, [224, 224, 3] bytes. */
  readonly view: Uint8Array;
}

/** The bytes of an image in a shard. It decodes the image to its last row, to notice a file that is cut short. */
async function storeImage(directory: string, image: FolderImage, size: number) {
  const original = await readDataFile(join(directory, image.path));
  try {
    const facts = await imageFacts(original);
    const { width, height, plainJpeg } = facts;
    const side = Math.min(width, height) > size ? resized(width, height, size) : { width, height };
    const keep = plainJpeg && side.width === width && side.height === height;
    const bytes = keep ? original : await encodeJpeg(original, facts, side, quality);
    const stored: Stored = { bytes, ...side, view: await centreOf(bytes) };
    return { image, stored };
  } catch (error) {
    if (!(error instanceof UnreadableImageError)) throw error;
    return { image, stored: error };
  }
}

async function centreOf(bytes: Uint8Array): Promise<Uint8Array> {
  const { width, height, pixels } = await decodeWhole(bytes, (own) => resized(own.width, own.height, paperShortSide));
  const left = cropStart(width, paperCropSize, 0.5);
  const top = cropStart(height, paperCropSize, 0.5);
  const view = new Uint8Array(meanValues);
  for (let row = 0; row < paperCropSize; row++) {
    const from = 3 * ((top + row) * width + left);
    view.set(pixels.subarray(from, from + 3 * paperCropSize), 3 * row * paperCropSize);
  }
  return view;
}

/** Writes the mean image, then the manifest, and removes the sums. */
async function finish(
  folder: ImageFolder,
  target: string,
  plan: readonly PlannedShard[],
  { size, settings }: { size: number; settings: string },
): Promise<Manifest> {
  const totals = new Float64Array(meanValues);
  const unreadable: ShardIndex["unreadable"][number][] = [];
  const shards: Record<PlannedShard["split"], ShardFile[]> = { train: [], test: [] };
  for (const { name, split } of plan) {
    const indexBytes = readFileSync(join(target, `${name}.json`));
    const index = readIndex(target, name);
    unreadable.push(...index.unreadable);
    shards[split].push({
      name,
      images: index.images.length,
      sha256: index.sha256,
      indexSha256: sha256(indexBytes),
    });
    if (split === "test") continue;
    const sums = await readFile(join(target, `${name}.sum`));
    for (let i = 0; i < meanValues; i++) totals[i] = totals[i]! + sums.readUInt32LE(4 * i);
  }
  const count = shards.train.reduce((sum, { images }) => sum + images, 0);
  if (count === 0 || shards.test.every(({ images }) => images === 0)) {
    throw new UserError(
      `Expected ${folder.directory} to have images that can be decoded, got none in its class folders.`,
    );
  }
  const mean = littleEndian(Float32Array.from(totals, (sum) => sum / (255 * count)));
  await writeWhole(join(target, "mean.f32"), mean);
  const manifest: Manifest = {
    format: shardFormat,
    size,
    quality,
    decoder: await decoderVersions(),
    settings,
    classes: [...folder.classes],
    shards,
    unreadable,
    notes: [...folder.problems, ...folder.notes],
    folder: { path: resolve(folder.directory), digest: folder.digest, layout: folder.layout },
    meanSha256: sha256(mean),
  };
  await writeWhole(join(target, "manifest.json"), `${JSON.stringify(manifest, undefined, 1)}\n`);
  removeStrangers(target, new Set(plan.map(({ name }) => name)));
  return manifest;
}

/** Removes files of a killed process or of other options, and the sums after the manifest was written. */
function removeStrangers(target: string, names: ReadonlySet<string>): void {
  const finished = existsSync(join(target, "manifest.json"));
  for (const file of readdirSync(target)) {
    const [, name, ending] = /^((?:train|test)-\d{5})\.(bin|json|sum)$/.exec(file) ?? [];
    const needless = name !== undefined && (!names.has(name) || (finished && ending === "sum"));
    if (needless) rmSync(join(target, file), { force: true });
  }
  removeAbandonedFiles(target);
}

function makeTarget(path: string): void {
  try {
    makeDirectory(path);
  } catch (error) {
    throw new UserError(`Expected to write shards into ${path}, got ${errorMessage(error)}.`, [
      "Choose another directory: --to DIR",
    ]);
  }
}

/** Writes a whole file or none. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(path);
  const file = await open(temporary, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

function littleEndian(values: Float32Array | Uint32Array): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    if (values instanceof Float32Array) bytes.writeFloatLE(value, 4 * i);
    else bytes.writeUInt32LE(value, 4 * i);
  });
  return bytes;
}
