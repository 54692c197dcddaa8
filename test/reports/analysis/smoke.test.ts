import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { reportedRuns, smokeNotes } from "../../../src/reports/analysis/smoke.ts";
import { doneRecord } from "../sample-records.ts";

function trainedBy(...options: readonly string[]): RunRecord {
  const { run, ...record } = doneRecord({}, 0.1, 0.2);
  const command = ["resnet-exp", "run", "experiments/plain-vs-res.yaml", ...options];
  return { ...record, run: { ...run, provenance: { ...run.provenance, command } } };
}

describe("a report", () => {
  const base = trainedBy();
  const cifar = trainedBy("--profile", "cifar10", "--only", "smoke");
  const smoke = [trainedBy("--profile", "smoke"), trainedBy("--profile=smoke")];

  it("leaves out runs of the profile smoke, and says so", () => {
    expect(reportedRuns([base, ...smoke, cifar])).toEqual([base, cifar]);
    expect(smokeNotes([base, ...smoke, cifar])).toEqual(["2 runs of the profile smoke are left out."]);
    expect(smokeNotes([base, cifar])).toEqual([]);
  });

  it("is about them where there are no others", () => {
    expect(reportedRuns(smoke)).toEqual(smoke);
    expect(smokeNotes(smoke)).toEqual([]);
  });
});
