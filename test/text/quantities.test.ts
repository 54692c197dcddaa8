import { expect, it } from "vitest";
import { bytes, duration, parseDuration, signedPercent } from "../../src/text/quantities.ts";

it("prints seconds as people say them", () => {
  expect([0.04, 12.54, 59.96, 61, 200, 3600, 7500, 90_000].map(duration)).toEqual([
    ...["0.0 s", "12.5 s", "1 min", "1 min 1 s", "3 min 20 s", "1 h", "2 h 5 min", "25 h"],
  ]);
});

it("prints bytes with three digits", () => {
  expect([0, 320, 999_400, 1_234_567, 999_600_000, 12_345_678_901].map(bytes)).toEqual([
    ...["0 kB", "0.32 kB", "999 kB", "1.23 MB", "1 GB", "12.3 GB"],
  ]);
});

it("prints a difference with its sign", () => {
  expect([0.123, -0.05, 0, -0.001].map(signedPercent)).toEqual(["+12%", "−5%", "+0%", "+0%"]);
});

it("parses a time, and nothing else", () => {
  expect(["2h", "90m", "1h30m", "45s", "1.5h", "1h0m1s"].map(parseDuration)).toEqual([
    7200, 5400, 5400, 45, 5400, 3601,
  ]);
  expect(["", "h", "2", "2 h", "30m1h", "-2h", "2d"].map(parseDuration)).toEqual(Array(7).fill(undefined));
});
