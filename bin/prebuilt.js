// The prebuilt binaries of the native engine: prebuilt/PLATFORM-ARCH.node, and prebuilt/index.json with the hash of the sources
// and the digest of each binary.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { hashOfSources, root } from "./native-addon.js";

export const directory = join(root, "prebuilt");
export const indexFile = join(directory, "index.json");

/** SHA-256 of a file, in hexadecimal digits. */
export function digestOf(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** The content of index.json, or undefined where there is no such file. */
export function readIndex() {
  return existsSync(indexFile) ? JSON.parse(readFileSync(indexFile, "utf8")) : undefined;
}

/** Removes binaries of other sources, which the loader would take. Only a checkout that was packed before can have some. */
export function removeOutdatedPrebuilt() {
  const index = readIndex();
  if (index && index.sources !== hashOfSources()) rmSync(directory, { recursive: true });
}

/** Whether there is a binary for this machine that is complete and loads. */
export function prebuiltHere() {
  const index = readIndex();
  if (!index) return false;
  const name = `${process.platform}-${process.arch}`;
  const file = join(directory, `${name}.node`);
  if (!existsSync(file) || index.binaries[name]?.sha256 !== digestOf(file)) return false;
  try {
    createRequire(import.meta.url)(file);
    return true;
  } catch {
    // The system has another C library, or an older one.
    return false;
  }
}
