import { describe, expect, it } from "vitest";
import { type TextSeries, textChart } from "../../src/text/text-chart.ts";

const falling: TextSeries = {
  name: "train",
  style: "line",
  points: [
    { x: 0, y: 100 },
    { x: 10, y: 0 },
  ],
};
const tests: TextSeries = {
  name: "test",
  style: "marks",
  points: [
    { x: 5, y: 100 },
    { x: 10, y: Number.NaN },
  ],
};
const options = { title: "error", width: 15, height: 5, xMax: 10, formatY: (y: number) => y.toFixed(0), ascii: false };

describe("a chart of text", () => {
  it("draws a line in braille and marks over it", () => {
    // The diagonal of 20×20 dots; a character holds 2×4.
    expect(textChart([falling, tests], options)).toBe(`error   ⠒⠒ train   ● test
100 ┤⠑⢄   ●
    │  ⠑⢄
 50 ┤    ⠑⢄
    │      ⠑⢄
  0 ┤        ⠑⢄
    └──────────
     0       10
`);
  });

  it("draws in ASCII if the terminal has no Unicode", () => {
    const text = textChart([falling, tests], { ...options, ascii: true });
    expect(text).toBe(`error   .. train   o test
100 +..   o
    |  ..
 50 +    ..
    |      ..
  0 +        ..
    +----------
     0       10
`);
  });

  it("is as wide as asked, and leaves gaps where a value is not a number", () => {
    const broken = { ...falling, points: [...falling.points.slice(0, 1), { x: 5, y: Number.NaN }, { x: 10, y: 0 }] };
    const lines = textChart([broken], { ...options, width: 56 })
      .trimEnd()
      .split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBe(56);
    expect(lines.slice(1, 6).map((line) => [...line.slice(5)].filter((dot) => dot > "⠀").length)).toEqual([
      1, 0, 0, 0, 1,
    ]);
  });

  it("says that there are no values", () => {
    expect(textChart([{ ...falling, points: [] }], options)).toBe("error   ⠒⠒ train\n(no values yet)\n");
  });
});
