import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { isSweep, listParts, type Sweep } from "../../../src/reports/analysis/sweeps.ts";
import { doneRecord, fourNets } from "../sample-records.ts";
import { fourRates, ratePath, rateRecord } from "../sweep-records.ts";

const sweepOf = (runs: readonly RunRecord[]) => listParts(runs).find(isSweep) as Sweep;
const axesOf = (runs: readonly RunRecord[]) => sweepOf(runs).axes.map(({ paths }) => paths);

describe("the parts of an experiment", () => {
  it("are its set-ups where the matrix varies what the papers' tables do", () => {
    const parts = listParts([...fourNets(), ...fourNets({ training: { iterations: 60 } })]);
    expect(parts.map(isSweep)).toEqual([false, false]);
  });

  it("are one sweep for set-ups that differ on an axis of the matrix only", () => {
    const parts = listParts(fourRates());
    expect(parts).toHaveLength(1);
    const [part] = parts as [Sweep];
    expect(part).toMatchObject({ name: "synthetic, 600 iterations", slug: "synthetic-600-iterations", isWhole: true });
    expect(part.axes).toEqual([{ paths: [ratePath], isNumeric: true, count: 4 }]);
    expect(part.setups).toHaveLength(4);
    expect(part.rows.map(({ label, runs }) => [label, runs.length])).toEqual([
      ["ResNet-18 initial=0.01", 2],
      ["ResNet-18 initial=0.03", 2],
      ["ResNet-18 initial=0.1", 2],
      ["ResNet-18 initial=0.3", 2],
    ]);
  });

  it("count a run that was made before its value was on the matrix", () => {
    const before = rateRecord(1, 0.9, { label: "ResNet-18", varied: [] });
    expect(sweepOf([before, ...fourRates()]).rows.map(({ label }) => label)).toContain("ResNet-18");
  });

  it("keep what differs in other values apart, each with a name of its own", () => {
    const short = fourRates({ dataset: { trainImages: 100 } });
    const longer = [0.1, 0.2].map((rate) =>
      rateRecord(rate, 0.2, { training: { iterations: 1200, learningRate: { initial: rate } } }),
    );
    expect(listParts([...fourRates(), ...short, ...longer]).map(({ name, slug }) => [name, slug])).toEqual([
      ["synthetic, 1200 iterations", "synthetic-1200-iterations"],
      ["synthetic, 600 iterations, dataset.trainImages 100", "synthetic-600-iterations-dataset-trainimages-100"],
      ["synthetic, 600 iterations, dataset.trainImages none", "synthetic-600-iterations-dataset-trainimages-none"],
    ]);
  });

  it("have the nets of a sweep as an axis where they are on the matrix", () => {
    const runs = [4, 8].flatMap((width) =>
      [18, 34].map((depth) =>
        doneRecord({ paper: [], model: { block: "basic", depth, width }, varied: ["model.width"] }, 0.1, 0.2),
      ),
    );
    expect(axesOf(runs)).toEqual([["model.depth"], ["model.width"]]);
  });

  it("join values that always vary together on one axis", () => {
    const batch = (batchSize: number, rate: number) =>
      rateRecord(rate, 0.2, {
        varied: ["training.batchSize", ratePath],
        training: { batchSize, learningRate: { initial: rate } },
      });
    const together = [batch(16, 0.1), batch(32, 0.2)];
    expect(axesOf(together)).toEqual([["training.batchSize", ratePath]]);
    expect(axesOf([...together, batch(16, 0.2)])).toEqual([["training.batchSize"], [ratePath]]);
  });

  it("compare data sets that are on the matrix, and schedules with the drops that each has", () => {
    const data = ["synthetic", "cifar10"].map((name) =>
      doneRecord({ paper: [], dataset: { name }, datasetTitle: name, varied: ["dataset.name"] }, 0.1, 0.2),
    );
    expect(sweepOf(data)).toMatchObject({
      name: "600 iterations",
      axes: [{ paths: ["dataset.name"], isNumeric: false }],
    });
    const schedules = [{ schedule: "step", dropAt: [300] }, { schedule: "cosine" }].map((learningRate) =>
      doneRecord({ paper: [], training: { learningRate }, varied: ["training.learningRate.schedule"] }, 0.1, 0.2),
    );
    expect(sweepOf(schedules).rows).toHaveLength(2);
  });

  it("sort lists and words of an axis by their values", () => {
    const runs = [[300, 450], [], [60]].map((dropAt) =>
      doneRecord(
        { paper: [], training: { learningRate: { dropAt } }, varied: ["training.learningRate.dropAt"] },
        0.1,
        0.2,
      ),
    );
    expect(sweepOf(runs).rows.map(({ runs: [{ run }] }) => run.spec.sections.training.learningRate.dropAt)).toEqual([
      [],
      [60],
      [300, 450],
    ]);
  });

  it("leave the weights of a net to the papers' tables in a study that names them", () => {
    const scaled = (paper: readonly string[]) =>
      [0.5, 1].map((residualScale) =>
        doneRecord(
          { paper, model: { weighing: { residualScale } }, varied: ["model.weighing.residualScale"] },
          0.1,
          0.2,
        ),
      );
    expect(listParts(scaled(["identity-mappings-table-1"])).map(isSweep)).toEqual([false]);
    expect(listParts(scaled([])).map(isSweep)).toEqual([true]);
  });
});
