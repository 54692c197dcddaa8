// The key of a set-up: everything that decides the numbers of its runs, except the net and the seed.
import { decisiveValue, leavesOf } from "../../config/decisive.ts";
import type { RunFile } from "../../records/run-files.ts";
import { canonicalJson } from "../../records/run-id.ts";

/** The keys of a model that all nets of a set-up share; every other key makes another net. */
const sharedKeys = ["family", "width", "stem", "batchNorm"];

/**
 * Equal for nets that were trained alike. It leaves out all that makes another net of the same width, and a warm-up from some
 * depth on: records of shallower nets, which the same recipe trains without it, do not have it.
 */
export function setupKey({ spec, datasetDigest, trainerVersion }: RunFile): string {
  const { training } = spec.sections;
  const { warmUp, ...rate } = training.learningRate;
  const byDepth = warmUp !== undefined && warmUp.fromDepth > 1;
  const sections = byDepth ? { ...spec.sections, training: { ...training, learningRate: rate } } : spec.sections;
  return canonicalJson([spec.experiment, sharedSections(sections), datasetDigest, trainerVersion]);
}

/** Whether all nets of a set-up share the value at a path. */
export function isShared(path: string): boolean {
  const [section, key = ""] = path.split(".");
  return section !== "model" || sharedKeys.includes(key);
}

/** The sections of a run without the keys of its net. */
function sharedSections(sections: RunFile["spec"]["sections"]): unknown {
  const model = Object.entries(sections.model).filter(([key]) => sharedKeys.includes(key));
  return { ...(decisiveValue(sections) as object), model: Object.fromEntries(model) };
}

/** Values that follow from the value at another path. */
const consequences: Readonly<Record<string, readonly string[]>> = {
  "training.learningRate.schedule": ["training.learningRate.dropAt"],
  "model.depth": ["training.learningRate.warmUp"],
  "model.family": ["model.width"],
};

/**
 * Every value that may tell two set-ups apart, as text by its path.
 * @param without paths that do not count, and what follows from them
 */
export function setupLeaves({ spec, datasetDigest, trainerVersion }: RunFile, without: readonly string[] = []) {
  const ignored = without.flatMap((path) => [path, ...(consequences[path] ?? [])]);
  const counts = (path: string) => !ignored.some((other) => path === other || path.startsWith(`${other}.`));
  const leaves = leavesOf(sharedSections(spec.sections)).filter(([path]) => counts(path));
  const text = (value: unknown) => (Array.isArray(value) ? value.join("+") || "none" : String(value));
  return {
    ...Object.fromEntries(leaves.map(([path, value]) => [path, text(value)])),
    trainer: trainerVersion,
    ...(!without.some((path) => path.startsWith("dataset.")) && { digest: datasetDigest.slice(0, 8) }),
  } as Readonly<Record<string, string>>;
}
