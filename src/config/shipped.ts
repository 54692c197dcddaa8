// The experiment files that come with the program, by their names, which stand for them wherever an experiment file is
// expected. Reads no file: what is in them is in shipped-heads.ts.
import { readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nearestWord } from "../errors.ts";

// This file is src/config/shipped.ts or dist/config/shipped.js.
const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "experiments");

/** The names, sorted. */
export function shippedNames(): string[] {
  return readdirSync(folder)
    .filter((file) => extname(file) === ".yaml")
    .map((file) => basename(file, ".yaml"))
    .sort();
}

/** The path of the shipped file with this name; undefined where there is none. */
export function shippedFile(name: string): string | undefined {
  return shippedNames().includes(name) ? join(folder, `${name}.yaml`) : undefined;
}

/** What to write instead of a path that leads to no file, if it looks like the name of a shipped file. */
export function shippedHints(path: string): string[] {
  const name = basename(path).replace(/\.ya?ml$/i, "");
  const nearest = shippedNames().includes(name) ? name : nearestWord(name, shippedNames());
  if (nearest !== undefined) return [`Did you mean ${nearest}? An experiment of this name comes with the program.`];
  return name === path ? ["`resnet-exp experiments` lists the experiments that come with the program."] : [];
}
