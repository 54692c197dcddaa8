import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decisiveValue } from "../../src/config/decisive.ts";
import { readHashed, readRunFile } from "../../src/records/run-files.ts";
import { canonicalJson, runId, specHash } from "../../src/records/run-id.ts";
import { sampleSpec } from "./sample-run.ts";

const id = (options: Parameters<typeof sampleSpec>[0] = {}) => runId(sampleSpec(options), "digest", "1");

describe("the id of a run", () => {
  it("has its label and seed in plain letters, then ten digits of the hash", () => {
    expect(id({ label: "ResNet-34 A", seed: 3 })).toMatch(/^resnet-34-a-s3-[0-9a-f]{10}$/);
    expect(id({ label: "深い" })).toMatch(/^run-s0-[0-9a-f]{10}$/);
    expect(id({ label: "x".repeat(300) }).length).toBeLessThan(80);
  });

  it("changes with everything that decides the numbers", () => {
    const ids = [
      id(),
      id({ seed: 1 }),
      id({ training: { momentum: 0.8 } }),
      id({ model: { width: 16 } }),
      id({ dataset: { trainImages: 100 } }),
      id({ record: { trainEvery: 50 } }),
      runId(sampleSpec(), "other digest", "1"),
      runId(sampleSpec(), "digest", "2"),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("does not depend on how often a checkpoint is written", () => {
    expect(id({ record: { checkpointEvery: 7 } })).toBe(id());
  });

  it("does not depend on the experiment's name or the order of keys, and its hash not on the label", () => {
    const spec = sampleSpec();
    const { dataset, ...rest } = spec.sections;
    const shuffled = { ...spec, experiment: "other", label: "other", axes: {}, sections: { ...rest, dataset } };
    expect(specHash(shuffled, "digest", "1")).toBe(specHash(spec, "digest", "1"));
  });

  it("hashes canonical JSON with SHA-256", () => {
    expect(canonicalJson({ b: [1, { d: undefined, c: null }], a: "x" })).toBe('{"a":"x","b":[1,{"c":null}]}');
    const spec = sampleSpec();
    const sections = decisiveValue(spec.sections);
    const text = canonicalJson({
      datasetDigest: "digest",
      sections,
      seed: 0,
      trainerVersion: "1",
    });
    expect(specHash(spec, "digest", "1")).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it("of each committed run is the recorded one, computed from the spec as recorded and as read today", () => {
    const records = readdirSync(results, { recursive: true, encoding: "utf8" }).filter((path) =>
      /runs[/\\][^/\\]+[/\\]run\.json$/.test(path),
    );
    expect(records.length).toBeGreaterThanOrEqual(12);
    for (const path of records) {
      const run = readRunFile(join(results, path))!;
      const { spec, datasetDigest, trainerVersion } = readHashed(join(results, path))!;
      expect(runId(run.spec, datasetDigest, trainerVersion)).toBe(run.id);
      expect(specHash(run.spec, datasetDigest, trainerVersion)).toBe(run.specHash);
      expect(specHash(spec, datasetDigest, trainerVersion)).toBe(run.specHash);
    }
  });
});

const results = new URL("../../results/reference", import.meta.url).pathname;
