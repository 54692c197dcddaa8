import { describe, expect, it } from "vitest";
import { csvText } from "../../../src/reports/tables/csv.ts";

describe("CSV text", () => {
  it("keeps numbers exact, leaves empty what is not there and quotes where it must", () => {
    const rows = [
      { a: 0.1 + 0.2, b: undefined, c: true },
      { a: 1e-7, b: 'x, "y"', c: null },
      { a: Number.NaN, b: "", c: false },
    ];
    expect(csvText(["a", "b", "c"], rows)).toBe('a,b,c\n0.30000000000000004,,true\n1e-7,"x, ""y""",\nNaN,,false\n');
  });

  it("is a header line alone where there are no rows", () => {
    expect(csvText(["a", "b"], [])).toBe("a,b\n");
  });
});
