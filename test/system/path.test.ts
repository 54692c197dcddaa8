import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { pathMeant } from "../../src/system/path.ts";
import { temporaryDirectory } from "../helpers/program.ts";

afterEach(() => vi.unstubAllEnvs());

/** The whole error for a path that is refused. */
function refusal(text: string): string {
  try {
    return `accepted as ${pathMeant(text, "--results")}`;
  } catch (error) {
    const { message, hints } = error as { message: string; hints: readonly string[] };
    return [message, ...hints].join("\n");
  }
}

describe("a path as a user wrote it", () => {
  it.each([
    ["~", homedir()],
    ["~/out", join(homedir(), "out")],
    ["file:///data/my%20runs", "/data/my runs"],
    ["results", "results"],
    ["./~/out", "./~/out"],
    ["./$HOME", "./$HOME"],
    ["a~b/c$", "a~b/c$"],
    ["/data/a b", "/data/a b"],
  ])("%j means %j", (text, path) => {
    expect(pathMeant(text, "--results")).toBe(path);
  });

  it("with white space around it means the file of that name, if there is one", () => {
    const path = join(temporaryDirectory(), "runs ");
    mkdirSync(path);
    expect(pathMeant(path, "--results")).toBe(path);
  });

  it.each([
    ["", 'Expected --results to be a path, got "", which is empty.\nWrite the path of a file or directory.'],
    ["/data ", 'Expected --results to be a path, got "/data ", with white space around it.\nWrite "/data".'],
    ["/data\r", 'Expected --results to be a path, got "/data\\r", with white space around it.\nWrite "/data".'],
    ["a\0b", 'Expected --results to be a path, got "a\\u0000b", which holds a NUL byte.\nLeave out the NUL byte.'],
    ['"/data"', 'Expected --results to be a path, got "\\"/data\\"", in quotes that no shell removed.\nWrite /data.'],
    [
      "--json",
      'Expected --results to be a path, got "--json", which looks like an option.\nWrite ./--json if that is its name.',
    ],
    [
      "~bob/out",
      'Expected --results to be a path, got "~bob/out", which only a shell expands.\nWrite the full path, or ./~bob/out if that is its name.',
    ],
    [
      "file://host/data",
      'Expected --results to be a path, got "file://host/data", a URL that names no file on this machine.\nWrite only the path.',
    ],
    [
      "s3://bucket/data",
      'Expected --results to be a path, got "s3://bucket/data", a URL.\nCopy it to this machine, or mount it, and write its path.',
    ],
    [
      "$NOWHERE/out",
      'Expected --results to be a path, got "$NOWHERE/out", which no shell expanded.\nWrite the full path, or ./$NOWHERE/out if that is its name.',
    ],
  ])("%j is refused, and the error says what to write", (text, answer) => {
    expect(refusal(text)).toBe(answer);
  });

  it.each(["$SCRATCH/out", `\${SCRATCH}/out`])(
    "%j is refused with the path that a shell would have made of it",
    (text) => {
      vi.stubEnv("SCRATCH", "/scratch/me");
      expect(refusal(text)).toBe(
        `Expected --results to be a path, got "${text}", which no shell expanded.\nWrite /scratch/me/out, or ./${text} if that is its name.`,
      );
    },
  );

  it("under ~ is refused if there is no home directory", () => {
    vi.stubEnv("HOME", "nowhere");
    expect(refusal("~/out")).toBe(
      'Expected --results to be a path, got "~/out", and this user has no home directory.\nWrite the full path.',
    );
  });
});
