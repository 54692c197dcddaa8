// How a terminal's size, name and locale affect the output.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasControlCodes } from "../../../src/cli/terminal/paint.ts";
import { asciiResult, columnsOf, tableWidthOf } from "../../../src/cli/terminal/streams.ts";
import { resnetExp, temporaryDirectory } from "../../helpers/program.ts";

describe("the width", () => {
  it.each([
    [120, "60", 40, 120],
    [0, "60", 40, 60],
    [undefined, "60", undefined, 60],
    [undefined, undefined, 40, 40],
    [0, "0", 0, 80],
    [undefined, "wide", undefined, 80],
    [undefined, "", undefined, 80],
    [1, undefined, 1, 1],
  ])("of an output of %j, with COLUMNS %j and errors of %j, is %i", (output, asked, errors, columns) => {
    expect(columnsOf(output, asked, errors)).toBe(columns);
  });
});

it("of a table has no limit in a pipe, unless COLUMNS sets one", () => {
  expect([tableWidthOf(undefined, undefined), tableWidthOf(0, "60"), tableWidthOf(40, "60")]).toEqual([
    Number.POSITIVE_INFINITY,
    60,
    40,
  ]);
});

it("has control codes if TERM names a terminal that is not dumb", () => {
  expect(["xterm", "linux", "dumb", "", undefined].map(hasControlCodes)).toEqual([true, true, false, false, false]);
});

it("does not change JSON and SVG in ASCII", () => {
  expect(asciiResult('{"a":"×"}', ["ls", "--json"])).toBe('{"a":"\\u00d7"}');
  expect(asciiResult('{"a":"×"}', ["schema"])).toBe('{"a":"\\u00d7"}');
  expect(asciiResult("<svg>×</svg>", ["describe", "cifar-20", "--draw", "net"])).toBe("<svg>&#215;</svg>");
  expect(asciiResult("3×3", ["describe", "cifar-20"])).toBe("3x3");
});

const locales = [{ LC_ALL: "C" }, { LC_ALL: "POSIX" }, { LC_ALL: "", LC_CTYPE: "", LANG: "" }];

describe.each(locales)("in the locale of %j", (env) => {
  it.each([
    [["describe", "cifar-20"]],
    [["run", "--help"]],
    [["describe", "cifar-21"]],
    [["schema"]],
    [["describe", "cifar-20", "--draw", "net"]],
  ])("%j prints plain ASCII", async (args) => {
    const { out, err } = await resnetExp(args, { env });
    expect(out + err).toMatch(/^[\n -~]+$/);
  });
});

describe("a narrow line", () => {
  it.each(["1", "10", "39"])("of %s columns never drops a column silently", async (columns) => {
    const env = { COLUMNS: columns };
    const directory = temporaryDirectory();
    writeFileSync(
      join(directory, "a.yaml"),
      "name: a\ndataset: { name: synthetic }\nmodel: { family: cifar, depth: 8 }\ntraining: { iterations: 3 }\n",
    );
    const described = await resnetExp(["describe", "cifar-8"], { env });
    const words = described.out.split(/\s+/).join(" ");
    for (const title of ["layer", "output", "parameters", "multiply-adds"]) expect(words).toContain(title);
    const planned = await resnetExp(["plan", "a.yaml"], { env, cwd: directory });
    expect([planned.code, planned.err]).toEqual([0, ""]);
    expect(planned.out.split(/\s+/).join(" ")).toMatch(
      /ResNet-8 seed 0 planned [\d.]+ M parameters [\d.]+ M multiply-adds/,
    );
  });
});
