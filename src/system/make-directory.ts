// Makes directories one by one: Node's own recursion never ends where a file system refuses with ENOENT, as /proc does.
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a directory and those above it that are not there.
 * @returns the uppermost one made, undefined where all were there
 * @throws the file system's error
 */
export function makeDirectory(path: string): string | undefined {
  if (isDirectory(path)) return undefined;
  const parent = dirname(path);
  const first = parent === path ? undefined : makeDirectory(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been quicker.
    if (!isDirectory(path)) throw error;
    return first;
  }
  return first ?? path;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
