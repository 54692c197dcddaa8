// Reads the final weights of a finished run. They are not in git, so a run from a git clone has none.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import type { NamedTensor } from "../types.ts";
import { requireFinite } from "../weights/finite-weights.ts";
import { readSafetensors } from "../weights/safetensors.ts";

/** What is said of a finished run without its weights; undefined if they are there. Its measurements count without them. */
export function weightsMissing(path: string): string | undefined {
  if (existsSync(join(path, "weights.safetensors"))) return undefined;
  return `its weights are missing, as in a clone, so it cannot be tested again; delete ${join(path, "done.json")} to train it anew`;
}

/** The final weights of a run. @throws UserError if they are missing or damaged */
export function finalWeights(path: string): NamedTensor[] {
  const file = join(path, "weights.safetensors");
  if (!existsSync(file)) {
    throw new UserError(`Expected ${file} to exist, got no such file.`, [
      `Put the file back. Or delete ${join(path, "done.json")}: \`run\` then makes it again from the last checkpoint, or trains the run again if there is none.`,
    ]);
  }
  const { tensors } = readSafetensors(file);
  requireFinite(tensors, file);
  return tensors;
}
