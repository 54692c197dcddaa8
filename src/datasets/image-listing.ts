// The list of the images in one folder and all its subfolders, as other loaders read them. It follows links and reads each
// folder once. It counts everything that is not a readable image as passed over. Nothing on the disk makes it throw.
// It decodes no image.
import { closeSync, type Dirent, openSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { type Kind, kindOfFailure, type PassedOver, passOver } from "./passed-over.ts";

/** An image by its path within the data set. */
export interface ListedImage {
  readonly path: string;
  readonly bytes: number;
}

export const readEndings = ".JPEG, .jpg, .png, .webp and .tif";
const imageName = /^[^.].*\.(jpe?g|png|webp|tiff?)$/is;
const otherImageName =
  /\.(bmp|gif|hei[cf]|avif|jfif|jpe|jp2|j2k|jxl|jpg_large|p[bgpn]m|tga|ico|psd|svg|raw|dng|cr2|nef|arw|npy|dcm|exr|hdr)$/i;
const archiveName = /\.(tar|tgz|gz|zip|7z|rar|bz2|xz|zst)$/i;
const systemFolders = new Set(["__MACOSX", "@eaDir", "lost+found", "$RECYCLE.BIN", "System Volume Information"]);

/** The character by which Node.js replaces a byte that is not UTF-8 in a name. */
export const replacement = "\uFFFD";

/** The images under a folder, sorted by path. Both paths are of directories; `folder` lies in `root`. */
export function listImages(
  root: string,
  folder: string,
  passedOver: PassedOver,
  ignored: readonly string[] = [],
): ListedImage[] {
  const images: ListedImage[] = [];
  const seen = new Set<string>();
  // Folders above it count as read too: a link to them would add the images of other classes.
  for (const above of [root, join(root, folder, ".."), join(root, folder)]) {
    const stats = look(above);
    if (typeof stats !== "string") seen.add(identity(stats));
  }
  const walk = (path: string) => {
    for (const { name, kind, stats } of folderEntries(root, path, passedOver, ignored)) {
      const inside = join(path, name);
      if (kind === "folder") {
        const own = identity(stats);
        if (seen.has(own)) passOver(passedOver, "again", inside);
        else {
          seen.add(own);
          walk(inside);
        }
      } else if (kind === "image") images.push({ path: inside, bytes: stats.size });
      else passOver(passedOver, kind, inside);
    }
  };
  walk(folder);
  return images.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}

/** An entry of a folder: a folder or an image with its stats, or a reason to pass it over. */
export type FolderEntry =
  | { readonly name: string; readonly kind: "folder" | "image"; readonly stats: Stats }
  | { readonly name: string; readonly kind: Kind; readonly stats?: undefined };

/** The entries of a folder by name, without ignored ones. A folder that cannot be read is passed over. */
export function folderEntries(
  root: string,
  folder: string,
  passedOver: PassedOver,
  ignored: readonly string[] = [],
): FolderEntry[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    passOver(passedOver, kindOfFailure(error), folder);
    return [];
  }
  return entries
    .filter(({ name }) => !ignored.includes(name))
    .map((entry) => describe(join(root, folder, entry.name), entry))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

function describe(path: string, entry: Dirent): FolderEntry {
  const { name } = entry;
  if (name.startsWith(".")) return { name, kind: "hidden" };
  if (name.includes(replacement)) return { name, kind: "encoding" };
  const maybeFolder = entry.isDirectory() || entry.isSymbolicLink();
  if (maybeFolder && systemFolders.has(name)) return { name, kind: "system" };
  if (!maybeFolder && !imageName.test(name)) return { name, kind: kindOfName(name) };
  const stats = look(path);
  if (typeof stats === "string") return { name, kind: stats };
  if (stats.isDirectory()) return { name, kind: "folder", stats };
  if (!imageName.test(name)) return { name, kind: kindOfName(name) };
  if (!stats.isFile()) return { name, kind: "special" };
  return mayBeRead(path, stats) ? { name, kind: "image", stats } : { name, kind: "denied" };
}

function kindOfName(name: string): Kind {
  return otherImageName.test(name) ? "ending" : archiveName.test(name) ? "archive" : "other";
}

function look(path: string): Stats | Kind {
  try {
    return statSync(path);
  } catch (error) {
    return kindOfFailure(error);
  }
}

const everyoneReads = 0o444;

function mayBeRead(path: string, { mode }: Stats): boolean {
  // Called only if the mode does not answer: two system calls per image take long for 1.3 million images.
  if ((mode & everyoneReads) === everyoneReads) return true;
  try {
    closeSync(openSync(path, "r"));
    return true;
  } catch {
    return false;
  }
}

/** The same for all paths to one folder. */
export function identity({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
