import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { analysisOf } from "../../../src/analyses/registry.ts";
import { type PlanOptions, planCommand } from "../../../src/cli/commands/plan.ts";
import { loadExperiment } from "../../../src/config/load.ts";
import { planRuns } from "../../../src/config/plan.ts";
import { datasetDigest } from "../../../src/datasets/dataset.ts";
import { writeAnalysis } from "../../../src/records/analyses.ts";
import { valuesOf } from "../../../src/records/differences.ts";
import type { RunRecord } from "../../../src/records/record.ts";
import { RunDirectory } from "../../../src/records/run-directory.ts";
import { runId, specHash } from "../../../src/records/run-id.ts";
import { trainerVersion } from "../../../src/training/version.ts";
import type { RunSpec } from "../../../src/types.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { doneRecord, failedRecord, interruptedRecord } from "../../reports/sample-records.ts";
import { collectingIo, writeRecords } from "../results.ts";

const study = `name: study
dataset: { name: synthetic }
model: { family: imagenet, width: 8, shortcut: A }
training: { batchSize: 64, iterations: 600 }
matrix: { model.block: [plain, basic], model.depth: [18, 34] }
profiles: { smoke: { training: { iterations: 20 } }, narrow: { model: { width: 4 } } }
`;

let folder: string;
let file: string;
let results: string;

beforeEach(() => {
  folder = temporaryDirectory();
  file = join(folder, "study.yaml");
  results = join(folder, "results");
  writeFileSync(file, study);
});

async function plan(options: Partial<PlanOptions> = {}, columns = 80): Promise<string> {
  const io = { ...collectingIo(), columns };
  expect(await planCommand([file], { results, engine: "auto", ...options }, io)).toBe(0);
  expect(io.errors).toBe("");
  return io.text.replaceAll(file, "study.yaml");
}

async function idOf(spec: RunSpec): Promise<string> {
  return runId(spec, (await datasetDigest(spec.sections.dataset))!, trainerVersion);
}

/** Writes a record with the id that the plan gives the run. */
async function write(spec: RunSpec, record: RunRecord): Promise<string> {
  const datasetDigestOfSpec = (await datasetDigest(spec.sections.dataset))!;
  const id = await idOf(spec);
  const run = {
    ...record.run,
    spec,
    id,
    datasetDigest: datasetDigestOfSpec,
    trainerVersion,
    specHash: specHash(spec, datasetDigestOfSpec, trainerVersion),
  };
  writeRecords(results, [{ ...record, run }]);
  return id;
}

describe("plan", () => {
  it("prints each run with its id, state, parameters and multiply-adds", async () => {
    const ids = await Promise.all(planRuns(loadExperiment(file)).map(idOf));
    expect(await plan()).toBe(`study (study.yaml): 4 runs, 4 planned

plain-18   seed 0  planned  0.173 M parameters  8.77 M multiply-adds
    ${ids[0]}  not run yet
plain-34   seed 0  planned  0.332 M parameters  18.2 M multiply-adds
    ${ids[1]}  not run yet
ResNet-18  seed 0  planned  0.173 M parameters  8.77 M multiply-adds
    ${ids[2]}  not run yet
ResNet-34  seed 0  planned  0.332 M parameters  18.2 M multiply-adds
    ${ids[3]}  not run yet
`);
  });

  it("says how many analyses are left", async () => {
    writeFileSync(
      file,
      `${study}analyses: { lesion: { images: 32 }, paths: { samples: 1 } }
`,
    );
    const runs = planRuns(loadExperiment(file));
    const spec = runs[0]!;
    await write(spec, doneRecord({}, 0.25, 0.5));
    const id = await idOf(spec);
    const settings = loadExperiment(file).document.analyses!.lesion!;
    const path = join(results, "study", "runs", id);
    const { weightsSha256 } = JSON.parse(readFileSync(join(path, "done.json"), "utf8")) as { weightsSha256: string };
    const digest = (await datasetDigest(spec.sections.dataset))!;
    const engine = { name: "cpu", version: "1", device: { kind: "cpu" as const, name: "a processor" } };
    const version = analysisOf("lesion").version;
    const lesion = {
      analysis: "lesion",
      version,
      settings: { ...settings },
      weightsSha256,
      datasetDigest: digest,
      engine,
    };
    writeAnalysis(path, { ...lesion, parts: 2, done: [{ name: "first", rows: [] }] });
    // A plain net has no paths.
    expect(await plan()).toContain("\nThen 6 analyses of the trained nets: lesion, paths. Left to do: 6.\n");

    writeAnalysis(path, { ...lesion, parts: 1, done: [{ name: "first", rows: [] }] });
    expect(await plan()).toContain("\nThen 6 analyses of the trained nets: lesion, paths. Left to do: 5.\n");
    const rows = JSON.parse(await plan({ json: true })) as { analysesLeft: string[] }[];
    expect(rows.map(({ analysesLeft }) => analysesLeft)).toEqual([
      [],
      ["lesion"],
      ["lesion", "paths"],
      ["lesion", "paths"],
    ]);
  });

  it("says what happened to each run", async () => {
    const [first, second, third] = planRuns(loadExperiment(file));
    await write(first!, doneRecord({}, 0.25, 0.5));
    await write(second!, failedRecord({}));
    const interrupted = await write(third!, interruptedRecord({}));
    const lines = (await plan({}, 120)).split("\n");
    expect(lines[0]).toBe("study (study.yaml): 4 runs, 1 planned, 1 interrupted, 1 done, 1 failed");
    expect(lines.filter((line) => line.startsWith("    ")).map((line) => line.replace(/^ *\S+ +/, ""))).toEqual([
      "test error 50.00% after 600 iterations",
      expect.stringMatching(/^diverged at iteration \d+: Expected a finite loss, got NaN\.$/),
      "stopped at iteration 300 of 600; resumes from its last checkpoint",
      "not run yet",
    ]);
    const open = RunDirectory.open(results, "study", interrupted);
    try {
      expect(await plan({}, 120)).toContain(`${interrupted}  another process is at iteration 300 of 600`);
    } finally {
      open.close();
    }
  });

  it("says in what an earlier run differs from this run", async () => {
    const [first] = planRuns(loadExperiment(file));
    const id = await write(first!, doneRecord({}, 0.25, 0.5));
    const text = await plan({ profile: ["smoke"], set: ["training.learningRate.dropAt=[10]"] }, 200);
    expect(text).toContain(
      `not run yet; differs from ${id} in training.iterations (600 there), training.learningRate.dropAt ([] there)\n`,
    );
  });

  it("says of a finished run that its weights are missing, as they are in a clone", async () => {
    const [first] = planRuns(loadExperiment(file));
    const id = await write(first!, doneRecord({}, 0.25, 0.5));
    const directory = join(results, "study/runs", id);
    rmSync(join(directory, "weights.safetensors"));
    expect(await plan({}, 500)).toContain(
      `after 600 iterations; its weights are missing, as in a clone, so it cannot be tested again; delete ${directory}/done.json to train it anew\n`,
    );
  });

  it("warns of drops of the learning rate after the end, unless a profile cuts training short", async () => {
    const warnings = async (options: Partial<PlanOptions>) => {
      const io = collectingIo();
      await planCommand([file], { results, engine: "auto", ...options }, io);
      return io.errors;
    };
    const dropAt = "training.learningRate.dropAt=[30,600,900]";
    expect(await warnings({ set: [dropAt] })).toBe(
      `${file}: training.learningRate.dropAt has 600 and 900, but training ends after 600 iterations: the rate does not drop there.\n`,
    );
    expect(await warnings({ set: [dropAt], profile: ["smoke"] })).toBe("");
    expect(await warnings({ set: [dropAt, "training.learningRate.schedule=cosine"] })).toBe("");
  });

  it("refuses a run that asks for too many images, says what to set, and exits 2", async () => {
    const io = { ...collectingIo(), columns: 200 };
    const set = ["dataset.trainImages=64", "training.batchSize=64,65"];
    expect(await planCommand([file], { results, engine: "auto", only: "plain-18*", set }, io)).toBe(2);
    const lines = io.text.split("\n");
    expect(lines[0]).toMatch(/: 2 runs, 1 planned, 1 refused$/);
    expect(lines.filter((line) => line.startsWith("    ")).map((line) => line.replace(/^ *\S+ +/, ""))).toEqual([
      "not run yet",
      "Expected training.batchSize to be at most the number of training images, 64, got 65. Set training.batchSize to 64 or less.",
    ]);
  });

  it.each([
    [
      "dataset.trainImages=20000",
      "Expected dataset.trainImages to be at most 10000, all that synthetic has, got 20000. Set dataset.trainImages to 10000 or less, or leave it out.",
    ],
    [
      "dataset.testImages=2001",
      "Expected dataset.testImages to be at most 2000, all that synthetic has, got 2001. Set dataset.testImages to 2000 or less, or leave it out.",
    ],
    [
      "dataset.validationImages=10000",
      "Expected dataset.validationImages to be less than the 10000 training images, got 10000. Set dataset.validationImages to 9999 or less.",
    ],
    [
      "dataset.validationImages=9950",
      "Expected training.batchSize to be at most the number of training images, 50, got 64. Set training.batchSize to 50 or less.",
    ],
  ])("refuses %s", async (set, why) => {
    const io = { ...collectingIo(), columns: 250 };
    expect(await planCommand([file], { results, engine: "auto", only: "plain-18", set: [set] }, io)).toBe(2);
    expect(io.text).toContain(`  ${why}\n`);
  });

  it("shows no id if the data is not on this machine", async () => {
    const options = { set: ["dataset.name=cifar10"], only: "plain-18", data: folder };
    expect(await plan(options)).toMatch(/\n {4}cifar10 is not on this machine: resnet-exp datasets fetch cifar10\n$/);
    expect(JSON.parse(await plan({ ...options, json: true }))[0].id).toBeNull();
  });

  it("names the profiles that are laid over the file, in their order", async () => {
    expect(await plan({ profile: ["smoke"] })).toContain(`(study.yaml, profile smoke): `);
    const both = { profile: ["smoke", "narrow"] };
    expect(await plan(both)).toContain(`(study.yaml, profile smoke, then narrow): `);
    expect(JSON.parse(await plan({ ...both, json: true }))[0].profile).toBe("smoke, narrow");
  });

  it("explains where each value comes from", async () => {
    const options = { profile: ["smoke"], set: ["model.width=16"], only: "plain-*", explain: true };
    const lines = (await plan(options)).split("\n\n").at(-1)!.trimEnd().split("\n");
    const told = lines.map((line) => line.split(/ {2,}/));
    const specs = planRuns(loadExperiment(file, options), options.only);
    const paths = new Set(specs.flatMap(({ sections }) => [...valuesOf(sections)].map(([path]) => path)));
    expect(told.map(([path]) => path)).toEqual([...paths]);
    expect(told.slice(2, 8)).toEqual([
      ["model.family", "file", "imagenet"],
      ["model.depth", "matrix, file", "18 | 34"],
      ["model.block", "matrix, file", "plain"],
      ["model.shortcut", "file", "none"],
      ["model.width", "--set", "16"],
      ["model.widening", "default", "1"],
    ]);
    expect(told).toContainEqual(["training.iterations", "profile smoke", "20"]);
    expect(told).toContainEqual(["training.learningRate.dropAt", "default", "[]"]);
  });

  it("gives scripts an array", async () => {
    const runs = JSON.parse(await plan({ json: true, explain: true, seeds: [0, 1] }));
    expect(runs).toHaveLength(8);
    expect(runs[1]).toMatchObject({
      experiment: "study",
      file: "study.yaml",
      profile: null,
      label: "plain-18",
      seed: 1,
      axes: { "model.block": "plain", "model.depth": 18 },
      state: "planned",
      why: "not run yet",
      parameters: 173490,
      sections: { model: { width: 8 } },
      origins: { "model.width": "file", "training.momentum": "default" },
    });
    expect(runs[1].id).toMatch(/^plain-18-s1-[0-9a-f]{10}$/);
    expect(runs[1].multiplyAdds).toBeGreaterThan(8e6);
  });

  it("fits the terminal and sends no control codes", async () => {
    const text = await plan({ explain: true }, 40);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(40);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for control characters
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
  });

  it("plans several files, and names the file that is wrong", async () => {
    const other = join(folder, "other.yaml");
    writeFileSync(other, readFileSync(file, "utf8").replace("study", "other"));
    const io = collectingIo();
    await planCommand([file, other], { results, engine: "auto", only: "plain-18" }, io);
    expect(io.text.match(/^\w+ \(.*/gm)).toEqual([
      `study (${file}): 1 run, 1 planned`,
      `other (${other}): 1 run, 1 planned`,
    ]);
    writeFileSync(other, "name: 5\n");
    await expect(planCommand([file, other], { results, engine: "auto" }, io)).rejects.toThrow(
      `${other}:1:7  Expected name to be text, got 5.`,
    );
  });
});
