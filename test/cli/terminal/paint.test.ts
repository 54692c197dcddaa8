import { expect, test } from "vitest";
import { hasColours, paint } from "../../../src/cli/terminal/paint.ts";

test("colours are for terminals that have them, unless NO_COLOR says no", () => {
  expect(hasColours(true, { TERM: "xterm-256color" })).toBe(true);
  expect(hasColours(true, { TERM: "xterm", NO_COLOR: "" })).toBe(true);
  expect(hasColours(true, { TERM: "xterm", NO_COLOR: "1" })).toBe(false);
  expect(hasColours(true, { TERM: "dumb" })).toBe(false);
  expect(hasColours(true, {})).toBe(false);
  expect(hasColours(false, { TERM: "xterm", FORCE_COLOR: "1" })).toBe(false);
});

test("a tone is one of a terminal's own colours", () => {
  expect(paint("done", "good")).toBe("\u001b[32mdone\u001b[39m");
  expect(paint("failed", "bad")).toBe("\u001b[31mfailed\u001b[39m");
});
