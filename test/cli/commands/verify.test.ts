import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type VerifyOptions, verifyCommand } from "../../../src/cli/commands/verify.ts";
import type { Check } from "../../../src/records/integrity.ts";
import { writeFileAtomically } from "../../../src/system/atomic-file.ts";
import { encodeSafetensors, readSafetensors } from "../../../src/weights/safetensors.ts";
import { copyOf, trainTinyStudy } from "../../helpers/tiny-study.ts";
import { interruptedRecord } from "../../reports/sample-records.ts";
import { collectingIo, writeRecords } from "../results.ts";

let trained: string;
beforeAll(async () => {
  trained = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  await trainTinyStudy(trained);
});
afterAll(() => rmSync(trained, { recursive: true, force: true }));

interface Verdict {
  id: string;
  holds: boolean;
  checks: Check[];
}

async function verify(names: string[], results: string, options: Partial<VerifyOptions> = {}) {
  const io = collectingIo();
  const code = await verifyCommand(names, { results, engine: "auto", json: true, ...options }, io);
  return { code, verdicts: options.json === false ? [] : (JSON.parse(io.text) as Verdict[]), text: io.text };
}

/** The failed checks of the only run, as name: detail. */
function failures({ verdicts }: { verdicts: Verdict[] }): Record<string, string> {
  const failed = verdicts.flatMap(({ checks }) => checks).filter(({ state }) => state === "fails");
  return Object.fromEntries(failed.map(({ name, detail }) => [name, detail]));
}

/** Replaces a part of a text file and removes the file's own checksum, as a forger would. */
function edit(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, "utf8");
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(path, edited.replace(/,\s*"checksum": "[0-9a-f]+"/, ""));
}

function flipBit(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
}

describe("verify", () => {
  test("finds that finished runs are whole and their test errors the same to the last bit, and exits 0", async () => {
    const { code, verdicts } = await verify(["plain-8", "ResNet-*"], trained);
    expect(code).toBe(0);
    expect(verdicts.map(({ holds }) => holds)).toEqual([true, true]);
    for (const { checks } of verdicts) {
      expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
        "run.json holds",
        "done.json holds",
        "metrics.jsonl holds",
        "weights.safetensors holds",
        "checkpoints holds",
        "data set holds",
        "test error holds",
      ]);
      expect(checks.at(-1)!.detail).toMatch(/^\d+\.\d\d %, loss \d\.\d{6} again, bit for bit, on native \(/);
    }
  });

  test("prints a line for each check, and how many runs passed", async () => {
    const { text } = await verify(["plain-8"], trained, { json: false });
    const lines = text.split("\n");
    expect(lines[0]).toMatch(/^plain-8-s0-[0-9a-f]{10}$/);
    expect(lines[2]).toBe("  ok      done.json            agrees with metrics.jsonl");
    expect(lines.at(-2)).toBe("1 of 1 run passed all checks.");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("accepts a test error on another engine within bounds, and states the bounds", async () => {
    const { code, verdicts } = await verify(["plain-8"], trained, { engine: "cpu" });
    expect(code).toBe(0);
    // One image of 40 may be classified differently.
    expect(verdicts[0]!.checks.at(-1)!.detail).toMatch(
      /^\d+\.\d\d %, loss \d\.\d{6} on cpu .*; the record says \d+\.\d\d %, loss \d\.\d{6} on native .*: within 2\.50 points and a loss within 0\.1 %$/,
    );
  });

  test("accepts a run whose record has no checksum of its metrics", async () => {
    const { results, record } = copyOf(trained);
    edit(join(record("plain-8").path, "done.json"), /,\s*"metricsSha256": "[0-9a-f]+"/, "");
    const { code, verdicts } = await verify(["plain-8"], results);
    expect(code).toBe(0);
    expect(verdicts[0]!.checks[2]).toEqual({
      name: "metrics.jsonl",
      state: "unknown",
      detail: "4 lines; no checksum was recorded",
    });
  });

  test("finds a digit changed in the metrics, and exits 4", async () => {
    const { results, record } = copyOf(trained);
    edit(join(record("plain-8").path, "metrics.jsonl"), /"trainLoss":2\./, '"trainLoss":1.');
    const verified = await verify(["tiny/plain-8", "tiny/resnet-8"], results);
    expect(verified.code).toBe(4);
    expect(verified.verdicts.map(({ holds }) => holds)).toEqual([false, true]);
    // The checkpoints say which metrics they cover.
    expect(Object.keys(failures(verified))).toEqual(["metrics.jsonl", "checkpoints"]);
    expect(failures(verified)["metrics.jsonl"]).toMatch(
      /^4 lines, SHA-256 [0-9a-f]{10}…, the record says [0-9a-f]{10}…$/,
    );
  });

  test("finds weights that are NaN, even if their checksums are right", async () => {
    const { results, record } = copyOf(trained);
    const { path, done } = record("plain-8");
    const file = join(path, "weights.safetensors");
    const { tensors, metadata } = readSafetensors(file);
    tensors[0]!.data.fill(Number.NaN);
    const { sha256: _, ...own } = metadata;
    writeFileAtomically(file, (sink) => encodeSafetensors(tensors, own, sink));
    const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
    edit(join(path, "done.json"), done!.weightsSha256, digest);
    const verified = await verify(["plain-8"], results);
    expect(verified.code).toBe(4);
    expect(failures(verified)["test error"]).toBe(
      `Expected each weight in ${file} to be a finite number, got NaN or infinity in 1 of ${tensors.length} tensors: ${tensors[0]!.name}`,
    );
  });

  test("finds a flipped bit in the weights or in a checkpoint, and missing weights", async () => {
    const { results, record } = copyOf(trained);
    const { path } = record("plain-8");
    flipBit(join(path, "weights.safetensors"), 3000);
    flipBit(join(path, "checkpoints", "00000012.safetensors"), 9000);
    const verified = await verify(["plain-8"], results);
    expect(verified.code).toBe(4);
    expect(Object.keys(failures(verified))).toEqual(["weights.safetensors", "checkpoints"]);
    expect(failures(verified)["checkpoints"]).toMatch(
      /00000012\.safetensors to be a whole safetensors file, got bytes that do not match its sha256\.$/,
    );
    rmSync(join(path, "weights.safetensors"));
    expect(failures(await verify(["plain-8"], results))["weights.safetensors"]).toBe(
      "is missing; weights are not in git",
    );
  });

  test("finds a flipped weight, even if the records agree with it", async () => {
    const { results, record } = copyOf(trained);
    const { path, done } = record("plain-8");
    flipBit(join(path, "weights.safetensors"), statSync(join(path, "weights.safetensors")).size - 6);
    const digest = createHash("sha256")
      .update(readFileSync(join(path, "weights.safetensors")))
      .digest("hex");
    edit(join(path, "done.json"), done!.weightsSha256, digest);
    const verified = await verify(["plain-8"], results);
    expect(verified.code).toBe(4);
    expect(failures(verified)).toEqual({
      "test error": expect.stringMatching(
        /weights\.safetensors to be a whole safetensors file, got bytes that do not match its sha256$/,
      ),
    });
  });

  test("finds a test error that the weights do not have, even if the records agree with each other", async () => {
    const { results, record } = copyOf(trained);
    const { path, done } = record("plain-8");
    rmSync(join(path, "checkpoints"), { recursive: true });
    edit(join(path, "done.json"), /,\s*"metricsSha256": "[0-9a-f]+"/, "");
    const better = String(done!.finalMetric.testError! - 0.025);
    edit(join(path, "metrics.jsonl"), /("iteration":12,.*"testError":)[0-9.]+/, `$1${better}`);
    edit(join(path, "done.json"), /("finalMetric":[^}]*"testError": )[0-9.]+/, `$1${better}`);
    const best = Math.min(...record("plain-8").metrics.flatMap(({ testError }) => testError ?? []));
    const { iteration } = record("plain-8").metrics.find(({ testError }) => testError === best)!;
    edit(
      join(path, "done.json"),
      /"bestTestError": \{[^}]*\}/,
      `"bestTestError": {"iteration": ${iteration}, "value": ${best}, "note": 1}`,
    );
    const verified = await verify(["plain-8"], results);
    expect(verified.code).toBe(4);
    expect(Object.keys(failures(verified))).toEqual(["test error"]);
    expect(failures(verified)["test error"]).toMatch(/ which trained the run; the record says /);
  });

  test("finds a spec that was changed afterwards", async () => {
    const { results, record } = copyOf(trained);
    edit(join(record("plain-8").path, "run.json"), '"batchSize": 16', '"batchSize": 32');
    const verified = await verify(["plain-8"], results);
    expect(Object.keys(failures(verified))).toEqual(["run.json"]);
  });

  test("names a directory that no longer holds a readable run", async () => {
    const { results, record } = copyOf(trained);
    const { path, run } = record("plain-8");
    writeFileSync(join(path, "run.json"), "{");
    const verified = await verify([run.id], results);
    expect(verified.code).toBe(4);
    expect(verified.verdicts).toHaveLength(1);
    expect(failures(verified)["record"]).toMatch(/^Expected .*run\.json to be a whole record, got a damaged one/);
  });

  test("refuses a run that is not finished", async () => {
    const { results } = copyOf(trained);
    const interrupted = interruptedRecord({ experiment: "another" });
    writeRecords(results, [interrupted]);
    await expect(verify(["another/*"], results)).rejects.toMatchObject({
      name: "UserError",
      message: `Expected finished runs, got ${interrupted.run.id} (interrupted).`,
    });
  });
});
