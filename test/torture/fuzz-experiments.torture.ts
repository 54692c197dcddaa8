// Random damage to what a user writes: experiment files, byte by byte and by YAML's grammar, and --set.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadExperiment } from "../../src/config/load.ts";
import { planRuns } from "../../src/config/plan.ts";
import { type Dice, fuzz, harm, pick, scratchDirectory, some } from "./fuzz.ts";

const experiments = new URL("../../experiments/", import.meta.url).pathname;
const path = join(scratchDirectory(), "experiment.yaml");
const profiles = [{}, { profile: ["smoke"] }];

const punctuation = "{ } [ ] , - # ' \" | > ? @ ` % & * !".split(" ");
const tags = ["&a ", "*a", "<<: ", "!!binary ", "!!set ", "!x ", "%YAML 1.1\n", "---\n", "...\n", "|\n", ">\n"];
const scalars = "null ~ true 1e999 -0 0x1f .nan .inf 1_0 99999999999999999999 1979-01-01 é 🦔".split(" ");
const keys = ["model:", "matrix:", "profiles:", "__proto__:", "constructor:"];
const tokens = [...punctuation, ...tags, ...scalars, ...keys, ": ", "\n", "  ", "\t", "\u0000", "\ufeff"];

test("experiment files, damaged byte by byte and word by word", async () => {
  const files = readdirSync(experiments).filter((file) => file.endsWith(".yaml"));
  const texts = files.map((file) => readFileSync(join(experiments, file)));
  await fuzz("experiment files", {
    make: (dice) => harm(pick(dice, texts), dice, tokens),
    read(bytes, dice) {
      writeFileSync(path, bytes);
      planRuns(loadExperiment(path, pick(dice, profiles)));
    },
  });
});

test("valid experiment files with values and keys replaced by other YAML", async () => {
  const texts = readdirSync(experiments).filter((file) => file.endsWith(".yaml"));
  const documents: unknown[] = texts.map((file) => parse(readFileSync(join(experiments, file), "utf8")));
  const words = "name dataset model training depth block seeds matrix model.depth model.width exclude".split(" ");
  const value = (dice: Dice, depth: number): string => {
    const kind = depth === 0 ? dice(4) : dice(6);
    if (kind === 0) return pick(dice, tokens).trim() || "x";
    if (kind === 1) return JSON.stringify(pick(dice, words));
    if (kind < 4) return pick(dice, ["0", "1", "-1", "2", "0.5", "18", "20", "64", "1e6", "true"]);
    if (kind === 4) return `[${some(dice, 3, () => value(dice, depth - 1)).join(", ")}]`;
    return `{ ${some(dice, 3, () => `${pick(dice, words)}: ${value(dice, depth - 1)}`).join(", ")} }`;
  };
  // Most of the file is kept, so that every check meets a wrong value.
  const regrow = (node: unknown, dice: Dice): string => {
    if (dice(40) === 0) return value(dice, 3);
    if (typeof node !== "object" || node === null) return JSON.stringify(node) ?? "null";
    if (Array.isArray(node)) return `[${node.map((item) => regrow(item, dice)).join(", ")}]`;
    const key = (own: string) => JSON.stringify(dice(60) ? own : pick(dice, words));
    return `{ ${Object.entries(node)
      .map(([own, item]) => `${key(own)}: ${regrow(item, dice)}`)
      .join(", ")} }`;
  };
  await fuzz("regrown documents", {
    make: (dice) => Buffer.from(regrow(pick(dice, documents), dice)),
    read(bytes, dice) {
      writeFileSync(path, bytes);
      planRuns(loadExperiment(path, pick(dice, profiles)));
    },
  });
});

test("anything in --set", async () => {
  const experiment = join(experiments, "plain-vs-res.yaml");
  const wholes = ["training.learningRate.dropAt=[1,2]", "model.width=8,16", "seeds=[0, 1]", "model.depth=18"];
  await fuzz("--set", {
    make: (dice) => harm(Buffer.from(pick(dice, wholes)), dice, [...tokens, "model.depth=", ",", "1", "=", "."]),
    read: (bytes) => planRuns(loadExperiment(experiment, { set: [Buffer.from(bytes).toString()] })),
  });
});

test("files that grow when they are read are refused at once", async () => {
  const ninefold = (letter: string, i: number) => `${letter}: &${letter} [${Array(9).fill(`*${"abcdefghi"[i]}`)}]`;
  const bombs = [
    ["a: &a [x, x, x, x, x, x, x, x, x]", ..."bcdefghij".split("").map(ninefold)].join("\n"),
    "[".repeat(100_000),
    "a: ".repeat(50_000),
    `matrix: { ${"model.width: [1], ".repeat(20_000)} }`,
    `matrix: { ${Array.from({ length: 40 }, (_, i) => `a${i}: [1, 2, 3, 4, 5, 6, 7, 8, 9]`).join(", ")} }`,
    `name: ${"x".repeat(2_000_000)}`,
  ];
  const refused = await fuzz("bombs", {
    count: bombs.length,
    make: (_, index) => Buffer.from(bombs[index]!),
    read(bytes) {
      writeFileSync(path, bytes);
      planRuns(loadExperiment(path));
    },
  });
  expect(refused).toBe(bombs.length);
});
