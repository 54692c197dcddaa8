// What lies in a directory of results: directories and links to some, and what is there but cannot be looked into. So that
// all commands agree on what is there, and none takes what it may not read for nothing.
import { type Dirent, lstatSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode, errorMessage } from "../errors.ts";

export interface Listing {
  /** Sorted; hidden ones are left out. */
  readonly names: readonly string[];
  /** With the reason, as a sentence without its subject. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Lists a directory; nothing where it is not there. */
export function directoriesIn(folder: string): Listing {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const isMissing = ["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "");
    if (isMissing && !isLink(folder)) return { names: [], unreadable: [] };
    return { names: [], unreadable: [{ path: folder, reason: whyUnreadable(folder, error) }] };
  }
  const names: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  for (const entry of entries.filter(({ name }) => !name.startsWith("."))) {
    const path = join(folder, entry.name);
    try {
      if (entry.isDirectory() || (entry.isSymbolicLink() && statSync(path).isDirectory())) names.push(entry.name);
    } catch (error) {
      unreadable.push({ path, reason: whyUnreadable(path, error) });
    }
  }
  return { names: names.sort(), unreadable };
}

/** Whether a path is there, or may be: what cannot be asked counts as there, so that it is looked into and told of. */
export function mayBeThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined || isLink(path);
  } catch (error) {
    return errorCode(error) !== "ENOTDIR";
  }
}

function whyUnreadable(path: string, error: unknown): string {
  if (!isLink(path)) return errorMessage(error);
  const where = errorCode(error) === "ELOOP" ? "which leads back to itself" : "which is not there";
  const gone = ["ENOENT", "ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "");
  return `it is a link to ${readlinkSync(path)}${gone ? `, ${where}` : `: ${errorMessage(error)}`}`;
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
