import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runSchema } from "../../src/config/schema.ts";
import { checkFiles } from "../../src/records/integrity.ts";
import { readRuns } from "../../src/records/record.ts";
import { tabulate } from "../../src/reports/analysis/tabulate.ts";
import { temporaryDirectory } from "./sample-run.ts";

// Trained by version 0.1.0, before the keys for orders of activation, spans, weighted shortcuts and the last γ existed.
const old = new URL("../fixtures/old-records", import.meta.url).pathname;
const plain = "plain-8-s0-0be37c46a1";
const residual = "resnet-8-s0-73e04b55c9";

describe("a record of version 0.1.0", () => {
  it("is read with each later key at its default", () => {
    const { runs, skipped } = readRuns(old);
    expect(skipped).toEqual([]);
    expect(runs.map(({ run }) => run.id)).toEqual([plain, residual]);
    const parsed = (block: string) =>
      runSchema.parse({
        dataset: { name: "synthetic", trainImages: 32, testImages: 16 },
        model: { family: "cifar", depth: 8, width: 4, block },
        training: { batchSize: 8, iterations: 4, learningRate: { dropAt: [2], warmUp: {} } },
        evaluation: { every: 2 },
        record: { trainEvery: 2, checkpointEvery: 2 },
      });
    expect(runs.map(({ run }) => run.spec.sections)).toEqual([parsed("plain"), parsed("basic")]);
    expect(runs[0]?.run.spec.sections.model).toMatchObject({ shortcut: "none", lastGamma: 1, span: 2 });
  });

  it("still matches its hash, which covers fewer keys", async () => {
    for (const record of readRuns(old).runs) {
      expect((await checkFiles(record, record.done!)).slice(0, 3)).toEqual([
        { name: "run.json", state: "holds", detail: "its spec has the hash in the run's id" },
        { name: "done.json", state: "holds", detail: "agrees with metrics.jsonl" },
        { name: "metrics.jsonl", state: "unknown", detail: "2 lines; no checksum was recorded" },
      ]);
    }
  });

  it("has a row in tables", () => {
    expect(tabulate(readRuns(old).runs).map(({ label, grade }) => [label, grade])).toEqual([
      ["plain-8", "toy"],
      ["ResNet-8", "toy"],
    ]);
  });
});

describe("a record whose sections this version does not know", () => {
  const message = (change: (model: Record<string, unknown>) => void) => {
    const results = temporaryDirectory();
    cpSync(old, results, { recursive: true });
    const path = join(results, "old-study", "runs", plain, "run.json");
    const run = JSON.parse(readFileSync(path, "utf8"));
    change(run.spec.sections.model);
    writeFileSync(path, JSON.stringify(run));
    const { runs, skipped } = readRuns(results);
    expect(runs.map(({ run }) => run.id)).toEqual([residual]);
    return skipped.map(({ reason }) => reason.replace(path, "run.json"));
  };

  it.each([
    [{ attention: { heads: 4 } }, "spec.sections.model.attention: a key that this version does not know"],
    [
      { batchNorm: { momentum: 0.1, groups: 2 } },
      "spec.sections.model.batchNorm.groups: a key that this version does not know",
    ],
    [{ block: "transformer" }, expect.stringContaining("spec.sections.model.block: Invalid option")],
    [{ block: "basic" }, expect.stringContaining("spec.sections.model.shortcut: Invalid option")],
    [{ depth: "8" }, expect.stringContaining("spec.sections.model.depth: Invalid input")],
    [{ depth: 9 }, "spec.sections.model.depth: Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 9."],
    [{ family: undefined }, expect.stringContaining("spec.sections.model.family: Invalid option")],
  ])("is skipped, and the reason names %j", (keys, words) => {
    const [reason] = message((model) => Object.assign(model, keys));
    expect(reason?.replace(/^Expected run\.json to have sections that this version reads, got (.*)\.$/, "$1")).toEqual(
      words,
    );
  });
});
