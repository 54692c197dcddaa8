import { expect, it } from "vitest";
import { decisiveDifferences, provenanceDifferences, readableValues } from "../../src/records/differences.ts";
import { sampleRun } from "./sample-run.ts";

it("finds the values that differ and decide the numbers, and no others", () => {
  const run = sampleRun();
  const other = sampleRun({
    seed: 1,
    label: "another label",
    training: { learningRate: { dropAt: [300, 450] } },
    record: { checkpointEvery: 7 },
    datasetTitle: "CIFAR-10",
    dataset: { trainImages: 10 },
  });
  expect(decisiveDifferences([run, run, other])).toEqual([
    { path: "seed", values: ["0", "0", "1"] },
    { path: "training.learningRate.dropAt", values: ["[]", "[]", "[300, 450]"] },
    { path: "datasetDigest", values: ["digest of synthetic", "digest of synthetic", "digest of CIFAR-10"] },
    { path: "dataset.trainImages", values: [undefined, undefined, "10"] },
  ]);
});

it('shortens digests and prints "none" for a value that a run lacks', () => {
  expect(readableValues({ path: "datasetDigest", values: ["0123456789abcdef0123", undefined] })).toEqual([
    "0123456789abcdef",
    "none",
  ]);
  expect(readableValues({ path: "seed", values: ["0", "1"] })).toEqual(["0", "1"]);
});

it("finds differences between machines, but ignores times and commands", () => {
  const run = sampleRun();
  const { provenance } = run;
  const other = {
    ...run,
    provenance: {
      ...provenance,
      command: ["resnet-exp", "run", "other.yaml"],
      createdAt: "2026-02-02T00:00:00.000Z",
      cores: 4,
      engine: { ...provenance.engine, device: { kind: "gpu", name: "Example GPU" } as const },
    },
  };
  expect(provenanceDifferences([run, other])).toEqual([
    { path: "provenance.engine.device.kind", values: ["cpu", "gpu"] },
    { path: "provenance.engine.device.name", values: ["AMD EPYC", "Example GPU"] },
    { path: "provenance.cores", values: ["2", "4"] },
  ]);
});
