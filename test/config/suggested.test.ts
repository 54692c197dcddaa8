// The values that hints suggest.
import { describe, expect, it } from "vitest";
import { suggestedList, suggestedNumber } from "../../src/config/suggested.ts";
import { schemaAt } from "../../src/config/vocabulary.ts";

const seeds = schemaAt(["seeds"])?.items;

describe("a list that was written as text", () => {
  it.each([
    ["0-4", [0, 1, 2, 3, 4]],
    ["0..2", [0, 1, 2]],
    ["3:5", [3, 4, 5]],
    ["0, 1,2", [0, 1, 2]],
    ["0 1 2", [0, 1, 2]],
    ["[0, 1]", [0, 1]],
    ["0-2, 7", [0, 1, 2, 7]],
    [3, [3]],
  ])("%j is meant as %j", (value, list) => {
    expect(suggestedList(value, seeds)).toEqual(list);
  });

  it.each(["4-0", "0-1000000", "a, b", "-1", "", 1.5, true, null])(
    "%j is not a list that the place accepts",
    (value) => {
      expect(suggestedList(value, seeds)).toBeUndefined();
    },
  );

  it("may have words", () => {
    expect(suggestedList("table-2 figure-4", schemaAt(["paper"])?.items)).toEqual(["table-2", "figure-4"]);
    expect(suggestedList("table-two", schemaAt(["paper"])?.items)).toBeUndefined();
    expect(suggestedList("plain,basic", schemaAt(["model", "block"]))).toEqual(["plain", "basic"]);
  });
});

describe("a number that was written as text", () => {
  const whole = { type: "integer", minimum: 1 };
  it.each([
    ["1_000", whole, 1000],
    ["1,000", whole, 1000],
    ["64 000", whole, 64_000],
    ["0,1", { type: "number" }, 0.1],
    ["1e-4", { type: "number" }, 0.0001],
    [" 20 ", whole, 20],
  ] as const)("%j is meant as %j: %j", (text, schema, number) => {
    expect(suggestedNumber(text, schema)).toBe(number);
  });

  it.each(["0,1", "2,1", "0", "many", ""])("%j is not a whole number of at least 1", (text) => {
    expect(suggestedNumber(text, whole)).toBeUndefined();
  });
});
