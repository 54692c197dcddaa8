import { describe, expect, it } from "vitest";
import { evaluatedRuns } from "../../../src/reports/analysis/evaluated.ts";
import { evaluated, evaluation, oneLook, paperScales, tenCrops } from "../evaluated-records.ts";
import { doneRecord, interruptedRecord } from "../sample-records.ts";

const precise = { ...tenCrops, statistics: "precise", statisticsBatches: 100 } as const;

describe("the tests of a net's runs", () => {
  it("have mean and standard deviation over the tested runs, and the difference from each run's own test", () => {
    const [tests, ...others] = evaluatedRuns([
      evaluated(doneRecord({ seed: 0 }, 0.2, 0.3), [tenCrops, 0.28, 0.1]),
      evaluated(doneRecord({ seed: 1 }, 0.2, 0.32), [tenCrops, 0.29, 0.12]),
      evaluated(doneRecord({ seed: 2 }, 0.2, 0.31), [tenCrops, 0.3, 0.14]),
      doneRecord({ seed: 3 }, 0.2, 0.9),
    ]);
    expect(others).toEqual([]);
    expect(tests).toMatchObject({ protocol: tenCrops, images: 2000, engines: ["native (AVX2, 1 thread)"] });
    // (0.28 + 0.29 + 0.30) / 3, and deviations of 0.01, 0 and 0.01; top-5 likewise.
    expect(tests?.top1.count).toBe(3);
    expect(tests?.top1.mean).toBeCloseTo(0.29, 12);
    expect(tests?.top1.std).toBeCloseTo(0.01, 12);
    expect(tests?.top5?.mean).toBeCloseTo(0.12, 12);
    expect(tests?.top5?.std).toBeCloseTo(0.02, 12);
    // −0.02, −0.03 and −0.01; the run without a test has no part in it.
    expect(tests?.fromOneView).toBeCloseTo(-0.02, 12);
  });

  it("are separate for each protocol, one look first and precise statistics last", () => {
    const scales = { ...oneLook, scales: paperScales };
    const record = evaluated(
      doneRecord({}, 0.2, 0.3),
      [scales, 0.25],
      [precise, 0.26],
      [{ ...precise, statisticsBatches: 50 }, 0.261],
      [tenCrops, 0.27],
      [oneLook, 0.3],
    );
    expect(evaluatedRuns([record]).map(({ top1 }) => top1.mean)).toEqual([0.3, 0.27, 0.261, 0.26, 0.25]);
  });

  it("include the last test of a run by a protocol, and no tests of ensembles or of unfinished runs", () => {
    const record = evaluated(doneRecord({}, 0.2, 0.3), [tenCrops, 0.28], [tenCrops, 0.27]);
    const ensemble = evaluation(record, tenCrops, 0.2, null, [record.run.id, "another"]);
    const interrupted = evaluated(interruptedRecord({ seed: 1 }), [tenCrops, 0.5]);
    const tests = evaluatedRuns([{ ...record, evaluations: [...record.evaluations, ensemble] }, interrupted]);
    expect(tests.map(({ top1, top5 }) => [top1, top5])).toEqual([[{ count: 1, mean: 0.27 }, undefined]]);
  });
});
