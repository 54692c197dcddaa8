// The key of a set-up: everything that decides the numbers of its runs, except the net and the seed.
import { decisiveValue } from "../../config/decisive.ts";
import type { RunFile } from "../../records/run-files.ts";
import { canonicalJson } from "../../records/run-id.ts";

/** The keys of a model that all nets of a set-up share; every other key makes another net. */
const sharedKeys = ["family", "width", "stem", "batchNorm"];

/** Equal for nets that were trained alike. It leaves out all that makes another net of the same width. */
export function setupKey({ spec, datasetDigest, trainerVersion }: RunFile): string {
  return canonicalJson([spec.experiment, sharedSections(spec.sections), datasetDigest, trainerVersion]);
}

/** The sections of a run without the keys of its net. */
export function sharedSections(sections: RunFile["spec"]["sections"]): unknown {
  const model = Object.entries(sections.model).filter(([key]) => sharedKeys.includes(key));
  return { ...(decisiveValue(sections) as object), model: Object.fromEntries(model) };
}
