import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { cleanCommand } from "../../../src/cli/commands/clean.ts";
import { loadExperiment } from "../../../src/config/load.ts";
import { planRuns } from "../../../src/config/plan.ts";
import { RunDirectory } from "../../../src/records/run-directory.ts";
import { sampleTensors, temporaryDirectory } from "../../records/sample-run.ts";
import { doneRecord, interruptedRecord } from "../../reports/sample-records.ts";
import { collectingIo, writeRecords } from "../results.ts";

const done = doneRecord({ experiment: "study" }, 0.25, 0.5);
const interrupted = interruptedRecord({ experiment: "study", seed: 1 });
const places = (text: string) => JSON.parse(text).found.map(({ path, what }: Record<string, string>) => [path, what]);

describe("clean", () => {
  let results: string;
  const path = (...parts: string[]) => join(results, "study", "runs", ...parts);
  const clean = async (options: object = {}) => {
    const io = collectingIo();
    expect(await cleanCommand([], { results, ...options }, io)).toBe(0);
    return io.text;
  };
  beforeEach(() => {
    results = temporaryDirectory();
    writeRecords(results, [interrupted]);
    const directory = RunDirectory.open(results, "study", interrupted.run.id);
    directory.writeCheckpoint({ tensors: sampleTensors(1), progress: {}, iteration: 300 });
    directory.close();
    writeRecords(results, [done]);
    mkdirSync(path(done.run.id, "checkpoints"), { recursive: true });
    writeFileSync(path(done.run.id, "checkpoints", "600.safetensors"), "x".repeat(1500));
    mkdirSync(path("begun"));
  });

  it("lists checkpoints of finished runs and directories of runs that never began, and deletes nothing", async () => {
    const text = await clean();
    expect(text.split("\n").slice(2)).toEqual([
      `checkpoints of a finished run  study/runs/${done.run.id}/checkpoints  1.5 kB`,
      "a run that never began         study/runs/begun                                 0 kB",
      "",
      "1.5 kB in 2 places. Nothing is deleted yet; the same command with --yes deletes it.",
      "",
    ]);
    expect(existsSync(path(done.run.id, "checkpoints", "600.safetensors"))).toBe(true);
  });

  it("deletes them with --yes, and keeps results and what a run needs to go on", async () => {
    expect(await clean({ yes: true })).toContain("\nDeleted 1.5 kB in 2 places.\n");
    expect([path(done.run.id, "checkpoints"), path("begun")].map(existsSync)).toEqual([false, false]);
    const kept = [path(done.run.id, "weights.safetensors"), path(interrupted.run.id, "checkpoints")];
    expect(kept.map(existsSync)).toEqual([true, true]);
    expect(await clean()).toBe(`There is nothing to delete under ${results}.\n`);
  });

  it("keeps a directory that holds more than a lock, though its run.json is missing", async () => {
    writeFileSync(path("begun", "metrics.jsonl"), "{}");
    expect(places(await clean({ json: true }))).toEqual([
      [path(done.run.id, "checkpoints"), "checkpoints of a finished run"],
    ]);
  });

  it("lists whole runs of settings that neither a file nor a profile of it has, whatever their seed", async () => {
    const file = join(results, "study.yaml");
    writeFileSync(
      file,
      "name: study\ndataset: { name: synthetic }\nmodel: { family: cifar, depth: 8 }\ntraining: { iterations: 10 }\nprofiles: { short: { training: { iterations: 6 } } }\n",
    );
    const planned = [[], ["short"]].map((profile) => {
      const [spec] = planRuns(loadExperiment(file, { profile, seeds: [7] }));
      return interruptedRecord({ experiment: "study", seed: 7, label: spec!.label, ...spec!.sections } as object);
    });
    writeRecords(results, planned);
    expect(places(await clean({ json: true, unplanned: [file] }))).toEqual([
      [path(done.run.id), "a run that no file plans"],
      [path(interrupted.run.id), "a run that no file plans"],
      [path("begun"), "a run that never began"],
    ]);
  });

  it("keeps runs of profiles that were laid over the file together", async () => {
    const file = join(temporaryDirectory(), "study.yaml");
    writeFileSync(
      file,
      "name: study\ndataset: { name: synthetic }\nmodel: { family: cifar, depth: 8 }\ntraining: { iterations: 10 }\nprofiles: { short: { training: { iterations: 6 } }, small: { training: { batchSize: 64 } } }\n",
    );
    const [spec] = planRuns(loadExperiment(file, { profile: ["short", "small"] }));
    const record = interruptedRecord({ experiment: "study", seed: 0, label: spec!.label, ...spec!.sections } as object);
    const { provenance } = record.run;
    const words = ["resnet-exp", "run", "study.yaml"];
    const typed = (command: readonly string[]) => ({ ...record.run, provenance: { ...provenance, command } });
    for (const [command, isStray] of [
      [[...words, "--profile", "short", "--profile=small"], false],
      [words, true],
    ] as const) {
      results = temporaryDirectory();
      writeRecords(results, [{ ...record, run: typed(command) }]);
      const strays = places(await clean({ json: true, unplanned: [file] }));
      expect(strays).toEqual(isStray ? [[path(record.run.id), "a run that no file plans"]] : []);
    }
  });
});
