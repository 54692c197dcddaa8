import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadExperiment } from "../../src/config/load.ts";
import { UserError } from "../../src/errors.ts";
import { randomStream } from "../../src/random.ts";
import { brokenFiles, sound } from "./broken-files.ts";
import { answer, temporaryFolder } from "./folder.ts";

const folder = temporaryFolder();

function answerTo(text: string): string {
  const file = join(folder.path, "x.yaml");
  writeFileSync(file, text);
  return answer(() => loadExperiment(file)).replaceAll(file, "x.yaml");
}

describe("a broken experiment file", () => {
  it("differs from the sound file, which loads", () => {
    const file = join(folder.path, "x.yaml");
    writeFileSync(file, sound);
    expect(loadExperiment(file).cells).toHaveLength(1);
  });

  for (const [group, files] of Object.entries(brokenFiles)) {
    describe(`with ${group}`, () => {
      for (const { title, text, answer } of files) {
        it(`gets one readable error: ${title}`, () => expect(answerTo(text)).toBe(answer));
      }
    });
  }

  it("shows at most twenty problems", () => {
    const lines = answerTo(`${sound}seeds: [${Array.from({ length: 23 }, () => "x").join(", ")}]\n`).split("\n\n");
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("… and 3 more problems in x.yaml.");
  });

  it("cannot send control characters to the terminal", () => {
    expect(
      answerTo(`${sound}"\\e[31m\u2028key": 1\n`),
    ).toBe(`x.yaml:8:1  Expected a key of an experiment, got "\\u001b[31m·key".
    8 | "\\e[31m·key": 1
      | ^^^^^^^^^^^^
      Valid here: name, question, paper, expect, slurm, dataset, model, training, evaluation, record, seeds, matrix, exclude, analyses, profiles.`);
  });

  it("has the right line numbers with Windows line ends too", () => {
    expect(
      answerTo(sound.replace("20", "21").replaceAll("\n", "\r\n")),
    ).toBe(`x.yaml:5:10  Expected depth to be 6n+2 (20, 32, 44, 56, 110 …), got 21.
    5 |   depth: 21
      |          ^^`);
  });
});

describe("any file at all", () => {
  let text: string;
  beforeAll(() => {
    text = readFileSync(new URL("../../experiments/plain-vs-res.yaml", import.meta.url), "utf8");
  });
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    "\n",
    "\t",
    "  ",
    "- ",
    "&a ",
    "*a ",
    "!x ",
    "'",
    '"',
    "| ",
    "? ",
    "~",
    "-1",
  ];

  it("either loads or gets a UserError that names the place", () => {
    const file = join(folder.path, "x.yaml");
    for (let round = 0; round < 100; round++) {
      const draw = randomStream(round, "synthetic", 0);
      let broken = text;
      for (let edit = 0; edit < 3; edit++) {
        const at = Math.floor(draw(3 * edit) * broken.length);
        const piece = pieces[Math.floor(draw(3 * edit + 1) * pieces.length)]!;
        const removed = Math.floor(draw(3 * edit + 2) * 4);
        broken = broken.slice(0, at) + piece + broken.slice(at + removed);
      }
      writeFileSync(file, broken);
      try {
        loadExperiment(file);
      } catch (error) {
        expect(error, broken).toBeInstanceOf(UserError);
        const message = error instanceof UserError ? error.message.replaceAll(file, "x.yaml") : "";
        expect(message, broken).toMatch(/^x\.yaml:[1-9]\d*:[1-9]\d* {2}Expected .+\.\n/);
        expect(message, broken).not.toMatch(/undefined|\[object|NaN/);
      }
    }
  });
});
