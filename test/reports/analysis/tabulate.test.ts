import { describe, expect, it } from "vitest";
import { tabulate } from "../../../src/reports/analysis/tabulate.ts";
import { doneRecord, fourNets, interruptedRecord, paperRun } from "../sample-records.ts";

describe("tabulate", () => {
  it("has a row for each net, plain before residual and small before large", () => {
    expect(tabulate(fourNets()).map(({ label }) => label)).toEqual(["plain-18", "plain-34", "ResNet-18", "ResNet-34"]);
  });

  it("has mean and standard deviation over the finished seeds, and counts the others", () => {
    const [row, ...others] = tabulate([
      doneRecord({ seed: 0 }, 0.2, 0.3),
      doneRecord({ seed: 1 }, 0.4, 0.5),
      interruptedRecord({ seed: 2 }),
    ]);
    expect(others).toEqual([]);
    expect(row?.unfinishedRuns).toBe(1);
    expect(row?.trainError?.count).toBe(2);
    expect(row?.trainError?.mean).toBeCloseTo(0.3, 12);
    expect(row?.testError?.mean).toBeCloseTo(0.4, 12);
    expect(row?.testError?.std).toBeCloseTo(Math.sqrt(0.02), 12);
    expect(row?.bestTestError?.mean).toBeCloseTo(0.39, 12);
  });

  it("keeps runs apart that share a label but not their spec or images", () => {
    const rows = tabulate([
      doneRecord({}, 0.2, 0.3),
      doneRecord({ training: { iterations: 60 } }, 0.2, 0.3),
      doneRecord({ datasetTitle: "CIFAR-10" }, 0.2, 0.3),
      doneRecord({ seed: 1, record: { checkpointEvery: 9 } }, 0.2, 0.3),
    ]);
    expect(rows.map(({ dataset, iterations, testError }) => [dataset, iterations, testError?.count])).toEqual([
      ["CIFAR-10", 600, 1],
      ["synthetic", 60, 1],
      ["synthetic", 600, 2],
    ]);
    expect(new Set(rows.map(({ setup }) => setup)).size).toBe(3);
  });

  it("shows the paper's number next to other images, without a difference", () => {
    const [row] = tabulate(fourNets());
    expect(row).toMatchObject({
      paper: { table: "Table 2", label: "plain-18", protocol: "ImageNet validation, 10-crop top-1" },
      paperError: 0.2794,
      paperTrainError: 0.312,
      grade: "toy",
    });
    expect(row?.judgement).toEqual({
      verdict: "not comparable",
      reason: "we tested on synthetic images, the paper on ImageNet",
    });
  });

  it("has difference, verdict, grade and deviations if the paper measures the same on the same images", () => {
    const [row] = tabulate([
      doneRecord(paperRun(20, { training: { batchSize: 128, iterations: 32_000 } }), 0.01, 0.09),
    ]);
    expect(row).toMatchObject({
      paperError: 0.0875,
      paperTrainError: 0.0081,
      judgement: { verdict: "not enough runs", reason: "1 of the 5 runs that a verdict needs" },
      grade: "schedule-scaled",
    });
    expect(row?.judgement?.difference).toBeCloseTo(0.0025, 12);
    expect(row?.deviations.map(({ text }) => text)).toContain("32000 iterations, not 64000");
  });

  it("compares with the paper's mean if it gives one, not with its best run", () => {
    expect(tabulate([doneRecord(paperRun(110), 0.01, 0.07)])[0]?.paperError).toBe(0.0661);
  });

  it("finds the paper's number only for the paper's unit, with any depth and shortcut", () => {
    const other = paperRun(110, { model: { activation: "full-pre-activation" } });
    expect(tabulate([doneRecord(other, 0.01, 0.06)])[0]).not.toHaveProperty("paper");
    const named = { ...other, paper: ["table-6", "identity-mappings-table-2"] };
    expect(tabulate([doneRecord(named, 0.01, 0.06)])[0]?.paperError).toBe(0.0637);
  });

  it("has no number of the paper if the paper has no such net or the experiment names no table", () => {
    const [none] = tabulate([doneRecord({ paper: [] }, 0.1, 0.1)]);
    expect(none).not.toHaveProperty("paper");
    expect(none).not.toHaveProperty("judgement");
    expect(tabulate([doneRecord(paperRun(26), 0.1, 0.1)])[0]).not.toHaveProperty("paper");
  });
});
