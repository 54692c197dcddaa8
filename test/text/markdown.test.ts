import { expect, it } from "vitest";
import type { Column } from "../../src/text/column.ts";
import { markdownTable } from "../../src/text/markdown.ts";

const columns: readonly Column<readonly string[]>[] = [
  { title: "net", text: ([net = ""]) => net },
  { title: "none", text: () => "" },
  { data: { exact: () => 1 } },
  { title: "error", align: "right", text: ([, error = ""]) => error },
];

it("escapes bars, aligns numbers to the right and leaves out empty columns", () => {
  expect(markdownTable(columns, [["a|b", "1"]])).toBe("| net | error |\n| --- | ---: |\n| a\\|b | 1 |\n");
});
