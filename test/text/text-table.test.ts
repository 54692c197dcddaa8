import { describe, expect, it } from "vitest";
import { markdownTable, textTable, wrapText } from "../../src/text/text-table.ts";

const columns = [
  { title: "net", align: "left", importance: Number.POSITIVE_INFINITY },
  { title: "best", align: "right", importance: 1 },
  { title: "test", align: "right", importance: 2 },
] as const;
const rows = [
  ["plain-18", "3.1", "4.25"],
  ["a", "10.0", "–"],
];

describe("a text table", () => {
  it("aligns its columns and has no spaces at the end of a line", () => {
    expect(textTable(columns, rows, 80)).toBe(
      ["net       best  test", "────────  ────  ────", "plain-18   3.1  4.25", "a         10.0     –", ""].join("\n"),
    );
  });

  it("drops the least important columns where it is too narrow, and never the most important", () => {
    expect(textTable(columns, rows, 20).split("\n")[0]).toBe("net       best  test");
    expect(textTable(columns, rows, 19).split("\n")[0]).toBe("net       test");
    expect(textTable(columns, rows, 5).split("\n")).toEqual(["net", "────────", "plain-18", "a", ""]);
  });

  it("leaves out a column that is empty in every row", () => {
    expect(textTable(columns, [["a", "", "1"]], 80)).toBe("net  test\n───  ────\na       1\n");
  });

  it("has a twin in Markdown, with bars escaped", () => {
    expect(markdownTable(columns, [["a|b", "1", "2"]])).toBe(
      "| net | best | test |\n| --- | ---: | ---: |\n| a\\|b | 1 | 2 |\n",
    );
  });
});

describe("wrapText", () => {
  it("breaks between words, and lets a long word stand", () => {
    expect(wrapText("one two three incomprehensible", 7)).toBe("one two\nthree\nincomprehensible\n");
    expect(wrapText("", 7)).toBe("\n");
  });
});
