import { describe, expect, it } from "vitest";
import { durationText, flopsText, machineCosts, runFlops } from "../../../src/reports/analysis/costs.ts";
import { doneRecord, interruptedRecord, paperRun } from "../sample-records.ts";

describe("costs", () => {
  it("are six operations per multiply-add and image: 1.99 PFLOP for ResNet-20 by the paper's recipe", () => {
    // 40.55 million multiply-adds · 6 · 128 images · 64,000 iterations.
    expect(flopsText(runFlops(doneRecord(paperRun(20), 0.1, 0.1)))).toBe("1.99 PFLOP");
  });

  it("count the iterations that an unfinished run has made", () => {
    expect(runFlops(interruptedRecord(paperRun(20))) / runFlops(doneRecord(paperRun(20), 0.1, 0.1))).toBeCloseTo(
      0.5,
      12,
    );
  });

  it("are summed by machine", () => {
    const runs = [doneRecord({ seed: 0 }, 0.1, 0.1), doneRecord({ seed: 1 }, 0.1, 0.1), interruptedRecord({ seed: 2 })];
    expect(machineCosts(runs)).toMatchObject([
      { machine: "stock CPU backend, Example CPU, 2 cores, Linux 6.1 x64", runs: 3, seconds: 25 },
    ]);
  });

  it("are unknown for a net that this version lacks, without an error", () => {
    const record = doneRecord({}, 0.1, 0.1);
    const { spec } = record.run;
    const model = { ...spec.sections.model, block: "unheard-of" as "plain" };
    const run = { ...record.run, spec: { ...spec, sections: { ...spec.sections, model } } };
    expect(flopsText(runFlops({ ...record, run }))).toBe("–");
  });

  it.each([
    [5, "5 s"],
    [245, "4 min 5 s"],
    [4980, "1 h 23 min"],
  ])("say %d seconds as %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});
