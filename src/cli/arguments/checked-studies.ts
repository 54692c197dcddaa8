// The studies that `check` names: by an experiment file, which may expect verdicts, or by the name of their results.
import { statSync } from "node:fs";
import { type Experiment, loadExperiment, type Overlay } from "../../config/load.ts";
import { shippedFile } from "../../config/shipped.ts";
import { UserError } from "../../errors.ts";
import { listExperiments } from "../../records/record.ts";

export interface CheckedStudy {
  readonly name: string;
  /** Absent for a study of which only the results are known. */
  readonly experiment?: Experiment;
}

/** @throws UserError for a file with mistakes, and for a word that names neither */
export function checkedStudies(words: readonly string[], results: string, overlay: Overlay): CheckedStudy[] {
  const overlays = [...(overlay.profile ?? []), ...(overlay.set ?? [])].length > 0;
  if (words.length === 0 && overlays) throw withoutFile("no experiment file");
  return words.map((word) => {
    const isStudy = !isFile(word) && shippedFile(word) === undefined && listExperiments(results).includes(word);
    if (isStudy && overlays) throw withoutFile(`${word}, a study without its file`);
    if (isStudy) return { name: word };
    const experiment = loadExperiment(word, overlay);
    return { name: experiment.document.name, experiment };
  });
}

function withoutFile(got: string): UserError {
  return new UserError(`Expected an experiment file for --profile and --set, got ${got}.`, [
    "Name the experiment file, or leave out the two options.",
  ]);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
