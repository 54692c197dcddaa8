// Creates directories one by one. Node.js's own recursive mkdir never returns where a file system answers ENOENT, as /proc
// does.
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Creates a directory and the missing directories above it.
 * @returns the topmost directory created; undefined where all existed
 * @throws the file system's error
 */
export function makeDirectory(path: string): string | undefined {
  if (isDirectory(path)) return undefined;
  const parent = dirname(path);
  const first = parent === path ? undefined : makeDirectory(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have created it first.
    if (!isDirectory(path)) throw error;
    return first;
  }
  return first ?? path;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
