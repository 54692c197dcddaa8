// The crate of a study with a finished, a failed and an interrupted run. CI also holds such crates against
// rocrate-validator (validate.py).
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Entity } from "../../src/crates/entity.ts";
import { writeCrate } from "../../src/crates/study-crate.ts";
import type { RunRecord } from "../../src/records/record.ts";
import { resnetExpHere } from "../helpers/program.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { doneRecord, failedRecord, interruptedRecord } from "../reports/sample-records.ts";

/** A study whose files are there, with a table, a checkpoint and a lock. */
function madeUpStudy(): { results: string; runs: RunRecord[] } {
  const results = temporaryDirectory();
  const runs = [doneRecord({ seed: 0 }, 0.25, 0.5), failedRecord({ seed: 1 }), interruptedRecord({ seed: 2 })].map(
    (record) => ({ ...record, path: join(results, "plain-vs-res", "runs", record.run.id) }),
  );
  for (const { path, run } of runs) {
    mkdirSync(join(path, "checkpoints"), { recursive: true });
    writeFileSync(join(path, "checkpoints", "100.safetensors"), "checkpoint");
    writeFileSync(join(path, "lock"), "");
    writeFileSync(join(path, "run.json"), JSON.stringify(run));
  }
  const tables = join(results, "plain-vs-res", "tables");
  mkdirSync(tables);
  writeFileSync(join(tables, "a table.csv"), "net\n");
  return { results, runs };
}

async function crateOf(results: string, runs: readonly RunRecord[], facts = {}) {
  const path = await writeCrate(results, "plain-vs-res", runs, facts);
  const graph: Entity[] = JSON.parse(readFileSync(path, "utf8"))["@graph"];
  const byId = new Map(graph.map((entity) => [entity["@id"], entity]));
  const get = (id: string) => byId.get(id)!;
  const all = (list: unknown) => [list].flat().map((reference) => get((reference as Entity)["@id"]));
  return { path, graph, get, all };
}

describe("the crate of a study", () => {
  it("has each file with its size and SHA-256, without checkpoints, locks and itself", async () => {
    const { results, runs } = madeUpStudy();
    await crateOf(results, runs);
    const { graph } = await crateOf(results, runs);
    const files = graph.filter((entity) => entity["@type"] === "File");
    expect(files.map(({ name }) => name).sort()).toEqual([
      ...runs.map(({ run }) => `runs/${run.id}/run.json`).sort(),
      "tables/a table.csv",
    ]);
    for (const { "@id": id, contentSize, sha256 } of files) {
      const path = join(results, "plain-vs-res", decodeURIComponent(id));
      expect(contentSize).toBe(String(statSync(path).size));
      expect(sha256).toBe(createHash("sha256").update(readFileSync(path)).digest("hex"));
    }
  });

  it("refers only to entities that it has, each once, and leads from its root to every file", async () => {
    const { results, runs } = madeUpStudy();
    const { graph, get, all } = await crateOf(results, runs, { author: "Ada Example", license: "CC-BY-4.0" });
    const ids = graph.map((entity) => entity["@id"]);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...JSON.stringify(graph).matchAll(/\{"@id":"([^"]+)"\}/g)].map(([, id]) => id);
    expect(references.filter((id) => !ids.includes(id!))).toEqual(["https://w3id.org/ro/crate/1.1"]);
    const below = (entity: Entity): Entity[] => [entity, ...(entity.hasPart ? all(entity.hasPart).flatMap(below) : [])];
    const found = below(get("./")).map((entity) => entity["@id"]);
    expect(found).toEqual(expect.arrayContaining(graph.filter((e) => e["@type"] === "File").map((e) => e["@id"])));
  });

  it("has an action for each run: program, data, results, times and what it took", async () => {
    const { results, runs } = madeUpStudy();
    const [first, ...others] = runs;
    const timed = { ...first!, done: { ...first!.done!, totalSeconds: 60 } };
    const { get, all } = await crateOf(results, [timed, ...others], { author: "Ada (https://orcid.org/0000)" });
    expect(all(get("./").mentions).map((action) => action["@id"])).toEqual(runs.map(({ run }) => `#${run.id}`));
    const action = get(`#${first!.run.id}`);
    expect(action).toMatchObject({
      name: "Train plain-18, seed 0",
      description: "resnet-exp run experiments/plain-vs-res.yaml",
      startTime: "2026-01-02T03:04:05.000+00:00",
      endTime: "2026-01-02T03:05:05.000+00:00",
      agent: { "@id": "https://orcid.org/0000" },
      actionStatus: "http://schema.org/CompletedActionStatus",
    });
    const [program] = all(action.instrument);
    expect(program).toMatchObject({ name: "resnet-exp", softwareVersion: "0.1.0" });
    expect(all(program!.identifier)[0]).toMatchObject({ value: "0123456789abcdef0123456789abcdef01234567" });
    expect(all(program!.softwareRequirements).map(({ name }) => name)).toEqual(["Node.js", "engine cpu"]);
    const values = (list: unknown) => all(list).map(({ name, value }) => [name, value]);
    expect(values(action.object)).toEqual([
      ["synthetic", undefined],
      ["seed", 0],
    ]);
    expect(values(action.result).slice(1)).toEqual([
      ["training error", 0.25],
      ["test error", 0.5],
    ]);
    expect(values(action.environment)).toContainEqual(["processor", "Example CPU"]);
    expect(values(action.resourceUsage)).toEqual([
      ["time of training steps", 12.5],
      ["time in all", 60],
    ]);
  });

  it("says why a run did not end, and gives no end to a run that was resumed", async () => {
    const { results, runs } = madeUpStudy();
    const [first, ...others] = runs;
    const { provenance } = first!.run;
    const sitting = {
      iteration: 300,
      startedAt: "2026-01-03T00:00:00.000Z",
      gitCommit: "f".repeat(40),
      engine: provenance.engine,
    };
    const resumed = {
      ...first!,
      run: { ...first!.run, provenance: { ...provenance, sittings: [sitting] } },
      done: { ...first!.done!, totalSeconds: 60 },
    };
    const { get, all } = await crateOf(results, [resumed, ...others]);
    const [action, failed, interrupted] = runs.map(({ run }) => get(`#${run.id}`));
    expect(action).not.toHaveProperty("endTime");
    expect(all(action!.instrument).map((program) => program["@id"])).toEqual([
      "#resnet-exp-0.1.0-commit-0123456789",
      "#resnet-exp-0.1.0-commit-ffffffffff",
    ]);
    const status = "http://schema.org/FailedActionStatus";
    expect(failed).toMatchObject({ actionStatus: status, error: "Expected a finite loss, got NaN." });
    expect(interrupted).toMatchObject({ actionStatus: status, error: "Interrupted after iteration 300 of 600." });
    expect(get("./").datePublished).toBe("2026-01-03T00:00:00.000+00:00");
  });

  it("gives the same bytes again", async () => {
    const { results, runs } = madeUpStudy();
    const read = async () => readFileSync((await crateOf(results, runs)).path, "utf8");
    expect(await read()).toBe(await read());
  });
});

it("export writes the crate of each study, and refuses its options with other formats", async () => {
  const results = temporaryDirectory();
  const file = join(results, "tiny.yaml");
  writeFileSync(
    file,
    "name: tiny\ndataset: { name: synthetic, trainImages: 32, testImages: 8 }\nmodel: { family: cifar, depth: 8, width: 4 }\ntraining: { batchSize: 8, iterations: 2 }\n",
  );
  expect((await resnetExpHere(["run", file, "--results", results])).code).toBe(0);
  const exported = (...args: string[]) => resnetExpHere(["export", "--results", results, ...args]);
  const path = join(results, "tiny", "ro-crate-metadata.json");
  expect(await exported("--format", "ro-crate", "--license", "MIT")).toEqual({ code: 0, out: `${path}\n`, err: "" });
  const graph: Entity[] = JSON.parse(readFileSync(path, "utf8"))["@graph"];
  expect(graph.find((entity) => entity["@id"] === "./")).toMatchObject({
    license: { "@id": "https://spdx.org/licenses/MIT" },
  });
  expect(graph.filter((entity) => entity["@id"].endsWith("weights.safetensors"))).toHaveLength(1);

  const refused = await exported("--license", "MIT");
  expect(refused.code).toBe(2);
  expect(refused.err).toContain("Expected --license with --format ro-crate, got --format csv.");
  expect((await exported("--format", "ro-crate", "--license", "my own")).err).toContain(
    'Expected an identifier of the SPDX list, such as CC-BY-4.0, got "my own".',
  );
});
