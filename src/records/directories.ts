// Lists the subdirectories of a results directory, links included, and those that cannot be read. All commands use this
// list, so they agree on what is there, and no command overlooks a directory that it may not read.
import { type Dirent, lstatSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode, errorMessage } from "../errors.ts";

export interface Listing {
  /** Sorted; hidden directories are left out. */
  readonly names: readonly string[];
  /** Each with the reason, a sentence without its subject. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Lists a directory. A directory that does not exist is empty. */
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

/** Whether a path exists. If that cannot be found out it counts as there, so that reading it reports the problem. */
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
