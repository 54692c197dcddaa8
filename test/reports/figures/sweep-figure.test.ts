import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { isSweep, listParts, type Sweep } from "../../../src/reports/analysis/sweeps.ts";
import { drawFigure } from "../../../src/reports/figures/draw.ts";
import { listFigures } from "../../../src/reports/figures/list.ts";
import { sweepFigure } from "../../../src/reports/figures/sweep-figure.ts";
import { doneRecord, fourNets, interruptedRecord } from "../sample-records.ts";
import { fourRates, ratePath, rateRecord } from "../sweep-records.ts";

const figureOf = (runs: readonly RunRecord[]) => sweepFigure("sweep", listParts(runs).find(isSweep) as Sweep);
const linesOf = (runs: readonly RunRecord[]) => figureOf(runs)?.panels[0]?.colours.map(({ net }) => net);

describe("the figure of a sweep", () => {
  it("has the final errors against an axis of numbers, with the scatter of seeds", () => {
    const figure = figureOf(fourRates());
    expect(figure).toMatchObject({
      title: "Error against learningRate.initial",
      caption: [
        "synthetic, 600 iterations (toy)",
        "errors at the end of training, mean ± standard deviation over runs",
      ],
      x: { title: "learningRate.initial", logarithmic: true },
    });
    expect(figure?.panels.map(({ name, x, y }) => [name, x.ticks, y.domain])).toEqual([
      ["train", [0.01, 0.03, 0.1, 0.3], [0.15, 0.55]],
      ["test", [0.01, 0.03, 0.1, 0.3], [0.15, 0.55]],
    ]);
    const csv = figure?.csv.split("\n") ?? [];
    expect(csv[0]).toBe("panel,net,set,source,learningRate initial,error,low,high,runs");
    expect(csv[5]).toMatch(/^test,ResNet-18,test,ours,0\.01,0\.5,0\.48\d+,0\.51\d+,2$/);
    expect(csv).toHaveLength(10);
  });

  it("has every tick and point of a logarithmic axis in its picture", async () => {
    const { svg } = await drawFigure(figureOf(fourRates())!);
    for (const rate of ["0.01", "0.03", "0.1", "0.3"]) expect(svg).toContain(`>${rate}</text>`);
    const points = svg.match(/aria-roledescription="point"/g);
    expect(points).toHaveLength(8);
  });

  it("is linear where the values are within a factor of eight", () => {
    expect(figureOf([rateRecord(0.1, 0.3), rateRecord(0.2, 0.4)])?.x).not.toHaveProperty("logarithmic");
  });

  it("has a line for each setting of the other axes, and across the axis with the most values", () => {
    const runs = [8, 16, 32].flatMap((width) =>
      [18, 34].map((depth) =>
        doneRecord({ paper: [], model: { block: "basic", depth, width }, varied: ["model.width"] }, 0.1, 0.2),
      ),
    );
    expect(figureOf(runs)?.x.title).toBe("width");
    expect(linesOf(runs)).toEqual(["depth=18", "depth=34"]);
  });

  it("names the values that vary together with the axis", () => {
    const batch = (batchSize: number, initial: number) =>
      rateRecord(initial, 0.2, {
        varied: ["training.batchSize", ratePath],
        training: { batchSize, learningRate: { initial } },
      });
    expect(figureOf([batch(16, 0.1), batch(32, 0.2)])?.x.title).toBe("batchSize (with learningRate.initial)");
  });

  it("has all nets side by side where numbers only go along with other differences", () => {
    const net = (activation: string, width: number, error: number, seed = 0) =>
      doneRecord(
        { paper: [], seed, model: { activation, width }, varied: ["model.activation", "model.width"] },
        error / 2,
        error,
      );
    const runs = [
      net("original", 16, 0.3),
      net("no-last-relu", 20, 0.2),
      net("no-last-relu", 20, 0.24, 1),
      net("full-pre-activation", 12, 0.4),
      net("relu-before-addition", 16, 0.5),
    ];
    const figure = figureOf(runs);
    expect(figure).toMatchObject({ title: "Error of each net", bars: true, x: { title: "place by test error" } });
    const csv = figure?.csv.split("\n").filter((line) => line.startsWith("test,")) ?? [];
    expect(csv.map((line) => line.replace(/^test,(.*),test,ours,(\d),([\d.]+),.*/, "$1 | $2 | $3"))).toEqual([
      "1: plain-18 | 1 | 0.22",
      "2: plain-18 | 2 | 0.3",
      "3: plain-18 | 3 | 0.4",
      "4: plain-18 | 4 | 0.5",
    ]);
  });

  it("has the training curves where no axis has numbers", () => {
    const runs = ["step", "cosine"].map((schedule) =>
      doneRecord(
        { paper: [], training: { learningRate: { schedule } }, varied: ["training.learningRate.schedule"] },
        0.1,
        0.2,
      ),
    );
    expect(figureOf(runs)?.title).toBe("Training curves");
    expect(linesOf(runs)).toEqual(["schedule=cosine", "schedule=step"]);
  });

  it("is not there while no run is done", () => {
    const waiting = [0.1, 0.2].map((initial) =>
      interruptedRecord({ paper: [], varied: [ratePath], training: { learningRate: { initial } } }),
    );
    expect(figureOf(waiting)).toBeUndefined();
  });

  it("stands before the paper's figures of the set-ups that the sweep joins", () => {
    const rates = [0.05, 0.1].flatMap((initial) =>
      fourNets({ varied: [ratePath], training: { learningRate: { initial } } }),
    );
    expect(listFigures(["figure-4"], listParts(rates)).map(({ name }) => name)).toEqual([
      "sweep",
      "figure-4",
      "figure-4-synthetic-600-iterations-training-learningrate-initial-0-1",
    ]);
    expect(listFigures([], listParts(fourRates())).map(({ name }) => name)).toEqual(["sweep"]);
  });
});
