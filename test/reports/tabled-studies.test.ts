import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tabledStudies } from "../../src/reports/tabled-studies.ts";
import { summaryMarkdown } from "../../src/reports/tables/summary.ts";
import { temporaryDirectory } from "../records/sample-run.ts";
import { fourNets } from "./sample-records.ts";

describe("studies with tables only", () => {
  test("have the question and the answers of their summary", () => {
    const results = temporaryDirectory();
    const write = (experiment: string, text: string) => {
      mkdirSync(join(results, experiment, "tables"), { recursive: true });
      writeFileSync(join(results, experiment, "tables/summary.md"), text);
    };
    mkdirSync(join(results, "empty"));
    const silent = fourNets().map(({ run: { question: _, ...run }, ...record }) => ({ ...record, run }));
    write("asking", summaryMarkdown("asking", fourNets()));
    write("silent", summaryMarkdown("silent", silent));
    write("trained", summaryMarkdown("trained", fourNets()));
    const answer = expect.stringMatching(/^Plain nets degrade, residual nets do not: .*\(toy, 1 run each\)\.$/);
    expect(tabledStudies(results, ["trained"])).toEqual([
      { experiment: "asking", address: "asking/tables/summary.md", question: "Does depth hurt?", answers: [answer] },
      { experiment: "silent", address: "silent/tables/summary.md", answers: [answer] },
    ]);
    expect(tabledStudies(join(results, "missing"), [])).toEqual([]);
  });
});
