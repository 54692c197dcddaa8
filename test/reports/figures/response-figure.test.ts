import { describe, expect, it } from "vitest";
import { listSetups, type Setup } from "../../../src/reports/analysis/setups.ts";
import { responseFigure } from "../../../src/reports/figures/response-figure.ts";
import { doneRecord, paperRun } from "../sample-records.ts";

const record = doneRecord(paperRun(20), 0.05, 0.08);
const measured = (responseStd: readonly number[], seed = 0) => {
  const run = doneRecord(paperRun(20, { seed }), 0.05, 0.08);
  const metrics = run.metrics.map((metric) => ({ ...metric, layers: { responseStd, gradientNorm: [] } }));
  return { ...run, metrics };
};
const draw = (...runs: (typeof record)[]) => responseFigure("figure-7", listSetups(runs)[0] as Setup);

describe("Figure 7", () => {
  it("exists only if a run measured responses", () => {
    expect(draw(record)).toBeUndefined();
    expect(draw(measured([2, 1, 3]))?.title).toBe("Figure 7");
  });

  it("has responses in the layers' order and sorted, with the paper's next to ours", () => {
    const csv = draw(measured([2, 1, 3]))?.csv.split("\n");
    expect(csv?.slice(0, 5)).toEqual([
      "panel,net,set,source,layer,std,low,high,runs",
      "order,ResNet-20,residual,ours,1,2,,,1",
      "order,ResNet-20,residual,ours,2,1,,,1",
      "order,ResNet-20,residual,ours,3,3,,,1",
      "order,ResNet-20,residual,paper,1,1.71,,,",
    ]);
    expect(csv).toContain("magnitude,ResNet-20,residual,ours,1,3,,,1");
    expect(csv).toContain("magnitude,ResNet-20,residual,paper,1,2.5,,,");
  });

  it("has the mean and standard deviation over runs", () => {
    // 1 and 2: mean 1.5, standard deviation 0.70710678.
    const line = draw(measured([1]), measured([2], 1))
      ?.csv.split("\n")[1]
      ?.split(",")
      .slice(5)
      .map(Number);
    expect(line?.[0]).toBe(1.5);
    expect(line?.[1]).toBeCloseTo(0.7928932, 6);
    expect(line?.[2]).toBeCloseTo(2.2071068, 6);
  });

  it("has the paper's vertical axis, as many layers as its nets, and dashes for plain nets", () => {
    const figure = draw(measured([2, 1, 3]));
    expect(figure?.panels[0]).toMatchObject({ x: { domain: [0, 19] }, y: { domain: [0.5, 3.5], ticks: [1, 2, 3] } });
    expect(figure?.panels[0]?.colours).toEqual([{ net: "ResNet-20", colour: "#a89400" }]);
    const plain = doneRecord(paperRun(20, {}, "plain"), 0.05, 0.08);
    const metrics = plain.metrics.map((each) => ({ ...each, layers: { responseStd: [1], gradientNorm: [] } }));
    expect(draw({ ...plain, metrics })?.panels[0]?.colours).toEqual([
      { net: "plain-20", colour: "#a89400", dashed: true },
    ]);
  });
});
