import { describe, expect, it } from "vitest";
import { listSetups, type Setup } from "../../../src/reports/analysis/setups.ts";
import { gradientFigure } from "../../../src/reports/figures/gradient-figure.ts";
import { doneRecord, paperRun } from "../sample-records.ts";

/** A run whose layers' gradients were measured at iterations 1, 2, 3 …. */
const measured = (seed: number, ...norms: readonly (readonly number[])[]) => {
  const record = doneRecord(paperRun(20, { seed }), 0.05, 0.08);
  const [line] = record.metrics;
  const metrics = norms.map((gradientNorm, i) => ({
    ...line!,
    iteration: i + 1,
    layers: { responseStd: gradientNorm.map(() => 1), gradientNorm },
  }));
  return { ...record, metrics };
};
const draw = (...runs: ReturnType<typeof measured>[]) => gradientFigure("gradients", listSetups(runs)[0] as Setup);

describe("the figure of gradients", () => {
  it("exists only if layers were measured more than once in training", () => {
    expect(draw(measured(0, [1, 2]))).toBeUndefined();
    expect(draw(measured(0, [1, 2], [1, 2]))?.title).toBe("Gradients of the layers");
  });

  it("has a panel for the first, the middle and the last measurement", () => {
    const figure = draw(measured(0, [1], [1], [1], [1], [1]));
    expect(figure?.panels.map(({ title }) => title)).toEqual(["iteration 1", "iteration 3", "iteration 5"]);
    expect(draw(measured(0, [1], [1]))?.panels.map(({ name }) => name)).toEqual(["1", "2"]);
  });

  it("has decimal logarithms of the norms, layer by layer, on axes of whole decades", () => {
    const figure = draw(measured(0, [0.1, 0.001], [10, 1]));
    expect(figure?.csv.split("\n")).toEqual([
      "panel,net,set,source,layer,log10Norm,low,high,runs",
      "1,ResNet-20,residual,ours,1,-1,,,1",
      "1,ResNet-20,residual,ours,2,-3,,,1",
      "2,ResNet-20,residual,ours,1,1,,,1",
      "2,ResNet-20,residual,ours,2,0,,,1",
      "",
    ]);
    expect(figure?.panels[0]?.y).toEqual({ domain: [-3, 1], ticks: [-3, -2, -1, 0, 1] });
  });

  it("has the mean and standard deviation of the logarithms over runs, also below zero, and leaves out a gradient of zero", () => {
    // Logarithms −1 and −2: mean −1.5, standard deviation 0.70710678.
    const lines = draw(measured(0, [0.1], [0]), measured(1, [0.01], [0.1]))?.csv.split("\n");
    const [mean, low, high] = lines![1]!.split(",").slice(5, 8).map(Number);
    expect(mean).toBe(-1.5);
    expect(low).toBeCloseTo(-2.2071068, 6);
    expect(high).toBeCloseTo(-0.7928932, 6);
    expect(lines?.[2]).toBe("2,ResNet-20,residual,ours,1,-1,,,1");
  });
});
