// The id of a run: a readable name with a hash, so that a changed spec never gets the directory of an old run.
// Values that affect no number (how often a checkpoint is written, axis names, labels) are not in the hash.
import { createHash } from "node:crypto";
import { decisiveValue } from "../config/decisive.ts";
import type { RunSpec } from "../types.ts";

const slugLength = 48;
const hashDigits = 10;

/**
 * The name of a run's directory: label, seed and the first digits of `specHash`, as in "resnet-34-a-s0-1a2b3c4d5e".
 * @param datasetDigest SHA-256 of the images and labels that the run uses
 * @param trainerVersion changes whenever the same spec would give other numbers
 */
export function runId(spec: RunSpec, datasetDigest: string, trainerVersion: string): string {
  const slug = spec.label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, slugLength)
    .replace(/^-|-$/g, "");
  return `${slug || "run"}-s${spec.seed}-${specHash(spec, datasetDigest, trainerVersion).slice(0, hashDigits)}`;
}

/** The part of a spec that is hashed. The sections of an older record may lack some of today's keys. */
interface HashedSpec {
  readonly seed: number;
  readonly sections: object;
}

/** SHA-256, in hex, of everything that decides the numbers of a run: sections, seed, data set and trainer. */
export function specHash(spec: HashedSpec, datasetDigest: string, trainerVersion: string): string {
  const decisive = { sections: decisiveValue(spec.sections), seed: spec.seed, datasetDigest, trainerVersion };
  return createHash("sha256").update(canonicalJson(decisive)).digest("hex");
}

/** JSON without spaces and with sorted keys, so that equal values have equal text; undefined keys are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
