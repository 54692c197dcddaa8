// Downloads an archive of data files from its author's page, checks it, unpacks it next to the final place and renames it.
// A marker with the SHA-256 of each file stays with them. It lets a later run call them the original.
import { createReadStream, existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { errorCode, errorMessage, UserError } from "../errors.ts";
import { makeDirectory } from "../system/make-directory.ts";
import { type DownloadOptions, download, fileMd5, type RemoteFile } from "./download.ts";
import { digestFiles } from "./files.ts";
import { extractTar } from "./tar.ts";

/** A gzipped tar archive with the files of a data set in one directory. */
export interface Archive extends RemoteFile {
  /** Name of the data set in experiment files. */
  readonly name: string;
  /** Name of the data set in messages. */
  readonly title: string;
  readonly directory: string;
  /** The files and their sizes, in the order of the data set. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** File name of the marker. */
export const markerName = "verified.json";

/** What a user can do without the data, one way per line. `root` is the directory that is searched. */
export function waysToGet({ name, url, bytes }: Archive, root: string): string[] {
  return [
    `By hand: download ${url} (${Math.round(bytes / 1e6)} MB) into ${root}, then: resnet-exp datasets fetch ${name} --data ${root}`,
    "If the files are in another place: --data DIR or RESNET_EXP_DATA=DIR",
    "To train without any files: --set dataset.name=synthetic",
  ];
}

/**
 * Downloads and unpacks an archive into `root`. An archive that is already there is not downloaded again.
 * @returns the directory of the files
 * @throws UserError that lists the ways out
 */
export async function fetchArchive(archive: Archive, root: string, options: DownloadOptions = {}): Promise<string> {
  const target = join(root, archive.directory);
  const path = join(root, basename(archive.url));
  try {
    if (existsSync(path)) await checkArchive(path, archive);
    else await download(archive, path, options);
    await unpack(path, root, target, archive);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (await readMarker(target)) return target; // another process was faster
    throw withWaysOut(error, archive, root);
  }
  return target;
}

/** Adds the ways out to an error that the user can fix: a UserError, or a failure of the file system or the unpacking. */
function withWaysOut(error: unknown, archive: Archive, root: string): unknown {
  const ways = waysToGet(archive, root);
  if (error instanceof UserError) return new UserError(error.message, [...error.hints, ...ways], { cause: error });
  if (errorCode(error) === undefined) return error;
  const message = `Expected to unpack ${archive.title} into ${root}, got ${errorMessage(error)}.`;
  return new UserError(message, ways, { cause: error });
}

/** SHA-256 by file name, from the marker of an earlier, verified download; undefined without a marker. */
export async function readMarker(directory: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const marker: unknown = JSON.parse(await readFile(join(directory, markerName), "utf8"));
    const files = typeof marker === "object" && marker !== null && "sha256" in marker ? marker.sha256 : undefined;
    return typeof files === "object" && files !== null ? (files as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function checkArchive(path: string, archive: RemoteFile): Promise<void> {
  const md5 = await fileMd5(path);
  if (md5 !== archive.md5) {
    throw new UserError(`Expected ${path} to have MD5 ${archive.md5}, got ${md5}.`, [
      `Delete it, to download it again: ${path}`,
    ]);
  }
}

async function unpack(path: string, root: string, target: string, { directory, files, md5 }: Archive): Promise<void> {
  makeDirectory(root);
  const temporary = await mkdtemp(join(root, `${directory}.tmp-`));
  try {
    const members = files.map(
      ({ name, bytes }) => [`${directory}/${name}`, { size: bytes, path: join(temporary, name) }] as const,
    );
    await pipeline(createReadStream(path), createGunzip(), (stream: AsyncIterable<Buffer>) =>
      extractTar(stream, new Map(members), path),
    );
    const names = files.map(({ name }) => name);
    const digests = (await digestFiles(temporary, names)) ?? [];
    const marker = {
      archiveMd5: md5,
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
