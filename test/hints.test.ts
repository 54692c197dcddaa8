// Hints, followed to the letter. A suggested value is accepted in place of the wrong one. A command in a message is
// a command of the program, with options that it has.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CommandName, commands } from "../src/cli/syntax/commands.ts";
import { flagOf } from "../src/cli/syntax/option.ts";
import { loadExperiment } from "../src/config/load.ts";
import { brokenFiles } from "./config/broken-files.ts";
import { answer, temporaryFolder } from "./config/folder.ts";

const folder = temporaryFolder();
const src = new URL("../src/", import.meta.url).pathname;

/** The text that a hint says to write instead of the wrong one; undefined for other kinds of hints. */
function suggestion(hint: string, wrong: string): string | undefined {
  if (hint === "Leave out the quotes.") return wrong.replace(/^(["'])(.*)\1$/, "$2");
  const [, written] = /^(?:Write(?: a list)?:? |Put it in quotes: )(.+)\.$/.exec(hint) ?? [];
  if (written !== undefined) return written.replace(/^[\w.]+: (?=\[)/, "");
  return /^Did you mean (.+)\?$/.exec(hint)?.[1];
}

interface Followed {
  readonly title: string;
  /** The problem, without its place. */
  readonly message: string;
  readonly mended: string;
}

/** Each problem of a broken file, after its hint was followed. */
function followedHints(title: string, text: string, answer: string): Followed[] {
  return answer.split("\n\n").flatMap((problem) => {
    const [first = "", , carets = "", ...hints] = problem.split("\n");
    const [, line, column, message] = /^x\.yaml:(\d+):(\d+) {2}(.*)$/.exec(first) ?? [];
    const length = carets.match(/\^/g)?.length ?? 0;
    const lines = text.split("\n");
    const shown = lines[Number(line) - 1];
    if (message === undefined || shown === undefined || length === 0) return [];
    const start = Number(column) - 1;
    return hints.flatMap((hint) => {
      const value = suggestion(hint.trim(), shown.slice(start, start + length));
      if (value === undefined || /^(key|seeds: .* beside)/.test(value) || / /.test(value.replace(/\[.*\]|".*"/, "")))
        return [];
      const mended = shown.slice(0, start) + value + shown.slice(start + length);
      return [{ title, message, mended: lines.with(Number(line) - 1, mended).join("\n") }];
    });
  });
}

const followed = Object.values(brokenFiles).flatMap((files) =>
  files.flatMap(({ title, text, answer }) => followedHints(title, text, answer)),
);

describe("a value that a hint suggests", () => {
  it("is found for many broken files", () => {
    expect(followed.length).toBeGreaterThan(20);
  });

  it.each(followed)("is accepted in place of the wrong one: $title", ({ message, mended }) => {
    const file = join(folder.path, "x.yaml");
    writeFileSync(file, mended);
    let after = "";
    try {
      loadExperiment(file);
    } catch {
      after = answer(() => loadExperiment(file)).replaceAll(file, "x.yaml");
    }
    expect(after).not.toContain(message);
  });
});

describe("a command that a message names", () => {
  const named = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const code = readFileSync(join(src, file), "utf8").replace(/^\s*(\/\/|\/?\*).*$/gm, "");
      return [...code.matchAll(/resnet-exp ((?:[a-z]+)(?: [a-z]+)?)((?: --?[\w-]+[^`"\n]*)?)[`\\"]/g)].map(
        ([whole, words = "", rest = ""]) => ({ whole: `${file}: ${whole}`, words, rest }),
      );
    });

  it("is found in many places", () => {
    expect(named.length).toBeGreaterThan(8);
  });

  it.each(named)("is a command of the program, with options that it has: $whole", ({ words, rest }) => {
    const name = [words, words.split(" ")[0]!].find((each): each is CommandName => Object.hasOwn(commands, each));
    expect(name).toBeDefined();
    const flags = Object.keys(commands[name!].options).map(flagOf);
    for (const [flag] of rest.matchAll(/(?<=^| )--[a-z][\w-]*/g)) expect(flags).toContain(flag);
  });
});
