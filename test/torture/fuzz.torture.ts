// Random harm to everything that is read: experiment files, --set, data files, weights and run directories. Each answer is
// a value or an error in words, soon and in bounded memory; never a crash, and never any other error.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadExperiment } from "../../src/config/load.ts";
import { planRuns } from "../../src/config/plan.ts";
import { gunzip, parseIdx } from "../../src/datasets/idx.ts";
import { UserError } from "../../src/errors.ts";
import { random } from "../../src/random.ts";
import { readRuns } from "../../src/records/record.ts";
import { encodeSafetensors, readSafetensors } from "../../src/records/safetensors.ts";
import { resnetExp } from "../helpers/program.ts";
import { scaled } from "./scale.ts";
import { name, writeStudy } from "./study.ts";

const cases = scaled(100_000);
const longestMilliseconds = 5000;
const mostMemory = 1.5e9;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fuzz-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Whole numbers below a bound, one after another. */
type Dice = (below: number) => number;
function diceOf(seed: number): Dice {
  let index = 0;
  return (below) => Math.floor(random(seed, "conformance", 0, index++) * below);
}

/** Does the act for each case; all it may throw is a UserError. */
async function fuzz(title: string, count: number, act: (dice: Dice, index: number) => void | Promise<void>) {
  let refused = 0;
  let slowest = 0;
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    try {
      await act(diceOf(index), index);
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`${title}, case ${index}`, { cause: error });
      refused++;
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  expect(slowest).toBeLessThan(longestMilliseconds);
  expect(process.memoryUsage.rss()).toBeLessThan(mostMemory);
  const milliseconds = slowest.toFixed(0);
  console.log(`${title}: ${count} cases, ${refused} refused in words, the slowest after ${milliseconds} ms`);
}

/** Turns bits, cuts, repeats and moves pieces, and puts in bytes that mean something. */
function harm(bytes: Uint8Array, dice: Dice, tokens: readonly string[]): Buffer {
  let harmed = Buffer.from(bytes);
  for (let i = 1 + dice(4); i > 0; i--) {
    const at = dice(harmed.length + 1);
    const length = 1 + dice(12);
    const [before, piece, after] = [
      harmed.subarray(0, at),
      harmed.subarray(at, at + length),
      harmed.subarray(at + length),
    ];
    const token = Buffer.from(tokens[dice(tokens.length)] ?? "");
    switch (dice(6)) {
      case 0:
        if (at < harmed.length) harmed[at]! ^= 1 << dice(8);
        break;
      case 1:
        harmed = Buffer.concat([before, after]);
        break;
      case 2:
        harmed = Buffer.concat([before, piece, piece, after]);
        break;
      case 3:
        harmed = Buffer.concat([before, token, after]);
        break;
      case 4:
        harmed = Buffer.concat([before, token, piece, after]);
        break;
      default:
        harmed = Buffer.from(before);
    }
  }
  return harmed;
}

const experiments = new URL("../../experiments/", import.meta.url).pathname;
const yamlTokens = [
  ...[
    "{",
    "}",
    "[",
    "]",
    ": ",
    "\n",
    "  ",
    "- ",
    "#",
    "'",
    '"',
    "&a ",
    "*a",
    "<<: ",
    "|\n",
    ">\n",
    "---\n",
    "...\n",
    "\t",
  ],
  ...["!!binary ", "!!set ", "!x ", "%YAML 1.1\n", "null", "~", "true", "1e999", "-0", "0x1f", ".nan", ".inf", "1_0"],
  ...[
    "99999999999999999999",
    "model:",
    "matrix:",
    "profiles:",
    "__proto__:",
    "constructor:",
    "\u0000",
    "\ufeff",
    "é",
    "🦔",
  ],
];

describe("experiment files", () => {
  const files = readdirSync(experiments).filter((file) => file.endsWith(".yaml"));
  const texts = files.map((file) => readFileSync(join(experiments, file)));

  test("harmed byte by byte and word by word", async () => {
    const path = join(folder, "harmed.yaml");
    await fuzz("experiment files", cases, (dice) => {
      writeFileSync(path, harm(texts[dice(texts.length)]!, dice, yamlTokens));
      planRuns(loadExperiment(path, dice(2) ? {} : { profile: "smoke" }));
    });
  });

  test("of YAML's own grammar, put together at random", async () => {
    const path = join(folder, "grown.yaml");
    const keys = [
      "name",
      "dataset",
      "model",
      "training",
      "depth",
      "block",
      "seeds",
      "matrix",
      "model.depth",
      "exclude",
    ];
    const grow = (dice: Dice, depth: number): string => {
      const kind = depth === 0 ? dice(3) : dice(6);
      const some = <T>(make: () => T) => Array.from({ length: dice(4) }, make);
      if (kind < 2) return yamlTokens[dice(yamlTokens.length)]!.trim() || "x";
      if (kind === 2) return String(dice(1000) - 500);
      if (kind === 3) return `[${some(() => grow(dice, depth - 1)).join(", ")}]`;
      return `{ ${some(() => `${keys[dice(keys.length)]}: ${grow(dice, depth - 1)}`).join(", ")} }`;
    };
    await fuzz("grown documents", cases, (dice) => {
      writeFileSync(path, some(dice, () => `${keys[dice(keys.length)]}: ${grow(dice, 4)}\n`).join(""));
      planRuns(loadExperiment(path));
    });
  });

  test("with anything in --set", async () => {
    const path = join(experiments, "plain-vs-res.yaml");
    await fuzz("--set", cases, (dice) => {
      const text = harm(Buffer.from("training.learningRate.dropAt=[1,2]"), dice, [...yamlTokens, "model.depth=", ","]);
      planRuns(loadExperiment(path, { set: [text.toString()] }));
    });
  });

  test("that grow when they are read are refused at once", async () => {
    const path = join(folder, "bomb.yaml");
    const bomb = [
      "a: &a [x, x, x, x, x, x, x, x, x]",
      ..."bcdefghij".split("").map((letter, i) => `${letter}: &${letter} [${Array(9).fill(`*${"abcdefghi"[i]}`)}]`),
    ].join("\n");
    const bombs = [
      bomb,
      "[".repeat(100_000),
      "a: ".repeat(50_000),
      `matrix: { ${"model.width: [1], ".repeat(20_000)} }`,
    ];
    await fuzz("bombs", bombs.length, (_dice, index) => {
      writeFileSync(path, bombs[index]!);
      planRuns(loadExperiment(path));
    });
  });
});

function some<T>(dice: Dice, make: () => T): T[] {
  return Array.from({ length: dice(6) }, make);
}

describe("data", () => {
  test("in IDX and gzip", async () => {
    const images = Buffer.concat([
      Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]),
      Buffer.alloc(2 * 784, 7),
    ]);
    const zipped = gzipSync(images);
    await fuzz("IDX", cases, (dice) => void parseIdx(harm(images, dice, ["\u0000\u0000\u0000", "\u00ff"]), "x", 3));
    await fuzz("gzip", cases, (dice) => {
      parseIdx(gunzip(harm(zipped, dice, ["\u001f\u008b"]), "x", images.length), "x", 3);
    });
  });

  test("in gzip that grows is refused before it has grown", async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    await fuzz("gzip bomb", 1, () => void gunzip(bomb, "x", 10_000));
  });

  test("in safetensors", async () => {
    const parts: Uint8Array[] = [];
    const tensor = { name: "w", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    encodeSafetensors([tensor], { format: "test" }, (bytes) => parts.push(bytes.slice()));
    const whole = Buffer.concat(parts);
    const path = join(folder, "harmed.safetensors");
    await fuzz("safetensors", cases, (dice) => {
      writeFileSync(path, harm(whole, dice, ['"shape":[99999999999]', "{", "}", "\u00ff\u00ff", '"dtype":"F32"']));
      readSafetensors(path);
    });
  });
});

test("run directories", async () => {
  const results = join(folder, "results");
  mkdirSync(results);
  expect((await resnetExp(["run", writeStudy(folder), "--seeds", "0", "--results", results])).code).toBe(0);
  const run = (root: string) => {
    const runs = join(root, name, "runs");
    return join(runs, readdirSync(runs)[0]!);
  };
  const harmed = join(folder, "harmed-results");
  cpSync(results, harmed, { recursive: true });
  const files = ["run.json", "done.json", "metrics.jsonl"];
  const whole = new Map(files.map((file) => [file, readFileSync(join(run(results), file))]));
  await fuzz("run directories", cases, (dice) => {
    const file = files[dice(files.length)]!;
    const bytes = harm(whole.get(file)!, dice, ['"', "{", "}", "null", "1e999", '"checksum":', "\n", "[]", "\u0000"]);
    writeFileSync(join(run(harmed), file), bytes);
    readRuns(harmed);
    writeFileSync(join(run(harmed), file), whole.get(file)!);
  });
});
