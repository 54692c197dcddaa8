// The layout and reading of prepared images: large files of JPEGs, each with an index, and a manifest, written last, with
// the checksum of each file. prepare.ts writes them.
// manifest.json · mean.f32 · {train,test}-00000.bin · {train,test}-00000.json …
import { createHash } from "node:crypto";
import { createReadStream, existsSync, openSync, read, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import type { StoredImage } from "../types.ts";
import { contentDigest, type NamedDigest, sha256 } from "./files.ts";

export const shardFormat = "resnet-exp image shards 1";
export const splits = ["train", "test"] as const;

const count = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of images and its index, with their checksums. */
const shardFileSchema = z.object({
  /** The file name without an ending: "train-00000". */
  name: z.string().regex(/^(train|test)-\d{5,}$/),
  images: count,
  sha256: hash,
  indexSha256: hash,
});
export type ShardFile = z.infer<typeof shardFileSchema>;

const unreadableSchema = z.array(z.object({ path: z.string(), reason: z.string() }));

const layoutSchema = z.union([
  z.object({ train: z.string(), test: z.string() }),
  z.object({ all: z.string(), testFraction: z.number() }),
]);

const manifestSchema = z.object({
  format: z.literal(shardFormat),
  /** The short side to which larger images were reduced. */
  size: count,
  quality: count,
  /** The libraries that decoded and encoded. */
  decoder: z.record(z.string(), z.string()),
  /** A digest of the folder's content and all options. It is the same in each index. */
  settings: z.string(),
  classes: z.array(z.string()),
  shards: z.object({ train: z.array(shardFileSchema), test: z.array(shardFileSchema) }),
  /** Images of the folder that cannot be decoded and are left out. */
  unreadable: unreadableSchema,
  /** Sentences about the folder, such as what was passed over. Shards of version 0.1.0 have neither of these two keys. */
  notes: z.array(z.string()).optional(),
  /** The folder that they were made from. Without a layout it has ImageNet's. */
  folder: z.object({ path: z.string(), digest: hash, layout: layoutSchema.optional() }).optional(),
  meanSha256: hash,
});
/** manifest.json, which is written last. */
export type Manifest = z.infer<typeof manifestSchema>;

const side = z.int().min(1).max(65_535);
/** Path, label, bytes, width, height and `imageChecksum` of the bytes, which shards of version 0.1.0 lack. */
const entrySchema = z.tuple([z.string(), count.max(65_535), count, side, side, z.string().optional()]);
/** An image in a shard. */
export type StoredEntry = z.infer<typeof entrySchema>;

const indexSchema = z.object({
  settings: z.string(),
  bytes: count,
  sha256: hash,
  images: z.array(entrySchema),
  unreadable: unreadableSchema,
});
/** NAME.json: the images of NAME.bin in order. */
export type ShardIndex = z.infer<typeof indexSchema>;

/** The images of a split, in order over all of its shards. */
export interface ShardImages {
  readonly labels: Uint16Array;
  readonly paths: readonly string[];
  readonly read: (index: number) => Promise<StoredImage>;
}

/** The data sets of which there can be shards. */
export type ShardedName = "imagenet" | "folder";

const directoryName = /^(imagenet|folder)-shards-(\d+)$/;

/** Directory of the shards with images of the given short side. */
export function shardDirectory(root: string, size: number, name: ShardedName = "imagenet"): string {
  return join(root, `${name}-shards-${size}`);
}

/** Whether a directory of this name has shards. */
export function isShardDirectory(name: string): boolean {
  return directoryName.test(name);
}

/** The data set of the shards in a directory. */
export function preparedName(directory: string): string {
  return directoryName.exec(basename(directory))?.[1] ?? "imagenet";
}

/** The finished shards of a data set in a directory, or the directory itself if it has shards. The largest images come first. */
export function findShards(root: string, name: ShardedName): string | undefined {
  if (existsSync(join(root, "manifest.json"))) return root;
  const sizes = directoryNames(root).flatMap((entry) => {
    const [, own, size] = directoryName.exec(entry) ?? [];
    return own === name ? [Number(size)] : [];
  });
  return sizes
    .sort((a, b) => b - a)
    .map((size) => shardDirectory(root, size, name))
    .find((directory) => existsSync(join(directory, "manifest.json")));
}

/** Reads manifest.json. @throws UserError if it is damaged or of another format */
export function readManifest(directory: string): Manifest {
  return readJson(join(directory, "manifest.json"), manifestSchema);
}

/** One digest of everything that pixels and labels depend on: the shards, their indices and the mean image. */
export function shardsDigest({ shards, meanSha256 }: Manifest): string {
  const files = splits.flatMap((split) =>
    shards[split].flatMap(({ name, sha256, indexSha256 }): NamedDigest[] => [
      { name: `${name}.bin`, sha256 },
      { name: `${name}.json`, sha256: indexSha256 },
    ]),
  );
  return contentDigest([...files, { name: "mean.f32", sha256: meanSha256 }]);
}

/**
 * Opens the shards of a split. Their files stay open until the process ends.
 * @throws UserError if an index does not match the manifest, or a file does not have the length in its index
 */
export function openShards(
  directory: string,
  { shards, classes }: Manifest,
  split: (typeof splits)[number],
  limit = Number.POSITIVE_INFINITY,
): ShardImages {
  const labels: number[] = [];
  const paths: string[] = [];
  const places: { file: string; offset: number; bytes: number; size: Size; checksum: string | undefined }[] = [];
  for (const { name, indexSha256 } of shards[split]) {
    if (paths.length >= limit) break;
    const file = join(directory, `${name}.bin`);
    let offset = 0;
    for (const [path, label, bytes, width, height, checksum] of readIndex(directory, name, indexSha256).images) {
      if (label >= classes.length) throw damaged(join(directory, `${name}.json`), `the label ${label}`);
      if (paths.length < limit) {
        paths.push(path);
        labels.push(label);
        places.push({ file, offset, bytes, size: { width, height }, checksum });
      }
      offset += bytes;
    }
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size !== offset)
      throw damaged(file, size === undefined ? "no such file" : `${size} bytes instead of ${offset}`);
  }
  const descriptors = new Map<string, number>();
  return {
    labels: Uint16Array.from(labels),
    paths,
    read: async (index) => {
      const { file, offset, bytes, size, checksum } = places[index]!;
      const image = await readPart(file, descriptors, offset, bytes);
      if (checksum !== undefined && imageChecksum(image) !== checksum)
        throw damaged(file, `other bytes from ${offset} on`);
      return { bytes: image, size };
    },
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The first 16 digits of the SHA-256 of an image's bytes. A reader checks by it that the disk still has the right
 * bytes.
 */
export function imageChecksum(bytes: Uint8Array): string {
  return sha256(bytes).slice(0, 16);
}

/** Reads NAME.json. @throws UserError if it is damaged, or does not match the checksum */
export function readIndex(directory: string, name: string, checksum?: string): ShardIndex {
  return readJson(join(directory, `${name}.json`), indexSchema, checksum);
}

/** The mean image, [224, 224, 3] in units of pixel/255. @throws UserError if it does not match the manifest */
export function readMean(directory: string, { meanSha256 }: Pick<Manifest, "meanSha256">): Float32Array {
  const bytes = readWhole(join(directory, "mean.f32"), meanSha256);
  const values = new Float32Array(bytes.length >> 2);
  for (let i = 0; i < values.length; i++) values[i] = bytes.readFloatLE(4 * i);
  return values;
}

/** The names of files that no longer match the manifest. Reads everything. */
export async function damagedShards(directory: string, manifest: Manifest): Promise<string[]> {
  const expected = splits.flatMap((split) =>
    manifest.shards[split].flatMap(({ name, sha256, indexSha256 }) => [
      [`${name}.bin`, sha256] as const,
      [`${name}.json`, indexSha256] as const,
    ]),
  );
  const wrong: string[] = [];
  for (const [name, sha256] of [...expected, ["mean.f32", manifest.meanSha256] as const]) {
    if ((await fileSha256(join(directory, name))) !== sha256) wrong.push(name);
  }
  return wrong;
}

/** SHA-256 of a file in hex; undefined if there is none. */
async function fileSha256(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

const readAt = promisify(read);

async function readPart(
  file: string,
  descriptors: Map<string, number>,
  offset: number,
  bytes: number,
): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  try {
    const descriptor = descriptors.get(file) ?? openSync(file, "r");
    descriptors.set(file, descriptor);
    const { bytesRead } = await readAt(descriptor, buffer, 0, bytes, offset);
    if (bytesRead === bytes) return buffer;
  } catch (error) {
    throw damaged(file, errorMessage(error));
  }
  throw damaged(file, "a shorter file");
}

function readJson<T>(path: string, schema: z.ZodType<T>, checksum?: string): T {
  const bytes = readWhole(path, checksum);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (error) {
    throw damaged(path, errorMessage(error));
  }
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw damaged(path, `another ${issue?.path.join(".") || "content"}`);
}

/** The bytes of a file. They have the given checksum, if there is one. */
function readWhole(path: string, checksum: string | undefined): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw damaged(path, errorCode(error) === "ENOENT" ? "no such file" : errorMessage(error));
  }
  if (checksum !== undefined && sha256(bytes) !== checksum) throw damaged(path, "other content");
  return bytes;
}

function damaged(path: string, got: string): UserError {
  return new UserError(`Expected ${path} to be as datasets prepare wrote it, got ${got}.`, [
    `Delete ${basename(path)} and manifest.json next to it, then run resnet-exp datasets prepare ${preparedName(dirname(path))} again.`,
  ]);
}

function directoryNames(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
