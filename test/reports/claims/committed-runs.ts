// Three seeds of the nets of Table 2, which the project trained on real images and keeps.
import { type RunRecord, readRuns } from "../../../src/records/record.ts";

export function runsOnRealImages(): readonly RunRecord[] {
  return readRuns("results/reference", ["plain-vs-res"]).runs.filter(({ run }) => run.datasetTitle !== "synthetic");
}
