import { describe, expect, it } from "vitest";
import { curveEnds, curves } from "../../src/paper/curves.ts";
import { paperRows } from "../../src/paper/lookup.ts";

const at = (reference: string, label: string, set: string, iteration: number) =>
  curves
    .find((curve) => curve.reference === reference && curve.label === label && curve.set === set)
    ?.points.find((point) => point.iteration === iteration)?.error;

describe("the paper's curves", () => {
  it("have the points that were read off Figures 4 and 6", () => {
    expect(at("figure-6", "plain-56", "train", 20_000)).toBe(0.187);
    expect(at("figure-6", "plain-56", "test", 20_000)).toBeNull();
    expect(at("figure-6", "ResNet-110", "test", 64_000)).toBe(0.0655);
    expect(at("figure-6", "ResNet-1202", "train", 52_500)).toBe(0);
    expect(at("figure-4", "plain-34", "train", 550_000)).toBe(0.324);
    expect(at("figure-4", "ResNet-34", "validation", 310_000)).toBe(0.292);
  });

  it("have training and test errors for each net, at rising iterations", () => {
    for (const reference of ["figure-1", "figure-4", "figure-6"]) {
      const labels = curves.filter((curve) => curve.reference === reference).map(({ label }) => label);
      for (const label of labels) expect(labels.filter((other) => other === label)).toHaveLength(2);
    }
    for (const { points } of curves) {
      const iterations = points.map(({ iteration }) => iteration);
      expect(iterations).toEqual([...iterations].sort((a, b) => a - b));
      for (const { error } of points) if (error !== null) expect(error).toBeLessThanOrEqual(0.63);
    }
    expect(curves.filter(({ reference }) => reference === "figure-1")).toHaveLength(4);
  });

  it("end at the errors of Table 6, within reading error", () => {
    for (const end of curveEnds.filter(({ reference }) => reference === "figure-6")) {
      const [row] = end.model ? paperRows("table-6", end.model) : [];
      if (row) expect(Math.abs((end.error ?? 1) - (row.mean ?? row.error ?? 0)), end.label).toBeLessThan(0.0008);
    }
  });

  it("show the degradation: the deeper plain net ends with a higher training error, the deeper residual net with a lower one", () => {
    for (const [reference, shallow, deep] of [
      ["figure-4", 18, 34],
      ["figure-6", 20, 56],
    ] as const) {
      const train = (kind: string, depth: number) =>
        curveEnds.find((row) => row.reference === reference && row.label === `${kind}-${depth}`)?.trainError ??
        Number.NaN;
      expect(train("plain", deep)).toBeGreaterThan(train("plain", shallow));
      expect(train("ResNet", deep)).toBeLessThan(train("ResNet", shallow));
    }
  });
});
