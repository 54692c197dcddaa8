import { describe, expect, it } from "vitest";
import type { Column, Value } from "../../src/text/column.ts";
import { csvText } from "../../src/text/csv.ts";

const columns: readonly Column<Record<"a" | "b" | "c", Value>>[] = [
  { data: { a: ({ a }) => a } },
  { title: "for people only", text: () => "x" },
  { title: "for both", text: () => "x", data: { b: ({ b }) => b, c: ({ c }) => c } },
];

describe("CSV text", () => {
  it("keeps numbers exact, leaves missing values empty and quotes only where necessary", () => {
    const rows = [
      { a: 0.1 + 0.2, b: undefined, c: true },
      { a: 1e-7, b: 'x, "y"', c: null },
      { a: Number.NaN, b: "", c: false },
    ];
    expect(csvText(columns, rows)).toBe('a,b,c\n0.30000000000000004,,true\n1e-7,"x, ""y""",\nNaN,,false\n');
  });

  it("is only a header line if there are no rows", () => {
    expect(csvText(columns, [])).toBe("a,b,c\n");
  });
});
