import { describe, expect, it } from "vitest";
import { exportText } from "../../src/reports/export.ts";
import { doneRecord, fourNets } from "./sample-records.ts";

const both = [...fourNets(), doneRecord({ experiment: "a,b" }, 0.25, 0.5)];

describe("export", () => {
  it("to CSV gives exact fractions with the experiment first", () => {
    const lines = exportText(both, "csv").trimEnd().split("\n");
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^experiment,label,family,depth,/);
    expect(lines[1]).toMatch(/^"a,b",plain-18,imagenet,18,plain,none,8,synthetic,600,1,0,0\.25,,0\.5,,/);
  });

  it("to JSON gives the same rows", () => {
    const rows = JSON.parse(exportText(both, "json"));
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatchObject({ experiment: "a,b", label: "plain-18", depth: 18, trainErrorMean: 0.25, runs: 1 });
  });

  it("to Markdown and LaTeX gives the table that people read, with the experiment where there are several", () => {
    expect(exportText(both, "md")).toMatch(
      /^\| experiment \| net \| runs \|.*\n.*\n\| a,b \| plain-18 \| 1 \| 25\.00 \|/,
    );
    expect(exportText(fourNets(), "md")).toMatch(/^\| net \| runs \|/);
    expect(exportText(both, "tex")).toContain(
      "  a,b & plain-18 & 1 & 25.00 & 50.00 & 49.00 & 31.20 & 27.94 & not comparable & toy \\\\\n",
    );
    expect(exportText(both, "tex")).toContain("\n% Errors in \\%. Train");
  });
});
