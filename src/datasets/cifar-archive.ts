// Gets CIFAR-10 from its author's page: download, check, unpack beside the final place, rename. A marker with the SHA-256
// of each file is left beside them: it is what lets a later run call them the original.
import { createReadStream, existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import { makeDirectory } from "../system/make-directory.ts";
import { type DownloadOptions, download, fileMd5, type RemoteFile } from "./download.ts";
import { digestFiles } from "./files.ts";
import { extractTar } from "./tar.ts";

/** The directory in the archive. */
export const cifarDirectory = "cifar-10-batches-bin";

/** Five of training images, one of test images, in the order of the data set. */
export const cifarFiles = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`).concat("test_batch.bin");

/** The original, as its author publishes it. */
export const archive: RemoteFile & { readonly name: string; readonly memberBytes: number } = {
  name: "cifar-10-binary.tar.gz",
  url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
  bytes: 170_052_171,
  md5: "c32a1d4ab5d03f1284b67883e8d87530",
  memberBytes: 30_730_000,
};

/** The marker. */
export const markerName = "verified.json";

/** What a user can do who lacks the data, one way a line. `root` is the directory that is searched. */
export function waysToCifar10(root: string): string[] {
  return [
    `By hand: download ${archive.url} (${Math.round(archive.bytes / 1e6)} MB) into ${root}, then: resnet-exp datasets fetch cifar10 --data ${root}`,
    "Where the files are elsewhere: --data DIR or RESNET_EXP_DATA=DIR",
    "To train on images that need no file: --set dataset.name=synthetic",
  ];
}

/**
 * Downloads and unpacks CIFAR-10 into `root`; an archive that lies there already is not downloaded again.
 * @returns the directory of the six files
 * @throws UserError that lists the ways out
 */
export async function fetchCifar10(
  root: string,
  options: DownloadOptions = {},
  original: typeof archive = archive,
): Promise<string> {
  const target = join(root, cifarDirectory);
  const path = join(root, original.name);
  try {
    if (existsSync(path)) await checkArchive(path, original);
    else await download(original, path, options);
    await unpack(path, root, target, original);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (await readMarker(target)) return target; // another process was faster
    throw withWaysOut(error, root);
  }
  return target;
}

/** Adds the ways out to what the user can mend: a UserError, or a failure of the file system or the unpacking. */
function withWaysOut(error: unknown, root: string): unknown {
  const ways = waysToCifar10(root);
  if (error instanceof UserError) return new UserError(error.message, [...error.hints, ...ways], { cause: error });
  if (errorCode(error) === undefined) return error;
  return new UserError(`Expected to unpack CIFAR-10 into ${root}, got ${errorMessage(error)}.`, ways, { cause: error });
}

/** SHA-256 by file name, where the marker of an earlier, verified download is there. */
export async function readMarker(directory: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const marker: unknown = JSON.parse(await readFile(join(directory, markerName), "utf8"));
    const files = typeof marker === "object" && marker !== null && "sha256" in marker ? marker.sha256 : undefined;
    return typeof files === "object" && files !== null ? (files as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function checkArchive(path: string, original: RemoteFile): Promise<void> {
  const md5 = await fileMd5(path);
  if (md5 !== original.md5) {
    throw new UserError(`Expected ${path} to have MD5 ${original.md5}, got ${md5}.`, [
      `Delete it, to download it again: ${path}`,
    ]);
  }
}

async function unpack(path: string, root: string, target: string, original: typeof archive): Promise<void> {
  makeDirectory(root);
  const temporary = await mkdtemp(join(root, `${cifarDirectory}.tmp-`));
  try {
    const members = cifarFiles.map(
      (name) => [`${cifarDirectory}/${name}`, { size: original.memberBytes, path: join(temporary, name) }] as const,
    );
    await pipeline(createReadStream(path), createGunzip(), (stream: AsyncIterable<Buffer>) =>
      extractTar(stream, new Map(members), path),
    );
    const digests = (await digestFiles(temporary, cifarFiles)) ?? [];
    const marker = {
      archiveMd5: original.md5,
      sha256: Object.fromEntries(digests.map(({ name, sha256 }) => [name, sha256])),
    };
    await writeFile(join(temporary, markerName), `${JSON.stringify(marker, undefined, 2)}\n`);
    await chmod(temporary, 0o755); // mkdtemp makes it the user's own
    await rename(temporary, target);
    await rm(path, { force: true });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
