// The parts of the vocabulary that messages list, so that a new key changes no test of a message.
import { axisPaths, schemaAt, valuePaths } from "../../src/config/vocabulary.ts";

/** "family, depth, block …": the keys of a section. */
export function keysOf(...path: string[]): string {
  return Object.keys(schemaAt(path)!.properties!).join(", ");
}

/** "model.family, model.depth …": the paths of the values in a section. */
export function pathsOf(section: string): string {
  return valuePaths.filter((path) => path.startsWith(`${section}.`)).join(", ");
}

/** The paths below a section that a matrix may vary. */
export function axesOf(section: string): string {
  return axisPaths.filter((path) => path.startsWith(`${section}.`)).join(", ");
}
