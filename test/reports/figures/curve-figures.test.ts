import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { listSetups, type Setup } from "../../../src/reports/analysis/setups.ts";
import { ownFigure, paperFigure } from "../../../src/reports/figures/curve-figures.ts";
import type { Figure } from "../../../src/reports/figures/figure.ts";
import { listFigures } from "../../../src/reports/figures/list.ts";
import { sampleMetric } from "../../records/sample-run.ts";
import { doneRecord, fourNets, paperRun } from "../sample-records.ts";

const setupOf = (runs: readonly RunRecord[]) => listSetups(runs)[0] as Setup;
const lines = (figure: Figure | undefined) => figure?.csv.split("\n") ?? [];
const names = (runs: readonly RunRecord[], references: readonly string[]) =>
  listFigures(references, listSetups(runs)).map(({ name }) => name);
const depths = [20, 32, 44, 56];

describe("a figure of the paper", () => {
  it("has the paper's panels, axes and colours if our training was as long", () => {
    const runs = [
      ...depths.map((depth) => doneRecord(paperRun(depth, {}, "plain"), 0.1, 0.1)),
      ...[...depths, 110, 1202].map((depth) => doneRecord(paperRun(depth), 0.05, 0.08)),
    ];
    const figure = paperFigure("figure-6", "figure-6", setupOf(runs));
    expect(figure).toMatchObject({
      title: "Figure 6",
      stretch: 1,
      bothErrors: true,
    });
    expect(figure?.caption).toEqual([
      "CIFAR-10, 64000 iterations (paper-exact)",
      "pale: the paper's curves, CIFAR-10, 64,000 iterations",
    ]);
    expect(figure?.panels.map(({ name, x, y }) => [name, x.domain, y.domain, y.ticks])).toEqual([
      ["plain", [0, 64_000], [0, 0.2], [0, 0.05, 0.1, 0.2]],
      ["residual", [0, 64_000], [0, 0.2], [0, 0.05, 0.1, 0.2]],
      ["deepest", [35_000, 64_000], [0, 0.2], [0, 0.01, 0.05, 0.1, 0.2]],
    ]);
    expect(figure?.panels[0]?.colours.map(({ net }) => net)).toEqual(["plain-20", "plain-32", "plain-44", "plain-56"]);
    expect(figure?.panels[2]?.colours.map(({ net }) => net)).toEqual(["ResNet-110", "ResNet-1202"]);
  });

  it("has the paper's points of the trained nets only", () => {
    const csv = lines(paperFigure("figure-6", "f", setupOf([doneRecord(paperRun(20), 0.05, 0.08)])));
    expect(csv[0]).toBe("panel,net,set,source,iteration,error,low,high,runs");
    expect(csv).toContain("residual,ResNet-20,test,paper,64000,0.0878,,,");
    expect(csv.filter((line) => line.includes("paper") && !line.includes("ResNet-20"))).toEqual([]);
  });

  it("stretches the paper's curves over a shorter training", () => {
    const figure = paperFigure("figure-4", "f", setupOf(fourNets()));
    expect(figure?.stretch).toBe(0.001);
    expect(figure?.panels.map(({ x, y }) => [x.domain, y.domain])).toEqual([
      [
        [0, 600],
        [0.2, 0.63],
      ],
      [
        [0, 600],
        [0.2, 0.63],
      ],
    ]);
    expect(figure?.caption[1]).toBe("pale: the paper's curves, ImageNet, 600,000 iterations, drawn to the same width");
  });

  it("extends the axis of all panels for errors after the first drop, at half of training", () => {
    const axesOf = (...plainErrors: readonly number[]) => {
      const metrics = plainErrors.map((error, i) => sampleMetric(16_000 * (i + 1), error));
      const runs = [
        { ...doneRecord(paperRun(20, {}, "plain"), 0.05, 0.08), metrics },
        doneRecord(paperRun(20), 0.05, 0.08),
      ];
      return paperFigure("figure-6", "f", setupOf(runs))?.panels.map(({ y }) => y.domain);
    };
    const papers = [0, 0.2];
    expect(axesOf(0.9, 0.4, 0.19, 0.19)).toEqual([papers, papers]);
    const extended = [0, 0.9];
    expect(axesOf(0.9, 0.4, 0.21, 0.19)).toEqual([extended, extended]);
  });

  it("has mean and standard deviation over seeds", () => {
    // 0.06, 0.08 and 0.10: mean 0.08, standard deviation 0.02.
    const runs = [0.06, 0.08, 0.1].map((error, seed) => doneRecord(paperRun(20, { seed }), 0.05, error));
    const last = lines(paperFigure("figure-6", "f", setupOf(runs))).find((line) => line.includes("test,ours"));
    const [error, low, high, count] = last?.split(",").slice(5).map(Number) ?? [];
    expect(error).toBeCloseTo(0.08, 12);
    expect(low).toBeCloseTo(0.06, 12);
    expect(high).toBeCloseTo(0.1, 12);
    expect(count).toBe(3);
  });

  it("averages training errors over a thousand iterations, as the paper drew them", () => {
    const record = doneRecord(paperRun(20), 0.05, 0.08);
    const metrics = [500, 1000, 1500, 2000].map((iteration, i) =>
      sampleMetric(iteration, [0.2, 0.1, 0.1, 0.06][i] ?? 0),
    );
    const csv = lines(paperFigure("figure-6", "f", setupOf([{ ...record, metrics }])));
    const ours = csv
      .filter((line) => line.includes("train,ours"))
      .map((line) => line.split(",").slice(4, 6).map(Number));
    expect(ours.map(([iteration]) => iteration)).toEqual([1000, 2000]);
    expect(ours[0]?.[1]).toBeCloseTo(0.15, 12);
    expect(ours[1]?.[1]).toBeCloseTo(0.08, 12);
  });
});

describe("the figures of a study", () => {
  it("are the figures that the experiment names and has nets of. The first set-up's have the plain name", () => {
    const runs = [...fourNets(), ...fourNets({ training: { iterations: 60 } })];
    expect(names(runs, ["figure-4", "figure-6", "table-2"])).toEqual(["figure-4", "figure-4-synthetic-60-iterations"]);
  });

  it("are our own training curves if it names none: the paper's are never drawn alone", () => {
    expect(names(fourNets(), ["figure-6", "figure-7"])).toEqual(["training-curves"]);
    const figure = ownFigure("training-curves", setupOf(fourNets()));
    expect(figure?.csv).not.toContain("paper");
    expect(figure?.panels.map(({ title }) => title)).toEqual(["training error", "test error"]);
  });

  it("are drawn for the first four set-ups, however many a sweep has", () => {
    const sweep = [1, 2, 3, 4, 5, 6].flatMap((n) => fourNets({ training: { iterations: 100 * n } }));
    expect(names(sweep, ["figure-4"])).toEqual([
      "figure-4",
      "figure-4-synthetic-500-iterations",
      "figure-4-synthetic-400-iterations",
      "figure-4-synthetic-300-iterations",
    ]);
  });

  it("say so if there are more nets than can be told apart", () => {
    const runs = Array.from({ length: 20 }, (_, i) => doneRecord({ label: `plain-18 x=${i}` }, 0.1, 0.1));
    expect(ownFigure("f", setupOf(runs))?.caption[1]).toBe("the first 16 of 20 nets");
  });

  it("do not exist without a number", () => {
    const [record] = fourNets() as [RunRecord];
    expect(names([{ ...record, metrics: [] }], ["figure-4"])).toEqual([]);
  });
});
