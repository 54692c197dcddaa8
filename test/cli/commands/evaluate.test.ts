import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EvaluateOptions, evaluateCommand } from "../../../src/cli/commands/evaluate.ts";
import { readEvaluations } from "../../../src/records/evaluations.ts";
import { copyOf, trainTinyStudy } from "../../helpers/tiny-study.ts";
import { interruptedRecord } from "../../reports/sample-records.ts";
import { collectingIo, writeRecords } from "../results.ts";

let trained: string;
beforeAll(async () => {
  trained = mkdtempSync(join(tmpdir(), "resnet-exp-"));
  await trainTinyStudy(trained);
});
afterAll(() => rmSync(trained, { recursive: true, force: true }));

const protocol = { crops: 1, statistics: "running", statisticsBatches: 3 } as const;
const defaults = { ...protocol, engine: "native", mean: [], std: [] } as const;

async function evaluate(names: string[], results: string, options: Partial<EvaluateOptions> = {}) {
  const io = collectingIo();
  const code = await evaluateCommand(names, { ...defaults, results, ...options }, io);
  return { code, text: io.text };
}

async function scores(names: string[], results: string, options: Partial<EvaluateOptions> = {}) {
  const { text } = await evaluate(names, results, { ...options, json: true });
  return JSON.parse(text) as {
    images: number;
    runs: { id: string; label: string; top1Error: number; top5Error: number; loss: number }[];
    ensemble: { top1Error: number; top5Error: number; loss: number } | null;
  };
}

describe("evaluate", () => {
  test("with one view repeats the run's own test", async () => {
    const { results, record } = copyOf(trained);
    const { images, runs, ensemble } = await scores(["plain-8"], results);
    const { finalMetric } = record("plain-8").done!;
    expect(images).toBe(40);
    expect(ensemble).toBeNull();
    expect(runs[0]).toMatchObject({ label: "plain-8", top1Error: finalMetric.testError });
    expect(runs[0]!.loss).toBeCloseTo(finalMetric.testLoss!, 6);
    expect(runs[0]!.top5Error).toBeLessThanOrEqual(runs[0]!.top1Error);
  });

  test("adds each score to its run, and an ensemble's to every member, and keeps earlier scores", async () => {
    const { results, record } = copyOf(trained);
    await scores(["plain-8"], results, { crops: 10 });
    const { runs, ensemble } = await scores(["plain-8", "ResNet-8"], results, { scales: [24, 32] });
    const ids = runs.map(({ id }) => id);
    const [first, own, shared] = record("plain-8").evaluations;
    expect(first).toMatchObject({ protocol: { crops: 10, scales: null }, members: [ids[0]], images: 40 });
    expect(own).toMatchObject({
      protocol: { crops: 1, scales: [24, 32], statistics: "running", statisticsBatches: null },
      members: [ids[0]],
      top1Error: runs[0]!.top1Error,
      datasetDigest: record("plain-8").run.datasetDigest,
    });
    expect(shared).toMatchObject({ members: ids, ...ensemble });
    expect(record("ResNet-8").evaluations.at(-1)).toEqual(shared);
    // The run itself is unchanged.
    expect(record("plain-8").status).toBe("done");
  });

  test("counts a run that two experiments share once, and adds its scores to both copies", async () => {
    const { results, record } = copyOf(trained);
    await trainTinyStudy(results, "another");
    const ids = ["plain-8", "ResNet-8"].map((label) => record(label).run.id);
    const { runs } = await scores(ids, results);
    expect(runs.map(({ id }) => id)).toEqual(ids);
    const [one, other] = ["tiny", "another"].map((name) =>
      readFileSync(join(results, name, "runs", ids[0]!, "evaluations.jsonl"), "utf8"),
    );
    expect(one).toBe(other);
    expect(JSON.parse(one!.trim().split("\n")[1]!)).toMatchObject({ members: ids });
  });

  test("adds an ensemble's score to a run's copies only where all its members are", async () => {
    const { results, record } = copyOf(trained);
    await trainTinyStudy(results, "another");
    const ids = ["plain-8", "ResNet-8"].map((label) => record(label).run.id);
    rmSync(join(results, "another", "runs", ids[1]!), { recursive: true });
    await scores(ids, results);
    const membersIn = (experiment: string) =>
      readEvaluations(join(results, experiment, "runs", ids[0]!)).evaluations.map(({ members }) => members);
    expect(membersIn("tiny")).toEqual([[ids[0]], ids]);
    expect(membersIn("another")).toEqual([[ids[0]]]);
  });

  test("with precise statistics averages over training batches and leaves the weights on the disk alone", async () => {
    const { results, record } = copyOf(trained);
    const running = await scores(["ResNet-8"], results);
    const precise = await scores(["ResNet-8"], results, { statistics: "precise" });
    expect(precise.runs[0]!.loss).not.toBe(running.runs[0]!.loss);
    expect(await scores(["ResNet-8"], results, { statistics: "precise" })).toEqual(precise);
    expect(await scores(["ResNet-8"], results)).toEqual(running);
    expect(record("ResNet-8").evaluations[1]!.protocol).toMatchObject({
      statistics: "precise",
      statisticsBatches: 3,
    });
  });

  test("does not depend on the number of images per forward pass", async () => {
    const { results } = copyOf(trained);
    const [a, b] = [await scores(["*"], results, { batch: 7 }), await scores(["*"], results, { batch: 40 })];
    expect(a.ensemble!.top1Error).toBe(b.ensemble!.top1Error);
    expect(a.ensemble!.loss).toBeCloseTo(b.ensemble!.loss, 6);
  });

  test("prints protocol, scores and where they were written", async () => {
    const { results, record } = copyOf(trained);
    const { text } = await evaluate(["plain-8", "ResNet-8"], results, { crops: 10, statistics: "precise" });
    const lines = text.split("\n");
    expect(lines.slice(0, 2).join(" ")).toMatch(
      /^10 crops; statistics averaged over 3 training batches; 40 test images of synthetic; native \(/,
    );
    expect(text).toMatch(/^plain-8 seed 0 +\d+\.\d\d +\d+\.\d\d +\d\.\d{4}$/m);
    expect(text).toMatch(/^ensemble of 2 +\d+\.\d\d +\d+\.\d\d +\d\.\d{4}$/m);
    expect(lines.at(-2)).toBe(join(record("ResNet-8").path, "evaluations.jsonl"));
    expect((await evaluate(["plain-8"], results)).text).toMatch(/^the whole image; running statistics; 40 test images/);
  });

  test("prints scores even if they cannot be written", async () => {
    const { results, record } = copyOf(trained);
    mkdirSync(join(record("plain-8").path, "evaluations.jsonl"));
    const io = collectingIo();
    await expect(evaluateCommand(["plain-8"], { ...defaults, results }, io)).rejects.toThrow(/evaluations\.jsonl/);
    expect(io.text).toMatch(/^plain-8 seed 0 +\d+\.\d\d/m);
  });

  test("refuses ten crops for a run that was trained without the padding that they show", async () => {
    const { results, record } = copyOf(trained);
    const { path, run } = record("plain-8");
    const file = join(path, "run.json");
    const text = readFileSync(file, "utf8").replace('"pad-crop-flip"', '"none"');
    writeFileSync(file, text.replace(/,\s*"checksum": "[0-9a-f]+"/, ""));
    await expect(evaluate(["plain-8"], results, { crops: 10 })).rejects.toMatchObject({
      name: "UserError",
      message: `Expected --crops to be 1 for ${run.id}, which was trained on whole images only, got 10.`,
    });
  });

  test("refuses crops together with scales, and unfinished runs", async () => {
    await expect(evaluate(["plain-8"], trained, { crops: 10, scales: [32] })).rejects.toMatchObject({
      name: "UserError",
      message: "Expected --crops 10 or --scales, got both.",
    });
    const { results } = copyOf(trained);
    const interrupted = interruptedRecord({ experiment: "another" });
    writeRecords(results, [interrupted]);
    await expect(evaluate(["another/*", "plain-8"], results)).rejects.toMatchObject({
      message: `Expected finished runs, got ${interrupted.run.id} (interrupted).`,
    });
  });
});
