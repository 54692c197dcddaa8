import { describe, expect, it } from "vitest";
import type { Column } from "../../src/text/column.ts";
import { alignedLines, terminalTable } from "../../src/text/terminal-table.ts";

const columns: readonly Column<readonly string[]>[] = [
  { title: "net", text: ([net = ""]) => net },
  { title: "best", align: "right", importance: 1, text: ([, best = ""]) => best },
  { title: "test", align: "right", importance: 2, text: ([, , test = ""]) => test },
  { data: { exact: () => 1 } },
];
const rows = [
  ["plain-18", "3.1", "4.25"],
  ["a", "10.0", "–"],
];

describe("a table for the terminal", () => {
  it("aligns its columns and has no spaces at the end of a line", () => {
    expect(terminalTable(columns, rows, 80)).toBe(
      ["net       best  test", "────────  ────  ────", "plain-18   3.1  4.25", "a         10.0     –", ""].join("\n"),
    );
  });

  it("leaves out the least important columns if the terminal is too narrow, and says which and how to see them", () => {
    expect(terminalTable(columns, rows, 20)).toBe(terminalTable(columns, rows, Number.POSITIVE_INFINITY));
    expect(terminalTable(columns, rows, 19)).toBe(
      [
        "net       test",
        "────────  ────",
        "plain-18  4.25",
        "a            –",
        "Left out here:",
        "best. A window of",
        "20 characters or a",
        "pipe (|cat) shows",
        "all.",
        "",
      ].join("\n"),
    );
  });

  it("never leaves out a column without an importance", () => {
    expect(terminalTable(columns, rows, 5).split("\n").slice(0, 4)).toEqual(["net", "────────", "plain-18", "a"]);
    expect(terminalTable(columns, rows, 5)).toContain("best,\ntest.\n");
  });

  it("does not mention a column that is empty in every row", () => {
    expect(terminalTable(columns, [["a", "", "1"]], 9)).toBe("net  test\n───  ────\na       1\n");
  });

  it("is empty if there are no rows", () => {
    expect(terminalTable(columns, [], 80)).toBe("");
  });
});

it("aligns rows without titles", () => {
  expect(alignedLines(columns, rows)).toEqual(["plain-18   3.1  4.25", "a         10.0     –"]);
});
