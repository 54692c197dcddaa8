import { describe, expect, it } from "vitest";
import { listSetups } from "../../../src/reports/analysis/setups.ts";
import { doneRecord, fourNets, paperRun } from "../sample-records.ts";

const named = (...runs: Parameters<typeof listSetups>) => listSetups(...runs).map(({ name, slug }) => [name, slug]);

describe("the set-ups of an experiment", () => {
  it("are one for nets that differ only in depth, block, shortcut, order, span or weights", () => {
    const model = { block: "basic", family: "cifar", depth: 20 };
    const runs = [
      ...fourNets(),
      doneRecord({ model: { block: "basic", shortcut: "scaling", weighing: { shortcutScale: 0.25 } } }, 0.1, 0.1),
      doneRecord({ model: { block: "basic", activation: "full-pre-activation", lastGamma: 0 } }, 0.1, 0.1),
    ];
    expect(named(runs)).toEqual([["synthetic, 600 iterations", "synthetic-600-iterations"]]);
    expect(named([...runs, doneRecord({ model }, 0.1, 0.1)])).toHaveLength(2);
  });

  it("are one for shallow nets and the deep ones that the same recipe warms up", () => {
    const warmUp = { fromDepth: 110, learningRate: 0.01, untilTrainError: 0.8 };
    const net = (depth: number, rate: object = {}) =>
      doneRecord(
        paperRun(depth, { training: { learningRate: { initial: 0.1, dropAt: [32_000, 48_000], ...rate } } }),
        0.1,
        0.1,
      );
    const runs = [net(20), net(56), net(110, { warmUp })];
    expect(named(runs)).toEqual([["CIFAR-10, 64000 iterations", "cifar-10-64000-iterations"]]);
    // One net with the warm-up and without it was trained by two recipes.
    expect(listSetups([...runs, net(110)]).map(({ rows }) => rows.map(({ label }) => label))).toEqual([
      ["ResNet-110"],
      ["ResNet-20", "ResNet-56", "ResNet-110"],
    ]);
    // A warm-up of all nets is a recipe of its own.
    expect(named([net(20), net(56, { warmUp: { ...warmUp, fromDepth: 1 } })])).toHaveLength(2);
  });

  it("are sorted by grade and then by the length of training", () => {
    const runs = [
      ...fourNets({ training: { iterations: 60 } }),
      ...fourNets(),
      doneRecord(paperRun(20, { training: { iterations: 40_000 } }), 0.1, 0.1),
      doneRecord(paperRun(20), 0.1, 0.1),
    ];
    expect(named(runs).map(([name]) => name)).toEqual([
      "CIFAR-10, 64000 iterations",
      "CIFAR-10, 40000 iterations",
      "synthetic, 600 iterations",
      "synthetic, 60 iterations",
    ]);
  });

  it("are told apart by other differences if images and iterations are equal", () => {
    const runs = [
      doneRecord({ model: { width: 8 } }, 0.1, 0.1),
      doneRecord({ model: { width: 16 }, training: { learningRate: { dropAt: [300, 450] } } }, 0.1, 0.1),
    ];
    expect(named(runs)).toEqual([
      [
        "synthetic, 600 iterations, model.width 16, training.learningRate.dropAt 300+450",
        "synthetic-600-iterations-model-width-16-training",
      ],
      [
        "synthetic, 600 iterations, model.width 8, training.learningRate.dropAt none",
        "synthetic-600-iterations-model-width-8-training-learningrate",
      ],
    ]);
  });

  it("are told apart by a later key's default too", () => {
    const run = (precision: "float32" | "bf16-mixed") => doneRecord({ training: { precision } }, 0.1, 0.1);
    const names = named([run("float32"), run("bf16-mixed")]).map(([name]) => name);
    expect(names.sort()).toEqual([
      "synthetic, 600 iterations, training.precision bf16-mixed",
      "synthetic, 600 iterations, training.precision float32",
    ]);
  });
});
