// `run --tensorboard`, killed and resumed, and `export --format tensorboard`, with the built program.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readMetricsFile } from "../../src/records/metrics.ts";
import { stepOf } from "../../src/tensorboard/event.ts";
import { readRecords } from "../../src/tensorboard/tfrecord.ts";
import { resnetExp, temporaryDirectory } from "../helpers/program.ts";

const experiment = `name: tiny
dataset: { name: synthetic, trainImages: 64, testImages: 16 }
model: { family: cifar, depth: 8, width: 4 }
training: { batchSize: 16, iterations: 24 }
record: { trainEvery: 2, checkpointEvery: 5 }
`;

it("a run that was killed has each line of its metrics once, even if its event file is made afterwards", async () => {
  const results = temporaryDirectory();
  const file = join(results, "tiny.yaml");
  writeFileSync(file, experiment);
  const args = ["run", file, "--results", results, "--json", "--tensorboard"];
  await resnetExp(args, { signalAt: { text: '"kind":"metric","id"', signal: "SIGKILL" } });
  await resnetExp(args, { signalAt: { text: '"iteration":14,', signal: "SIGKILL" } });
  expect((await resnetExp(args)).code).toBe(0);

  const runs = join(results, "tiny", "runs");
  const run = join(runs, readdirSync(runs)[0]!);
  const events = () => join(run, readdirSync(run).find((name) => name.includes("tfevents"))!);
  const steps = () => [...readRecords(readFileSync(events()))].map(({ record }) => stepOf(record));
  const iterations = readMetricsFile(join(run, "metrics.jsonl")).map(({ iteration }) => iteration);
  expect(iterations).toHaveLength(12);
  expect(steps()).toEqual([undefined, ...iterations]);

  const path = events();
  rmSync(path);
  const exported = await resnetExp(["export", "--format", "tensorboard", "--results", results]);
  expect(exported).toEqual({ code: 0, out: `${path}\n`, err: "" });
  expect(steps()).toEqual([undefined, ...iterations]);
});
