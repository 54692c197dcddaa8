// Each band by hand: Table 6 has 8.75 % for ResNet-20 and 6.61 % as the mean of 110 layers, Figure 6 ends at 9.69 % for
// plain-20; five runs, ±0.5 points for residual nets and ±1 for plain ones.
import { describe, expect, it } from "vitest";
import { paperRows } from "../../../src/paper/lookup.ts";
import type { PaperModel, PaperRow } from "../../../src/paper/tables.ts";
import { type Contender, judge } from "../../../src/reports/analysis/verdict.ts";

const net = (depth: number, block: "plain" | "basic"): PaperModel => ({
  family: "cifar",
  depth,
  block,
  shortcut: block === "plain" ? "none" : "A",
});
const resnet20 = paperRows("table-6", net(20, "basic"))[0] as PaperRow;
const resnet110 = paperRows("table-6", net(110, "basic"))[0] as PaperRow;
const plain20 = paperRows("figure-6", net(20, "plain"))[0] as PaperRow;
const table2 = paperRows("table-2")[0] as PaperRow;
const ours = (mean: number, more: Partial<Contender> = {}): Contender => ({
  dataset: "CIFAR-10",
  grade: "paper-exact",
  deviations: [],
  testError: { count: 5, mean, std: 0.0015 },
  ...more,
});

describe("a verdict", () => {
  it.each([
    ["reproduced", 0.0925],
    ["reproduced", 0.0825],
    ["reproduced", 0.0875],
    ["worse", 0.0926],
    ["better", 0.0824],
  ])("on a residual net is %s at %d: the band is 8.25 to 9.25 %", (verdict, mean) => {
    expect(judge(resnet20, ours(mean))).toMatchObject({ verdict, reason: "band of ±0.5 points" });
  });

  it.each([
    ["reproduced", 0.1069],
    ["reproduced", 0.0869],
    ["worse", 0.107],
    ["better", 0.0868],
  ])("on a plain net is %s at %d: the band is 8.69 to 10.69 %", (verdict, mean) => {
    expect(judge(plain20, ours(mean))).toMatchObject({ verdict, reason: "band of ±1.0 points" });
  });

  it("uses the paper's mean if it gives one, not its best run", () => {
    expect(judge(resnet110, ours(0.0711)).verdict).toBe("reproduced");
    expect(judge(resnet110, ours(0.061)).verdict).toBe("better");
    expect(judge(resnet110, ours(0.0611)).difference).toBeCloseTo(-0.005, 12);
  });

  it("needs five runs, and shows the difference until then", () => {
    const four = judge(resnet20, ours(0.0875, { testError: { count: 4, mean: 0.0885 } }));
    expect(four).toMatchObject({ verdict: "not enough runs", reason: "4 of the 5 runs that a verdict needs" });
    expect(four.difference).toBeCloseTo(0.001, 12);
    expect(judge(resnet20, ours(0, { testError: undefined }))).toEqual({
      verdict: "not enough runs",
      reason: "0 of the 5 runs that a verdict needs",
    });
  });

  it("never compares a toy, however close it is", () => {
    const toy = ours(0.0875, { grade: "toy", deviations: [{ text: "width 8, not 16", grade: "toy" }] });
    expect(judge(resnet20, toy)).toEqual({ verdict: "not comparable", reason: "our runs are toys: width 8, not 16" });
  });

  it("compares only all of the same images with the same view", () => {
    expect(judge(resnet20, ours(0.0875, { dataset: "CIFAR-10 (JPEG copy)", grade: "data-scaled" }))).toEqual({
      verdict: "not comparable",
      reason: "we tested on images from CIFAR-10 (JPEG copy), the paper on CIFAR-10",
    });
    expect(judge(resnet20, ours(0.0875, { dataset: "images of 3 classes" })).reason).toBe(
      "we tested on images of 3 classes, the paper on CIFAR-10",
    );
    expect(judge(resnet20, ours(0.0875, { testImages: 100 })).reason).toBe("we tested on some of the test images only");
    const imagenet = ours(0.2794, { dataset: "ImageNet", cropped: true });
    expect(judge(table2, imagenet)).toEqual({
      verdict: "not comparable",
      reason: "we tested on one centre crop, the paper on 10 crops",
    });
  });

  it("is a difference without a band on ImageNet, where the scatter of runs is unknown", () => {
    const imagenet = ours(0.3, { dataset: "ImageNet, mean of each channel", cropped: true });
    const tenCrops = { crops: 10, scales: null } as const;
    const one = judge(table2, imagenet, { error: { count: 1, mean: 0.2804 }, looks: tenCrops });
    expect(one).toMatchObject({ verdict: "no band", reason: "nobody knows how much runs scatter on ImageNet" });
    // Table 2 has 27.94 for plain-18.
    expect(one.difference).toBeCloseTo(0.001, 12);
    const table3 = paperRows("table-3").find(({ label }) => label === "ResNet-50") as PaperRow;
    const top5 = judge(table3, imagenet, { error: { count: 5, mean: 0.0681 }, looks: tenCrops }, "top5");
    expect(top5.verdict).toBe("no band");
    // Table 3 has 6.71 for ResNet-50's top-5 error.
    expect(top5.difference).toBeCloseTo(0.001, 12);
    const toy = { ...imagenet, grade: "toy", deviations: [{ text: "width 8, not 64", grade: "toy" }] } as const;
    expect(judge(table2, toy, { error: { count: 1, mean: 0.3 }, looks: tenCrops }).reason).toBe(
      "our runs are toys: width 8, not 64",
    );
  });

  it("compares one centre crop with the ends of Figure 4's curves, which also have one", () => {
    const figure4 = paperRows("figure-4", { family: "imagenet", depth: 34, block: "basic", shortcut: "A" })[0];
    const imagenet = ours(0.28, { dataset: "ImageNet", cropped: true });
    expect(judge(figure4 as PaperRow, imagenet).verdict).toBe("no band");
  });

  it("compares runs that are trained differently, because the grade next to it says so", () => {
    expect(judge(resnet20, ours(0.09, { grade: "schedule-scaled" })).verdict).toBe("reproduced");
  });

  it("reproduces a failure by failing", () => {
    const failing = { ...resnet20, fails: true } as const;
    const { error: _, ...fails } = failing;
    expect(judge(fails, ours(0.5)).verdict).toBe("reproduced");
    expect(judge(fails, ours(Number.NaN)).verdict).toBe("reproduced");
    expect(judge(fails, ours(0.2)).verdict).toBe("better");
  });

  it("calls an error that is not a number worse", () => {
    expect(judge(resnet20, ours(Number.NaN)).verdict).toBe("worse");
  });
});
