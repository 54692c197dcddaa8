import { describe, expect, it } from "vitest";
import { paperRows } from "../../src/paper/lookup.ts";

describe("paperRows", () => {
  it("finds a net by family, depth, block and shortcut", () => {
    const plain = { family: "imagenet", depth: 34, block: "plain", shortcut: "none" };
    expect(paperRows("table-2", plain).map(({ error }) => error)).toEqual([0.2854]);
    const optionC = { family: "imagenet", depth: 34, block: "basic", shortcut: "C" };
    expect(paperRows("table-3", optionC).map(({ label }) => label)).toEqual(["ResNet-34 C"]);
    expect(paperRows("table-2", optionC)).toEqual([]);
  });

  it("finds the end of a curve if no table has the net", () => {
    const plain = { family: "cifar", depth: 56, block: "plain", shortcut: "none" };
    expect(paperRows("table-6", plain)).toEqual([]);
    expect(paperRows("figure-6", plain)).toEqual([
      {
        reference: "figure-6",
        table: "Figure 6",
        label: "plain-56",
        model: plain,
        error: 0.1323,
        trainError: 0.0585,
        dataset: "CIFAR-10",
        protocol: "CIFAR-10 test, single view, end of the curve",
        source: "arXiv 1512.03385v1, Figure 6, read off the drawing",
      },
    ]);
  });

  it("distinguishes units by order, span and the numbers that the shortcut uses", () => {
    const net = { family: "cifar", depth: 110, block: "basic", shortcut: "scaling" };
    const scaled = (shortcutScale: number, residualScale: number) =>
      paperRows("identity-mappings-table-1", { ...net, weighing: { shortcutScale, residualScale, gateBias: -6 } });
    expect(scaled(0.5, 0.5).map(({ error }) => error)).toEqual([0.1235]);
    expect(scaled(0.5, 1).map(({ fails }) => fails)).toEqual([true]);
    expect(scaled(0.25, 1)).toEqual([]);
    const identity = { ...net, shortcut: "A" };
    expect(paperRows("identity-mappings-table-3", { ...identity, span: 1 }).map(({ error }) => error)).toEqual([0.099]);
    expect(paperRows("table-6", { ...identity, activation: "original", span: 2 })).toHaveLength(1);
    expect(paperRows("table-6", { ...identity, activation: "bn-after-addition" })).toEqual([]);
    expect(paperRows("table-6", { ...identity, stochasticDepth: { lastSurvival: 0.5 } })).toEqual([]);
    expect(paperRows("identity-mappings-table-1", { ...net, shortcut: "dropout" }).map(({ fails }) => fails)).toEqual([
      true,
    ]);
  });

  it("finds nothing for a reference without errors", () => {
    expect(paperRows("figure-7")).toEqual([]);
    expect(paperRows("table-99")).toEqual([]);
  });
});
