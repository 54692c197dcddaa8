import { describe, expect, it } from "vitest";
import { isSweep, listParts, type Sweep } from "../../../src/reports/analysis/sweeps.ts";
import { summaryMarkdown, summaryTable } from "../../../src/reports/tables/summary.ts";
import { sweepCsv } from "../../../src/reports/tables/sweep-columns.ts";
import { fourNets } from "../sample-records.ts";
import { fourRates, rateRecord } from "../sweep-records.ts";

describe("the table of a sweep", () => {
  it("is one table with a column for each axis, and tells which settings lie beyond the scatter", () => {
    expect(
      summaryTable(fourRates(), 120).split("\n\n")[0],
    ).toBe(`learningRate.initial  runs   train error    test error  above best  scatter     best test  grade
────────────────────  ────  ────────────  ────────────  ──────────  ───────  ────────────  ─────
                0.01     2  40.00 ± 1.41  50.00 ± 1.41      +20.00  beyond   49.00 ± 1.41  toy
                0.03     2  30.00 ± 1.41  40.00 ± 1.41      +10.00  beyond   39.00 ± 1.41  toy
                 0.1     2  20.00 ± 1.41  30.00 ± 1.41        best           29.00 ± 1.41  toy
                 0.3     2  28.00 ± 1.41  38.00 ± 1.41       +8.00  beyond   37.00 ± 1.41  toy`);
  });

  it("explains its columns below, and the scatter only where it was tested", () => {
    const notes = (runs: Parameters<typeof summaryTable>[0]) =>
      summaryTable(runs, 200)
        .split("\n")
        .filter((line) => /^(Above best|Scatter): /.test(line)).length;
    expect(notes(fourRates())).toBe(2);
    expect(notes([rateRecord(0.1, 0.3), rateRecord(0.2, 0.4)])).toBe(1);
    expect(notes(fourNets())).toBe(0);
  });

  it("names the net where the values of the axes do not tell rows apart", () => {
    const twin = rateRecord(0.1, 0.35, { label: "ResNet-34 initial=0.1", model: { depth: 34 } });
    const off = { ...twin, run: { ...twin.run, spec: { ...twin.run.spec, axes: {} } } };
    const withoutDepth = fourRates().map((record) => {
      const { "model.depth": _, ...axes } = record.run.spec.axes;
      return { ...record, run: { ...record.run, spec: { ...record.run.spec, axes } } };
    });
    expect(summaryTable([off, ...withoutDepth], 200).split("\n")[0]).toMatch(/^learningRate\.initial +net +runs/);
  });

  it("says once how its settings deviate from the paper's recipe", () => {
    const lines = summaryMarkdown("rates", fourRates())
      .split("\n")
      .filter((line) => line.includes("engine cpu"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^- Every setting \(toy\): synthetic images, not ImageNet; /);
    expect(lines[0]).not.toContain("learning rate 0");
    expect(lines[0]).toMatch(/\. The table has the values in which settings differ\.$/);
  });

  it("has exact values in CSV, each axis under its whole path", () => {
    const [head, ...rows] = sweepCsv(listParts(fourRates()).find(isSweep) as Sweep).split("\n");
    expect(head).toMatch(/^training\.learningRate\.initial,label,.*,testErrorMean,.*,aboveBest,aboveBestMargin,/);
    expect(rows[2]).toMatch(/^0\.1,ResNet-18 initial=0\.1,/);
  });
});
