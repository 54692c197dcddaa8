import { describe, expect, test } from "vitest";
import { sealedText, unseal } from "../../src/records/sealed-json.ts";

const value = { id: "plain-8", iteration: 3, loss: 0.1 + 0.2, nothing: null, list: [1, "é"] };

describe("a sealed JSON file", () => {
  test("gives its content back", () => {
    expect(unseal(JSON.parse(sealedText(value)))).toEqual(value);
  });

  test("is damaged when any value or key changes", () => {
    const text = sealedText(value);
    for (const [from, to] of [
      ["plain-8", "plain-9"],
      ["iteration", "iterations"],
      ['"iteration": 3', '"iteration": 4'],
      ["null", "true"],
    ] as const) {
      expect(text).toContain(from);
      expect(unseal(JSON.parse(text.replace(from, to)))).toBeUndefined();
    }
  });

  test("stays whole when only its layout changes", () => {
    expect(unseal(JSON.parse(JSON.stringify(JSON.parse(sealedText(value)))))).toEqual(value);
  });

  test("of an earlier version, without a checksum, is accepted unchecked", () => {
    expect(unseal({ id: "old" })).toEqual({ id: "old" });
  });
});
