import { describe, expect, it } from "vitest";
import { paperRows } from "../../../src/paper/lookup.ts";
import type { PaperRow } from "../../../src/paper/tables.ts";
import type { Evaluated, Protocol } from "../../../src/reports/analysis/evaluated.ts";
import { isTestedAs, measure } from "../../../src/reports/analysis/measurement.ts";
import { oneLook, paperScales, tenCrops } from "../evaluated-records.ts";

const row = (reference: string) => paperRows(reference).find(({ model }) => model) as PaperRow;
const test = (protocol: Protocol, mean: number, count = 1): Evaluated => ({
  protocol,
  images: 50_000,
  top1: { count, mean },
  top5: { count, mean: mean / 4 },
  engines: ["native"],
});
const testError = { count: 3, mean: 0.3 };

describe("our error next to a number of the paper", () => {
  it("is from the paper's protocol if that was tested, top-1 and top-5", () => {
    const ours = { testError, evaluated: [test(oneLook, 0.31), test(tenCrops, 0.28)] };
    const error = (kind: "error" | "top5") => measure(row("table-3"), kind, ours);
    expect(error("error")).toEqual({ error: { count: 1, mean: 0.28 }, looks: tenCrops, protocol: tenCrops });
    expect(error("top5").error?.mean).toBeCloseTo(0.07, 12);
  });

  it("is otherwise from the last iteration, which has no top-5 error", () => {
    const ours = { testError, evaluated: [test(oneLook, 0.31), test({ ...oneLook, scales: [224] }, 0.3)] };
    expect(measure(row("table-3"), "error", ours)).toEqual({ error: testError, looks: { crops: 1, scales: null } });
    expect(measure(row("table-3"), "top5", ours).error).toBeUndefined();
  });

  it("is from the last iteration if the paper looks at an image once", () => {
    expect(measure(row("table-6"), "error", { testError, evaluated: [test(oneLook, 0.31)] }).error).toBe(testError);
  });

  it("is from the protocol that most runs have, and prefers precise statistics, as in the authors' nets, if as many have them", () => {
    const precise = { ...tenCrops, statistics: "precise", statisticsBatches: 100 } as const;
    const mean = (...evaluated: Evaluated[]) => measure(row("table-2"), "error", { evaluated }).error?.mean;
    expect(mean(test(precise, 0.27, 1), test(tenCrops, 0.28, 2))).toBe(0.28);
    expect(mean(test(tenCrops, 0.28, 2), test(precise, 0.27, 2))).toBe(0.27);
  });

  it("requires the paper's scales for images in files, and any several scales for small images", () => {
    const scales = (list: number[]) => ({ crops: 1, scales: list }) as const;
    expect(isTestedAs(scales(paperScales), scales(paperScales), true)).toBe(true);
    expect(isTestedAs(scales(paperScales), scales([224, 256]), true)).toBe(false);
    expect(isTestedAs(scales(paperScales), scales([32, 40]), false)).toBe(true);
    expect(isTestedAs(scales(paperScales), scales([40]), false)).toBe(false);
    expect(isTestedAs(scales(paperScales), oneLook, false)).toBe(false);
  });
});
