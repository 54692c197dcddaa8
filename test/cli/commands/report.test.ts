import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { reportCommand } from "../../../src/cli/commands/report.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { evaluation, tenCrops } from "../../reports/evaluated-records.ts";
import { doneRecord, fourNets, interruptedRecord } from "../../reports/sample-records.ts";
import { collectingIo, writeRecords } from "../results.ts";

describe("report", () => {
  let results: string;
  beforeEach(() => {
    results = temporaryDirectory();
  });

  it("rebuilds tables and figure data, prints the summary and says where the files are", async () => {
    writeRecords(results, fourNets());
    const io = collectingIo();
    expect(await reportCommand([], { results }, io)).toBe(0);
    expect(io.text).toMatch(/^net .*train error +test error/);
    expect(io.text).toContain("Plain nets degrade, residual nets do not: without shortcuts, 34 layers");
    expect(io.text).toContain(`${join(results, "plain-vs-res", "tables")}/ (6 files)\n`);
    expect(io.text).toContain(`${join(results, "plain-vs-res", "figures")}/ (5 files)\n`);
    expect(io.text).toContain(`${join(results, "plain-vs-res", "report.html")}\n${join(results, "index.html")}\n`);
    expect(existsSync(join(results, "plain-vs-res", "tables", "table-2.md"))).toBe(true);
    expect(readFileSync(join(results, "index.html"), "utf8")).toContain('href="plain-vs-res/report.html"');
  });

  it("prints the claims of the papers that the study tests, by verdict, and the command that shows them", async () => {
    writeRecords(results, fourNets());
    const io = collectingIo();
    await reportCommand([], { results }, io);
    expect(io.text.replace(/\s+/g, " ")).toContain(
      `Claims of the papers: Undecided: degradation-34, degradation-34-test, residual-34-trains-better, residual-34-tests-better, shortcuts-cure-34, shortcuts-cure-34-test, shortcuts-turn-depth-to-gain, shortcuts-tie-18. \`resnet-exp check plain-vs-res --results ${results}\` shows each with its numbers. `,
    );
  });

  it("gives scripts rows and files of each experiment", async () => {
    writeRecords(results, [...fourNets(), doneRecord({ experiment: "another" }, 0.1, 0.2)]);
    const io = collectingIo();
    await reportCommand([], { results, json: true }, io);
    expect(JSON.parse(io.text)).toMatchObject([
      { experiment: "another", rows: [{ label: "plain-18", testError: { count: 1, mean: 0.2 } }] },
      { experiment: "plain-vs-res", rows: [{}, {}, {}, { label: "ResNet-34", paperError: 0.2503 }] },
    ]);
  });

  it("reports on only the named experiments, with their names as headings if there are several", async () => {
    writeRecords(results, [...fourNets(), doneRecord({ experiment: "another" }, 0.1, 0.2)]);
    const one = collectingIo();
    await reportCommand(["another"], { results }, one);
    expect(existsSync(join(results, "plain-vs-res", "tables"))).toBe(false);
    const both = collectingIo();
    await reportCommand([], { results }, both);
    expect(both.text).toMatch(/^another\n\nnet /);
    expect(both.text).toContain("\n\nplain-vs-res\n\nnet ");
  });

  it("names each directory without a readable run in a line, and reports on the rest", async () => {
    writeRecords(results, fourNets());
    const runs = join(results, "plain-vs-res", "runs");
    mkdirSync(join(runs, "half-written"));
    writeFileSync(join(runs, "half-written", "metrics.jsonl"), '{"iteration":');
    mkdirSync(join(runs, "foreign"));
    writeFileSync(join(runs, "foreign", "run.json"), '{"name": "something else"}');
    mkdirSync(join(runs, "cut-off"));
    writeFileSync(join(runs, "cut-off", "run.json"), '{"id": "cut-o');
    const io = collectingIo();
    expect(await reportCommand([], { results }, io)).toBe(0);
    const lines = io.errors.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^Skipped .*\/cut-off: Expected .*run\.json to be a whole record, got a damaged one/);
    expect(lines[1]).toMatch(/^Skipped .*\/foreign: Expected .*run\.json to be a whole record, got a damaged one/);
    expect(lines[2]).toBe(`Skipped ${join(runs, "half-written")}: run.json is missing.`);
    expect(io.text).toMatch(/^ResNet-34 /m);
  });

  it("shows evaluations from the files, and names a damaged line but does not stop", async () => {
    const records = fourNets();
    writeRecords(results, records);
    const [deep] = records;
    const path = join(results, "plain-vs-res", "runs", deep!.run.id);
    const line = JSON.stringify(evaluation(deep!, tenCrops, 0.29, 0.1));
    writeFileSync(join(path, "evaluations.jsonl"), `${line}\n{"protocol":\n`);
    const io = collectingIo();
    expect(await reportCommand([], { results }, io)).toBe(0);
    expect(io.errors).toBe(`Skipped ${join(path, "evaluations.jsonl")}: line 2 holds no evaluation.\n`);
    expect(io.text).toMatch(/^ResNet-34 {2}10 crops +1 +29\.00 +10\.00 +−2\.00$/m);
    expect(io.text).toContain(`${join(results, "plain-vs-res", "tables")}/ (8 files)\n`);
  });

  it("names an experiment that is a broken link", async () => {
    mkdirSync(results, { recursive: true });
    symlinkSync("nowhere", join(results, "plain-vs-res"));
    const io = collectingIo();
    await expect(reportCommand([], { results }, io)).rejects.toMatchObject({
      message: `Expected runs under ${results}, got none that can be read.`,
      hints: ["Repair what was skipped, or look in another directory with --results DIR."],
    });
    expect(io.errors).toBe(`Skipped ${join(results, "plain-vs-res")}: it is a link to nowhere, which is not there.\n`);
  });

  it("asks for runs if there are none, and for a known name", async () => {
    await expect(reportCommand([], { results }, collectingIo())).rejects.toMatchObject({
      name: "UserError",
      message: `Expected runs under ${results}, got none.`,
      hints: [`\`resnet-exp run FILE --results ${results}\` trains runs; --results DIR looks in another directory.`],
    });
    mkdirSync(join(results, "plain-vs-res", "runs", "empty"), { recursive: true });
    const io = collectingIo();
    await expect(reportCommand([], { results }, io)).rejects.toThrow(
      `Expected runs under ${results}, got none that can be read.`,
    );
    expect(io.errors).toContain("run.json is missing.\n");
    await expect(reportCommand(["plain-v-res"], { results }, io)).rejects.toMatchObject({
      hints: ["Did you mean plain-vs-res?"],
    });
  });

  it("says so if the new report has fewer runs, and is not replaced by an empty one", async () => {
    const done = doneRecord({}, 0.25, 0.5);
    const other = interruptedRecord({ seed: 1 });
    writeRecords(results, [done, other]);
    await reportCommand([], { results }, collectingIo());
    const page = () => readFileSync(join(results, "plain-vs-res/report.html"), "utf8");
    const whole = page();

    const runs = join(results, "plain-vs-res/runs");
    renameSync(join(runs, other.run.id), join(results, "elsewhere"));
    const fewer = collectingIo();
    expect(await reportCommand([], { results }, fewer)).toBe(0);
    expect(fewer.errors).toBe(`The report of plain-vs-res had 1 run that can no longer be read: ${other.run.id}.\n`);
    renameSync(join(results, "elsewhere"), join(runs, other.run.id));
    await reportCommand([], { results }, collectingIo());
    expect(page()).toBe(whole);

    for (const id of [done.run.id, other.run.id]) rmSync(join(runs, id, "run.json"));
    const none = collectingIo();
    await expect(reportCommand([], { results }, none)).rejects.toThrow(
      `Expected runs under ${results}, got none that can be read.`,
    );
    expect(none.errors).toContain("The report of plain-vs-res is not changed: none of its 2 runs can be read.\n");
    expect(page()).toBe(whole);
  });

  it("prints its tables even if it cannot be written, says so and exits 2", async () => {
    writeRecords(results, [doneRecord({}, 0.25, 0.5)]);
    writeFileSync(join(results, "plain-vs-res/tables"), "no directory");
    const io = collectingIo();
    expect(await reportCommand([], { results }, io)).toBe(2);
    expect(io.text).toContain("plain-18");
    expect(io.errors).toMatch(
      /^Expected to write .*\/plain-vs-res\/tables\/summary\.csv, got E[A-Z]+.*\.\n {2}The tables are printed anyway. `resnet-exp export` with the same --results prints all numbers\.\n$/,
    );
  });
});
