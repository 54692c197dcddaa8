import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { renderIndex } from "../../src/reports/page/index-page.ts";
import { renderPage } from "../../src/reports/page/page.ts";
import { referenceIndex, referenceRuns, referenceStudy } from "../../src/reports/reference.ts";
import { describeStudy, summariseStudy } from "../../src/reports/study.ts";
import { paperColumns, paperTableCsv, rowsOf } from "../../src/reports/tables/paper-columns.ts";
import { referenceNotes } from "../../src/reports/tables/reference-notes.ts";
import { summaryMarkdown, summaryTable } from "../../src/reports/tables/summary.ts";
import { readColumns } from "../../src/text/column.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { doneRecord, fourNets } from "./sample-records.ts";

describe("the project's own results", () => {
  test("of a study are at their page, else at their tables; of another directory there are none", () => {
    const results = temporaryDirectory();
    const write = (file: string) => {
      mkdirSync(dirname(join(results, file)), { recursive: true });
      writeFileSync(join(results, file), "");
    };
    const addresses = () => [referenceStudy(results, "plain-vs-res"), referenceIndex(results)];
    expect(addresses()).toEqual([undefined, undefined]);
    write("reference/plain-vs-res/tables/summary.md");
    expect(addresses()).toEqual(["reference/plain-vs-res/tables/summary.md", undefined]);
    write("reference/plain-vs-res/report.html");
    write("reference/index.html");
    expect(addresses()).toEqual(["reference/plain-vs-res/report.html", "reference/index.html"]);
    expect(referenceStudy(results, "mine")).toBeUndefined();
  });

  test("are linked from the page of the study and from the page over all, where there are some", () => {
    const study = describeStudy("plain-vs-res", fourNets());
    expect(renderPage(study, [], "reference/plain-vs-res/report.html")).toContain(
      '<a href="../reference/plain-vs-res/report.html">What the project measured in this study</a>',
    );
    expect(renderPage(study, [])).not.toContain("What the project measured");
    expect(renderIndex([study], { reference: "reference/index.html" })).toContain(
      '<a href="reference/index.html">What the project measured</a>',
    );
    expect(renderIndex([study])).not.toContain("What the project measured");
  });
});

describe("the project's own runs of the same set-up", () => {
  const ours = fourNets();
  const reference = [0, 1].flatMap((seed) => fourNets({ seed }));
  const notes = (theirs = reference, own = ours) =>
    referenceNotes(describeStudy("plain-vs-res", own, [], theirs).parts.flatMap(({ rows }) => rows));

  test("stand beside ours in the summary and in the paper's table, and change no number of ours", () => {
    const [study, alone] = [describeStudy("plain-vs-res", ours, [], reference), describeStudy("plain-vs-res", ours)];
    const rows = study.parts.flatMap((part) => part.rows);
    expect(rows.map(({ reference: _, ...row }) => row)).toEqual(alone.parts.flatMap((part) => part.rows));
    expect(summaryTable(ours, 80, 80, undefined, reference)).toMatch(
      /paper {5}reference {2}verdict\n.*\nplain-18 +1 +30\.00 +40\.00 +27\.94 {2}40\.00 ± 0\.00 {2}not comparable\n/,
    );
    const [table] = study.tables;
    const columns = readColumns(paperColumns(table!), rowsOf(table!.parts[0]!));
    const cells = columns.map(({ title, cells: [first] }) => `${title}: ${first}`);
    expect(cells).toContain("plain, ours: 40.00 (n = 1)");
    expect(cells).toContain("plain, reference: 40.00 ± 0.00 (n = 2)");
  });

  test("are named on the page with a link, and in the page over all studies below our errors", () => {
    const page = renderPage(
      describeStudy("plain-vs-res", ours, [], reference),
      [],
      "reference/plain-vs-res/report.html",
    );
    expect(page).toContain(
      '<li><a href="../reference/plain-vs-res/report.html">Reference</a>: what the project measured in the same set-up, 2 runs of each net.',
    );
    expect(renderIndex([summariseStudy("plain-vs-res", ours, [], reference)])).toContain(
      "50.00 <small>n = 1</small> <small>reference: 50.00 ± 0.00, n = 2</small>",
    );
  });

  test("leave everything as it is where there are none, or where they are of another set-up", () => {
    const other = fourNets({ training: { iterations: 1200 } });
    const unfinished = reference.map(({ done: _, ...record }) => ({ ...record, status: "interrupted" as const }));
    for (const none of [[], other, unfinished]) {
      expect(summaryMarkdown("plain-vs-res", ours, none)).toBe(summaryMarkdown("plain-vs-res", ours));
      const [table, alone] = [none, []].map((theirs) => describeStudy("plain-vs-res", ours, [], theirs).tables[0]!);
      expect(paperTableCsv(table!)).toBe(paperTableCsv(alone!));
    }
  });

  test("have the same bits as ours where all metrics are equal, and else the report says so", () => {
    const said =
      "Reference: what the project measured in the same set-up, 2 runs of each net. It is no part of our statistics.";
    expect(notes()).toEqual([said, "All 4 runs have the same bits as the reference."]);
    const [first, ...rest] = ours;
    const [line, ...lines] = first!.metrics;
    const changed = { ...first!, metrics: [{ ...line!, trainLoss: line!.trainLoss + 2 ** -50 }, ...lines] };
    expect(notes(reference, [changed, ...rest])).toEqual([
      said,
      "plain-18 seed 0, plain-34 seed 0, ResNet-18 seed 0 have the same bits as the reference.",
      expect.stringMatching(/^ResNet-34 seed 0 has other numbers than the reference, which .+ computed\.$/),
    ]);
    expect(notes(reference, [first!])[1]).toBe("ResNet-34 seed 0 has the same bits as the reference.");
    expect(notes(fourNets({ seed: 3 }))).toHaveLength(1);
    expect(notes([])).toEqual([]);
  });

  test("are read from their own directory only", () => {
    const results = temporaryDirectory();
    expect(referenceRuns(results, "plain-vs-res")).toEqual([]);
    const { run, metrics, done } = doneRecord({}, 0.1, 0.2);
    const folder = join(results, "reference/plain-vs-res/runs", run.id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "run.json"), JSON.stringify(run));
    writeFileSync(join(folder, "metrics.jsonl"), metrics.map((line) => `${JSON.stringify(line)}\n`).join(""));
    writeFileSync(join(folder, "done.json"), JSON.stringify(done));
    expect(referenceRuns(results, "plain-vs-res").map((record) => record.run.id)).toEqual([run.id]);
    expect(referenceRuns(join(results, "reference"), "plain-vs-res")).toEqual([]);
  });
});
