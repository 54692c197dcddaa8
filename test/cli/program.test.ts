// The command line that is made from the definitions of commands: how it is parsed, its help, and the reference.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type CommandName, commands } from "../../src/cli/syntax/commands.ts";
import type { AnyDefinition } from "../../src/cli/syntax/definition.ts";
import { read, wordsOf } from "./read-command.ts";
import { commandReference } from "./reference.ts";

const definitions = (Object.entries(commands) as [CommandName, AnyDefinition][]).filter(([, { hidden }]) => !hidden);

describe("the command line", () => {
  test("gives a command its parsed argument and options, with the defaults of missing options", async () => {
    const { called } = await read([
      "plan",
      "a.yaml",
      "b.yaml",
      "--seeds",
      "3-5,8",
      "--profile",
      "small",
      "--profile",
      "fast",
      "--set",
      "x=1",
      "--set",
      "y=2",
      "--explain",
    ]);
    expect(called).toEqual({
      name: "plan",
      given: [
        ["a.yaml", "b.yaml"],
        {
          seeds: [3, 4, 5, 8],
          profile: ["small", "fast"],
          set: ["x=1", "y=2"],
          explain: true,
          results: "results",
          engine: "auto",
        },
      ],
    });
  });

  test("distinguishes an optional word that is missing from one that is there", async () => {
    expect((await read(["datasets", "verify"])).called?.given[0]).toBeUndefined();
    expect((await read(["datasets", "verify", "cifar10"])).called?.given[0]).toBe("cifar10");
  });

  test("reads an option of each kind", async () => {
    const { called } = await read(["evaluate", "x", "--crops", "10", "--scales", "8,16", "--mean", "0.5,0.25,1"]);
    expect(called?.given[1]).toMatchObject({
      crops: 10,
      scales: [8, 16],
      mean: [0.5, 0.25, 1],
      std: [0.229, 0.224, 0.225],
    });
    expect((await read(["engine", "install", "tensorflow", "--version", "2.21.0"])).called?.given[1]).toEqual({
      version: "2.21.0",
    });
  });

  test("asks for an option that a command needs", async () => {
    expect((await read(["weights", "export", "x"])).text).toContain(
      "error: required option '--to <file>' not specified",
    );
  });

  test.each(definitions)("%s has at least two examples that it accepts", async (name, { examples }) => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const { command } of examples) {
      const { called, text } = await read(wordsOf(command));
      expect([command, called?.name, text]).toEqual([command, name, ""]);
    }
  });

  test.each(definitions)(
    "%s --help shows its summary, options and examples",
    async (name, { summary, options, examples }) => {
      const { text } = await read([...name.split(" "), "--help"]);
      const flat = text.replace(/ \\$/gm, "").replace(/\s+/g, " ");
      expect(flat).toContain(`Usage: resnet-exp ${name}`);
      expect(flat).toContain(summary);
      for (const { text } of Object.values(options)) expect(flat).toContain(text);
      for (const { command } of examples) expect(flat).toContain(`resnet-exp ${command}`);
    },
  );
});

describe("help", () => {
  const names = [[], ["datasets"], ...definitions.map(([name]) => name.split(" "))];

  test.each([60, 80])("breaks lines between words on a terminal of %i characters", async (columns) => {
    for (const name of names) {
      const { text } = await read([...name, "--help"], columns);
      const tooLong = text.split("\n").filter((line) => line.length > columns);
      // A word that is longer than the line has one of its own.
      expect(
        tooLong.filter((line) =>
          /\S\s+\S/.test(
            line
              .replace(/ \\$/, "")
              .trim()
              .replace(/^--\S+ /, ""),
          ),
        ),
      ).toEqual([]);
    }
  });

  test("gives examples in lines that a shell reads as one command", async () => {
    for (const [name, { examples }] of definitions) {
      const { text } = await read([...name.split(" "), "--help"], 60);
      const joined = text.replace(/ \\\n\s*/g, " ");
      for (const { command } of examples) expect(joined).toContain(`  resnet-exp ${command}\n`);
    }
  });

  test("lists every command in its group, and what to type first", async () => {
    const { text } = await read(["--help"]);
    const groups = [...text.matchAll(/^(Train|Look|Check|Tools|Examples):$/gm)].map(([, group]) => group);
    expect(groups).toEqual(["Train", "Look", "Check", "Tools", "Examples"]);
    expect(text).toContain("  resnet-exp run plain-vs-res\n");
  });
});

test("docs/commands.md says what the definitions say; `npm run docs` writes it again", async () => {
  await expect(commandReference()).toMatchFileSnapshot("../../docs/commands.md");
});

test("the syntax of commands loads neither zod nor an engine", () => {
  const source = new URL("../../src/cli/syntax/", import.meta.url);
  const files = readdirSync(source).map((name) => new URL(name, source));
  for (const extra of ["../program.ts", "../actions.ts", "../main.ts"]) files.push(new URL(extra, source));
  const seen = new Set(files.map(String));
  const packages = new Set<string>();
  for (const file of seen) {
    for (const [, target] of readFileSync(new URL(file), "utf8").matchAll(/^import (?!type\s)[^;]*?from "([^"]+)"/gm)) {
      if (target!.startsWith(".")) seen.add(String(new URL(target!, file)));
      else if (!target!.startsWith("node:")) packages.add(target!);
    }
  }
  expect([...packages]).toEqual(["commander"]);
});
