import { expect, it } from "vitest";
import { speaksUtf8 } from "../../../src/cli/terminal/io.ts";

it("takes the first locale that is set", () => {
  expect(speaksUtf8({ LANG: "de_DE.UTF-8" })).toBe(true);
  expect(speaksUtf8({ LC_ALL: "", LC_CTYPE: "C.utf8", LANG: "C" })).toBe(true);
  expect(speaksUtf8({ LC_ALL: "C", LANG: "de_DE.UTF-8" })).toBe(false);
  expect(speaksUtf8({ LANG: "de_DE.ISO-8859-1" })).toBe(false);
  expect(speaksUtf8({})).toBe(false);
  expect(speaksUtf8({ LANG: "C.UTF-8", TERM: "linux" })).toBe(false);
});
