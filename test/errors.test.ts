import { describe, expect, test } from "vitest";
import { nearestWord } from "../src/errors.ts";

describe("the nearest word", () => {
  test.each([
    ["dept", ["depth", "width"], "depth"],
    ["bacthSize", ["batchSize", "iterations"], "batchSize"],
    ["Plain", ["plain", "basic"], "plain"],
    ["itertions", ["iterations"], "iterations"],
    ["xyz", ["depth", "width"], undefined],
    ["a", ["B", "c"], "B"],
    ["", ["depth"], undefined],
  ])("to %j among %j is %j", (word, candidates, expected) => {
    expect(nearestWord(word, candidates)).toBe(expected);
  });
});
