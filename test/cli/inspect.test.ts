// `show`, `compare`, `why` and `export` on results on the disk.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { compareCommand } from "../../src/cli/commands/compare.ts";
import { exportCommand } from "../../src/cli/commands/export.ts";
import { lsCommand } from "../../src/cli/commands/ls.ts";
import { showCommand } from "../../src/cli/commands/show.ts";
import { whyCommand } from "../../src/cli/commands/why.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { doneRecord, failedRecord } from "../reports/sample-records.ts";
import { collectingIo, writeRecords } from "./results.ts";

const shallow = doneRecord({}, 0.25, 0.5);
const deep = doneRecord({ label: "plain-34", model: { depth: 34 } }, 0.5, 0.6);
const failed = failedRecord({ seed: 1 });

let results: string;
beforeEach(() => {
  results = temporaryDirectory();
  writeRecords(results, [shallow, deep, failed]);
});

async function text(command: (io: ReturnType<typeof collectingIo>) => Promise<number>, columns = 80): Promise<string> {
  const io = { ...collectingIo(), columns, tableWidth: columns };
  expect(await command(io)).toBe(0);
  expect(io.errors).toBe("");
  return io.text;
}

describe("show", () => {
  it("prints result, curves, spec and provenance within the width", async () => {
    for (const columns of [80, 56]) {
      const page = await text((io) => showCommand(shallow.run.id, { results: `${results}/.` }, io), columns);
      expect(page).toMatch(/^plain-18 seed 0 of plain-vs-res: done\n {2}id +plain-18-s0-/);
      expect(page).toMatch(/\n {2}test error +50\.00%\n {2}best test error +49\.00%\n {2}training time +12\.5 s\n/);
      expect(page).toContain("\nerror %, by iteration   ⠒⠒ train   ● test\n90 ┤");
      expect(page).toMatch(/\nspec\n[\s\S]*\n {2}training\.iterations +600\n/);
      expect(page).toMatch(/\nprovenance\n {2}command +resnet-exp run[\s\S]*\n {2}engine\.name +cpu\n/);
      const long = page.split("\n").filter((line) => line.length > columns && !/path|gitCommit/.test(line));
      expect(long).toEqual([]);
    }
  });

  it("prints only ASCII if told so", async () => {
    const page = await text((io) => showCommand(shallow.run.id, { results, ascii: true }, io));
    expect(page.slice(page.indexOf("error %,"), page.indexOf("\nspec"))).toMatch(/^[\n -~]+$/);
  });

  it("says why a run failed", async () => {
    const page = await text((io) => showCommand("plain-18 seed 1", { results }, io));
    expect(page).toMatch(/\n {2}failure +iteration 321: Expected a finite loss, got NaN\.\n/);
  });

  it("shows what a later version adds to a record", async () => {
    const run = { ...shallow.run, provenance: { ...shallow.run.provenance, loom: "x" } };
    const elsewhere = temporaryDirectory();
    writeRecords(elsewhere, [{ ...shallow, run }]);
    const page = await text((io) => showCommand("plain-18", { results: elsewhere }, io));
    expect(page).toMatch(/\n {2}loom +x\n/);
  });

  it("gives scripts the whole record", async () => {
    const record = JSON.parse(await text((io) => showCommand("plain-34", { results, json: true }, io)));
    expect(record).toMatchObject({
      id: deep.run.id,
      state: "done",
      spec: { label: "plain-34" },
      done: { trainSeconds: 12.5 },
      metrics: [{ iteration: 300 }, { iteration: 600, testError: 0.6 }],
    });
  });
});

describe("compare", () => {
  it("prints what differs, then the numbers side by side", async () => {
    expect(await text((io) => compareCommand(["plain-18 seed 0", "plain-34"], { results }, io))).toBe(
      `spec         plain-18  plain-34
───────────  ────────  ────────
model.depth  18        34

result           plain-18  plain-34
───────────────  ────────  ────────
state                done      done
iteration             600       600
train loss         0.5000    1.0000
train error        25.00%    50.00%
test loss          1.0000    1.2000
test error         50.00%    60.00%
best test error    49.00%    59.00%
training time      12.5 s    12.5 s
images/s              640       640
`,
    );
  });

  it("prints a paragraph for each value if the columns do not fit", async () => {
    const narrow = await text((io) => compareCommand(["plain-18 seed 0", "plain-34"], { results }, io), 30);
    expect(narrow).toContain("model.depth\n  plain-18  18\n  plain-34  34\n");
  });

  it("gives scripts everything", async () => {
    const json = await text((io) => compareCommand(["plain-18 seed 0", failed.run.id], { results, json: true }, io));
    expect(JSON.parse(json)).toMatchObject({
      runs: [
        { id: shallow.run.id, state: "done", metrics: { testError: 0.5, trainSeconds: 12.5 } },
        { id: failed.run.id, state: "failed", metrics: { testError: null } },
      ],
      spec: [{ path: "seed", values: ["0", "1"] }],
      provenance: [],
    });
  });

  it("refuses a single run", async () => {
    await expect(compareCommand(["plain-34", deep.run.id], { results }, collectingIo())).rejects.toMatchObject({
      name: "UserError",
      message: `Expected at least two runs to compare, got only ${deep.run.id}.`,
    });
  });
});

describe("why", () => {
  it("names the values in which a run differs from the most similar finished run", async () => {
    expect(await text((io) => whyCommand("plain-18 seed 1", { results }, io))).toBe(
      `${failed.run.id} is failed.

The most similar finished run is ${shallow.run.id}. They differ in:

value  this run  there
─────  ────────  ─────
seed   1         0
`,
    );
  });

  it("prints a paragraph for each value if the columns do not fit", async () => {
    const narrow = await text((io) => whyCommand("plain-34", { results }, io), 20);
    expect(narrow).toContain("They differ in:\n\nmodel.depth\n  this run  34\n  there     18\n");
  });

  it("answers for a run of an experiment file that has not begun", async () => {
    const file = join(results, "study.yaml");
    writeFileSync(
      file,
      "name: study\ndataset: { name: synthetic }\nmodel: { family: imagenet, width: 8, block: plain, depth: 34 }\ntraining: { batchSize: 64, iterations: 900 }\n",
    );
    const answer = JSON.parse(await text((io) => whyCommand("plain-34", { results, file, json: true }, io)));
    expect(answer).toMatchObject({ experiment: "study", state: "planned", nearest: { id: deep.run.id } });
    const paths = answer.differences.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(["training.iterations", "datasetDigest"]));
  });

  it("says so if there is no other finished run", async () => {
    const empty = temporaryDirectory();
    writeRecords(empty, [shallow]);
    expect(await text((io) => whyCommand("plain-18", { results: empty }, io))).toBe(
      `${shallow.run.id} is done.\nThere is no other finished run to compare with.\n`,
    );
  });
});

describe("export and ls", () => {
  it("print the requested rows and runs", async () => {
    expect(await text((io) => exportCommand([], { results, format: "csv" }, io))).toMatch(
      /^experiment,label,[^\n]*\nplain-vs-res,plain-18,/,
    );
    const list = await text((io) =>
      lsCommand([], { results, where: "state=done", sort: "depth:desc", json: true }, io),
    );
    expect(JSON.parse(list).map(({ id }: { id: string }) => id)).toEqual([deep.run.id, shallow.run.id]);
    const none = collectingIo();
    await lsCommand([], { results, where: "depth>34" }, none);
    expect(none).toMatchObject({ text: "", errors: "None of 3 runs matches --where.\n" });
  });

  it("export says that there is nothing to export", async () => {
    const none = join(results, "none");
    await expect(exportCommand([], { results: none, format: "tex" }, collectingIo())).rejects.toMatchObject({
      message: `Expected runs under ${none}, got none.`,
    });
  });
});
