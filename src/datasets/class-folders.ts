// The class folders of a split: their checked names, and the images in each.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { printable, UserError } from "../errors.ts";
import { listed } from "../text/listing.ts";
import { shellWord } from "../text/shell.ts";
import { labelLists } from "./expected-layout.ts";
import { folderEntries, identity, type ListedImage, listImages, replacement } from "./image-listing.ts";
import { addPassedOver, type PassedOver, passOver } from "./passed-over.ts";
import { isShardDirectory } from "./shards.ts";

/** A folder of a class, by its path within the data set, with its images and other files. */
export interface ClassFolder {
  readonly name: string;
  readonly path: string;
  readonly images: readonly ListedImage[];
  readonly passedOver: PassedOver;
}

/** The content of a split's folder. */
export interface SplitFolders {
  readonly folders: readonly ClassFolder[];
  /** What was passed over in the split's own folder, not in the class folders. */
  readonly passedOver: PassedOver;
  /** Pairs of folders that are the same folder through links. */
  readonly same: readonly string[];
}

/**
 * The class folders of a split, by name. Hidden folders and folders of operating systems are passed over.
 * @throws UserError if a folder's name is not UTF-8, because no text could name its class
 */
export function classFolders(root: string, split: string): SplitFolders {
  const passedOver: PassedOver = new Map();
  const folders: ClassFolder[] = [];
  const places = new Map<string, string>();
  const same: string[] = [];
  for (const { name, kind, stats } of folderEntries(root, split, passedOver, labelLists)) {
    const path = join(split, name);
    if (isShardDirectory(name)) continue;
    if (kind === "folder") {
      const other = places.get(identity(stats));
      if (other !== undefined) same.push(`${other} and ${path}`);
      places.set(identity(stats), path);
      const inside: PassedOver = new Map();
      folders.push({ name, path, images: listImages(root, path, inside), passedOver: inside });
    } else passOver(passedOver, kind === "image" ? "outside" : kind, path);
  }
  if (passedOver.has("encoding")) requireUtf8(join(root, split));
  return { folders, passedOver, same };
}

/** Everything that was passed over in these folders. */
export function passedOverIn(folders: readonly Pick<ClassFolder, "passedOver">[]): PassedOver {
  const all: PassedOver = new Map();
  for (const { passedOver } of folders) addPassedOver(all, passedOver);
  return all;
}

/** The subfolders of class folders that images come from. */
export function deeperFolders(folders: readonly ClassFolder[]): { count: number; paths: string[] } {
  const paths = new Set<string>();
  let count = 0;
  for (const { path, images } of folders) {
    for (const image of images) {
      if (image.path.lastIndexOf("/") === path.length) continue;
      paths.add(dirname(image.path));
      count++;
    }
  }
  return { count, paths: [...paths] };
}

function requireUtf8(folder: string): void {
  const entries = readdirSync(folder, { withFileTypes: true, encoding: "buffer" });
  const wrong = entries.filter((entry) => entry.isDirectory() && entry.name.toString().includes(replacement));
  if (wrong.length === 0) return;
  const names = wrong.map(({ name }) => Buffer.from(name));
  throw new UserError(
    `Expected the name of each class folder in ${printable(folder)} to be UTF-8, got ${listed(names.map(escaped))}.`,
    names
      .slice(0, 3)
      .map((name) => `Rename it: mv ${shellWord(folder)}/${escaped(name)} ${shellWord(`${folder}/${asUtf8(name)}`)}`),
  );
}

/** A name quoted so that Bash reads the same bytes. */
function escaped(name: Buffer): string {
  const bytes = [...name].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x27 || byte === 0x5c
      ? `\\x${byte.toString(16).padStart(2, "0")}`
      : String.fromCharCode(byte),
  );
  return `$'${bytes.join("")}'`;
}

/** The name that was probably meant. Most such names are in Latin-1. */
function asUtf8(name: Buffer): string {
  return name.toString("latin1").replace(/[^\p{L}\p{N}._-]/gu, "_");
}
