import { describe, expect, it } from "vitest";
import { tabulate } from "../../src/reports/tabulate.ts";
import { doneRecord, fourNets, interruptedRecord } from "./sample-records.ts";

const resnet20 = {
  label: "ResNet-20",
  datasetTitle: "CIFAR-10",
  dataset: { name: "cifar10" },
  model: { family: "cifar", depth: 20, block: "basic", width: 16 },
  paper: ["table-6", "figure-6"],
};

describe("tabulate", () => {
  it("has a row for each net, plain before residual and small before large", () => {
    expect(tabulate(fourNets()).map(({ label }) => label)).toEqual(["plain-18", "plain-34", "ResNet-18", "ResNet-34"]);
  });

  it("takes mean and standard deviation over the finished seeds, and counts the others", () => {
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

  it("keeps runs apart that share a label and not their spec or images", () => {
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

  it("stands the paper's number beside other images, without a difference", () => {
    const [row] = tabulate(fourNets());
    expect(row).toMatchObject({
      paper: { table: "Table 2", label: "plain-18", protocol: "ImageNet validation, 10-crop top-1" },
      paperError: 0.2794,
      paperTrainError: 0.312,
      comparison: "not comparable: synthetic, the paper's ImageNet",
    });
    expect(row).not.toHaveProperty("difference");
  });

  it("has the difference where the paper measures the same on the same images", () => {
    const [row] = tabulate([doneRecord(resnet20, 0.01, 0.09)]);
    expect(row).toMatchObject({ paperError: 0.0875, paperTrainError: 0.0081, comparison: "comparable" });
    expect(row?.difference).toBeCloseTo(0.0025, 12);
    expect(row?.deviations).toContain("600 iterations, not 64000");
  });

  it("compares with the paper's mean where it gives one, not with its best run", () => {
    const deep = { ...resnet20, model: { ...resnet20.model, depth: 110 } };
    expect(tabulate([doneRecord(deep, 0.01, 0.07)])[0]?.paperError).toBe(0.0661);
  });

  it("has no difference on a copy of the images or on part of them", () => {
    const copy = { ...resnet20, datasetTitle: "CIFAR-10 (not the original files)" };
    const part = { ...resnet20, dataset: { name: "cifar10", testImages: 100 } };
    expect(tabulate([doneRecord(copy, 0.1, 0.1)])[0]).toMatchObject({
      comparison: "not comparable: CIFAR-10 (not the original files), the paper's CIFAR-10",
    });
    expect(tabulate([doneRecord(part, 0.1, 0.1)])[0]).toMatchObject({
      comparison: "not comparable: part of the test images",
    });
  });

  it("has nothing of the paper where the paper has no such net or the experiment names no table", () => {
    expect(tabulate([doneRecord({ paper: [] }, 0.1, 0.1)])[0]).toMatchObject({ comparison: "" });
    const unknown = { ...resnet20, model: { family: "cifar", depth: 26, block: "basic" } };
    expect(tabulate([doneRecord(unknown, 0.1, 0.1)])[0]).not.toHaveProperty("paper");
  });
});
