// Random damage to files that training writes and reads again: run directories, and weights of this and other programs.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRuns } from "../../src/records/record.ts";
import { readForeignWeights } from "../../src/weights/foreign-weights.ts";
import { encodeSafetensors, readSafetensors } from "../../src/weights/safetensors.ts";
import { resnetExp } from "../helpers/program.ts";
import { type Dice, fuzz, harm, scratchDirectory } from "./fuzz.ts";
import { name, writeStudy } from "./study.ts";

const folder = scratchDirectory();

test("safetensors", async () => {
  const parts: Uint8Array[] = [];
  const tensor = { name: "w", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  encodeSafetensors([tensor], { format: "test" }, (bytes) => parts.push(bytes.slice()));
  const whole = Buffer.concat(parts);
  const path = join(folder, "harmed.safetensors");
  const types = ["F64", "F16", "BF16", "I64", "U8", "BOOL"].map((type) => `"dtype":"${type}"`);
  const tokens = ['"shape":[99999999999]', "{", "}", "\u00ff\u00ff", "9999999", "[]", "-1", "1e308", ...types];
  const make = (dice: Dice) => harm(whole, dice, tokens);
  const readers = { "our own": readSafetensors, foreign: readForeignWeights };
  for (const [title, reader] of Object.entries(readers)) {
    await fuzz(`safetensors, ${title}`, {
      make,
      read(bytes) {
        writeFileSync(path, bytes);
        reader(path);
      },
    });
  }
});

test("run directories", async () => {
  const results = join(folder, "results");
  mkdirSync(results);
  expect((await resnetExp(["run", writeStudy(folder), "--seeds", "0", "--results", results])).code).toBe(0);
  const harmed = join(folder, "harmed-results");
  cpSync(results, harmed, { recursive: true });
  const runs = join(harmed, name, "runs");
  const run = join(runs, readdirSync(runs)[0]!);
  const files = ["run.json", "done.json", "metrics.jsonl"];
  const whole = new Map(files.map((file) => [file, readFileSync(join(run, file))]));
  const tokens = ['"', "{", "}", "null", "1e999", '"checksum":', "\n", "[]", "\u0000"];
  await fuzz("run directories", {
    make: (dice, index) => harm(whole.get(files[index % files.length]!)!, dice, tokens),
    read(bytes, _, index) {
      const file = files[index % files.length]!;
      writeFileSync(join(run, file), bytes);
      try {
        readRuns(harmed);
      } finally {
        writeFileSync(join(run, file), whole.get(file)!);
      }
    },
  });
});
