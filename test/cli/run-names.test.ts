// A label that fits several runs, in each command that takes the names of runs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { call } from "../../src/cli/program.ts";
import type { CommandName } from "../../src/cli/syntax/commands.ts";
import type { RunRecord } from "../../src/records/record.ts";
import { waveJpeg } from "../datasets/fixtures.ts";
import { copyOf, trainTinyStudy } from "../helpers/tiny-study.ts";
import { doneRecord } from "../reports/sample-records.ts";
import { collectingIo, writeRecords } from "./results.ts";

let trained: string;
beforeAll(async () => {
  trained = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  await trainTinyStudy(trained);
  image = join(trained, "image.jpeg");
  writeFileSync(image, await waveJpeg(0));
});
afterAll(() => rmSync(trained, { recursive: true, force: true }));

let image: string;
let results: string;
let plain: RunRecord["run"];
beforeEach(() => {
  const copy = copyOf(trained);
  results = copy.results;
  plain = copy.record("plain-8").run;
});

/** A made-up run called plain-8 in the same study, on the same images, begun at that time. */
function another(seed: number, createdAt: string, ...options: string[]): RunRecord["run"] {
  const record = doneRecord(
    {
      experiment: "tiny",
      label: "plain-8",
      seed,
      dataset: { trainImages: 96, testImages: 40 },
      model: { family: "cifar", depth: 8 },
      datasetTitle: plain.datasetTitle,
    },
    0.2,
    0.3,
  );
  const command = ["resnet-exp", "run", "tiny.yaml", ...options];
  const run = { ...record.run, provenance: { ...record.run.provenance, command, createdAt } };
  writeRecords(results, [{ ...record, run }]);
  return run;
}

/** Calls a command as the command line would, with the default options. */
async function calling(name: CommandName, argument: string | readonly string[], options: object = {}) {
  const io = collectingIo();
  const own = { crops: 1, statistics: "running", statisticsBatches: 3, mean: [], std: [] };
  const code = await call(name, [argument, { results, engine: "native", ...own, ...options }], io);
  return { code, text: io.text, errors: io.errors };
}

const commands = (): readonly [CommandName, string | readonly string[], object?][] => [
  ["show", "plain-8"],
  ["why", "plain-8"],
  ["compare", ["plain-8", "ResNet-8"]],
  ["weights export", "plain-8", { to: join(results, "plain-8.safetensors") }],
  ["predict", ["plain-8", image]],
  ["evaluate", ["plain-8"]],
];

describe("a label that fits runs of two profiles", () => {
  test("is the newest profile's run in every command, which says so", async () => {
    const older = another(0, "2020-01-01T00:00:00.000Z", "--profile", "smoke");
    for (const [name, argument, options] of commands()) {
      const { code, text, errors } = await calling(name, argument, options);
      expect({ name, code }).toEqual({ name, code: 0 });
      expect(errors).toContain(`"plain-8" fits runs of 2 set-ups. Took ${plain.id} of the newest: `);
      expect(errors).toContain(`  ${older.id}  profile smoke`);
      // `why` may name the other run to compare with.
      if (name !== "why") expect(text).not.toContain(older.id);
    }
  });

  test("is all of them in `verify`, which checks one run at a time", async () => {
    const older = another(0, "2020-01-01T00:00:00.000Z", "--profile", "smoke");
    const { text } = await calling("verify", ["plain-8"], { json: true });
    expect((JSON.parse(text) as { id: string }[]).map(({ id }) => id).sort()).toEqual([older.id, plain.id].sort());
  });
});

test("a label that fits two seeds of one set-up is refused by commands for one run, with what distinguishes the seeds", async () => {
  const again = another(1, "2020-01-01T00:00:00.000Z");
  const lines = [`${plain.id}  seed 0`, `${again.id}  seed 1`].sort();
  for (const [name, argument, options] of commands().filter(([name]) => name !== "evaluate")) {
    await expect(calling(name, argument, options), name).rejects.toMatchObject({
      message: 'Expected "plain-8" to be one run, got 2.',
      hints: lines.map((line) => expect.stringContaining(line)),
    });
  }
});
