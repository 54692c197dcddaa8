import { describe, expect, it } from "vitest";
import { exportText } from "../../src/reports/export.ts";
import { markdownRows } from "../helpers/read-table.ts";
import { doneRecord, fourNets } from "./sample-records.ts";

const both = [...fourNets(), doneRecord({ experiment: "a,b" }, 0.25, 0.5)];

describe("export", () => {
  it("to CSV gives exact fractions with the experiment first", () => {
    const lines = exportText(both, "csv").trimEnd().split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^experiment,label,/);
    expect(lines[1]).toMatch(/^"a,b",plain-18,.*,0\.25,,0\.5,,/);
  });

  it("to JSON gives the same rows", () => {
    const rows = JSON.parse(exportText(both, "json"));
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatchObject({ experiment: "a,b", label: "plain-18", depth: 18, trainErrorMean: 0.25, runs: 1 });
  });

  it("to Markdown and LaTeX gives the table for people, with the experiment if there are several", () => {
    const [first] = markdownRows(exportText(both, "md"));
    expect(first).toMatchObject({ experiment: "a,b", net: "plain-18", "train error": "25.00" });
    expect(exportText(fourNets(), "md")).toMatch(/^\| net \|/);
    expect(exportText(both, "tex")).toMatch(/^ {2}a,b & plain-18 & .* & not comparable & toy \\\\$/m);
    expect(exportText(both, "tex")).toContain("\n% Errors are in \\%. The training error");
  });
});
