import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { calibrationKey } from "../../src/planning/calibration.ts";
import { readCalibration, writeCalibration } from "../../src/planning/calibration-cache.ts";
import { type SampleOptions, sampleRun, sampleSpec, temporaryDirectory } from "../records/sample-run.ts";

const { provenance } = sampleRun();
const key = (options: SampleOptions = {}) => calibrationKey(sampleSpec(options).sections, provenance, "1");

describe("a calibration", () => {
  it("is shared by runs that differ only in length, schedule and seed", () => {
    expect(
      key({ seed: 3, training: { iterations: 9, learningRate: { initial: 0.5 } }, record: { trainEvery: 7 } }),
    ).toBe(key());
  });

  it("is not shared with another net, batch, data set, engine, machine or trainer", () => {
    const { sections } = sampleSpec();
    const keys = [
      key(),
      key({ model: { depth: 34 } }),
      key({ training: { batchSize: 32 } }),
      key({ dataset: { trainImages: 100 } }),
      calibrationKey(sections, { ...provenance, cores: 64 }, "1"),
      calibrationKey(sections, { ...provenance, engine: { ...provenance.engine, description: "4 threads" } }, "1"),
      calibrationKey(sections, provenance, "2"),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("is kept in the cache, and measured again if its file is damaged", () => {
    const cache = join(temporaryDirectory(), "cache");
    expect(readCalibration(cache, "key")).toBeUndefined();
    const calibration = {
      ...{
        setupSeconds: 1,
        stepSeconds: 2,
        stepSpread: 0,
        evaluationSeconds: 3,
        checkpointSeconds: 4,
        finishSeconds: 5,
      },
      ...{ peakMemoryBytes: 6, checkpointBytes: 7, weightsBytes: 8, metricBytes: 9, otherBytes: 10 },
    };
    writeCalibration(cache, "key", calibration);
    expect(readCalibration(cache, "key")).toEqual(calibration);
    mkdirSync(join(cache, "calibrations"), { recursive: true });
    writeFileSync(join(cache, "calibrations", "key.json"), '{"setupSeconds": -1}');
    expect(readCalibration(cache, "key")).toBeUndefined();
  });
});
