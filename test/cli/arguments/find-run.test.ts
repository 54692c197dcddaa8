import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { findAllRecords, findRecord, findRecords } from "../../../src/cli/arguments/find-run.ts";
import type { RunRecord } from "../../../src/records/record.ts";
import { temporaryDirectory } from "../../records/sample-run.ts";
import { doneRecord, interruptedRecord } from "../../reports/sample-records.ts";
import { writeRecords } from "../results.ts";

const plain18 = doneRecord({}, 0.25, 0.5);
const plain18again = doneRecord({ seed: 1 }, 0.25, 0.5);
const residual = doneRecord({ label: "ResNet-34", model: { block: "basic", depth: 34, shortcut: "A" } }, 0.2, 0.4);
const elsewhere = interruptedRecord({ experiment: "another", label: "ResNet-34 A", model: { depth: 34 } });

/** A record as if `run` had trained it on that day with these options. */
function trained(record: RunRecord, day: string, ...options: string[]): RunRecord {
  const { run } = record;
  const command = ["resnet-exp", "run", "experiments/plain-vs-res.yaml", ...options];
  return { ...record, run: { ...run, provenance: { ...run.provenance, command, createdAt: `${day}T00:00:00.000Z` } } };
}

describe("RUN", () => {
  let results: string;
  let told: string;
  const io = {
    err: (text: string) => {
      told += text;
    },
  };
  const find = (name: string) => findRecord(name, results, io).run.id;
  beforeEach(() => {
    results = temporaryDirectory();
    told = "";
    writeRecords(results, [plain18, plain18again, residual, elsewhere]);
  });

  it("is an id, or its beginning or end", () => {
    const { id } = plain18.run;
    expect(find(id)).toBe(id);
    expect(find(id.slice(0, -3))).toBe(id);
    expect(find(id.slice(-10))).toBe(id);
  });

  it("is a label, with a seed or an experiment if several runs have it, or a glob", () => {
    expect(find("PLAIN-18 seed 1")).toBe(plain18again.run.id);
    expect(find("plain-*seed 0")).toBe(plain18.run.id);
    expect(find("another/resnet-*")).toBe(elsewhere.run.id);
  });

  it("is the run with exactly that label, even if other labels begin with it", () => {
    expect(find("ResNet-34")).toBe(residual.run.id);
  });

  it("lists the candidates if several runs fit", () => {
    expect(() => find("plain-18")).toThrow(
      expect.objectContaining({
        name: "UserError",
        message: 'Expected "plain-18" to be one run, got 2.',
        hints: [`${plain18.run.id}  seed 0`, `${plain18again.run.id}  seed 1`].sort(),
      }),
    );
    expect(() => find("resnet-*")).toThrow(
      expect.objectContaining({ hints: [`another/${elsewhere.run.id}`, `plain-vs-res/${residual.run.id}`] }),
    );
  });

  it("is the run of the newest set-up if the other runs have other profiles or data sets, and says so", () => {
    const cifar = trained(doneRecord({ datasetTitle: "CIFAR-10" }, 0.2, 0.3), "2026-01-03", "--profile", "cifar10");
    writeRecords(results, [cifar]);
    expect(find("plain-18")).toBe(cifar.run.id);
    expect(told).toBe(`"plain-18" fits runs of 2 set-ups. Took ${cifar.run.id} of the newest: CIFAR-10, profile cifar10.
  Left out (an id takes a run of any set-up):
${[`  ${plain18.run.id}  synthetic  no profile       seed 0`, `  ${plain18again.run.id}  synthetic  no profile       seed 1`].sort().join("\n")}
`);
    told = "";
    expect([find(cifar.run.id), find(plain18.run.id), find("plain-18 seed 1")]).toEqual([
      cifar.run.id,
      plain18.run.id,
      plain18again.run.id,
    ]);
    expect(told).toBe("");
  });

  it("is the run of the newest set-up for a glob too, but not for a part of ids", () => {
    const smoke = trained(doneRecord({ training: { iterations: 6 } }, 0.9, 0.9), "2026-01-03", "--profile=smoke");
    writeRecords(results, [smoke]);
    expect(find("plain-*")).toBe(smoke.run.id);
    expect(() => find("plain-18-s0")).toThrow(
      expect.objectContaining({
        hints: [
          `${plain18.run.id}  no profile     600 iterations`,
          `${smoke.run.id}  profile smoke  6 iterations`,
        ].sort(),
      }),
    );
  });

  it("lists all candidates if the newest set-up has several, with what distinguishes them", () => {
    const cifar = [0, 1].map((seed) =>
      trained(doneRecord({ seed, datasetTitle: "CIFAR-10" }, 0.2, 0.3), "2026-01-03", "--profile", "cifar10"),
    );
    writeRecords(results, cifar);
    expect(() => find("plain-18")).toThrow(
      expect.objectContaining({
        message: 'Expected "plain-18" to be one run, got 4.',
        hints: [
          `${plain18.run.id}  synthetic  no profile       seed 0`,
          `${plain18again.run.id}  synthetic  no profile       seed 1`,
          `${cifar[0]!.run.id}  CIFAR-10   profile cifar10  seed 0`,
          `${cifar[1]!.run.id}  CIFAR-10   profile cifar10  seed 1`,
        ].sort(),
      }),
    );
    expect(told).toBe("");
  });

  it("lists the candidates with another value, if that value alone distinguishes them", () => {
    const faster = doneRecord({ training: { learningRate: { initial: 0.5 } } }, 0.2, 0.3);
    writeRecords(results, [faster]);
    expect(() => find("plain-18 seed 0")).toThrow(
      expect.objectContaining({
        hints: [
          `${plain18.run.id}  training.learningRate.initial=0.1`,
          `${faster.run.id}  training.learningRate.initial=0.5`,
        ].sort(),
      }),
    );
  });

  it("suggests the label that was meant", () => {
    expect(() => find("palin-18")).toThrow(
      expect.objectContaining({
        message: `Expected the id of a run under ${results}, its beginning or end, or a label, got "palin-18".`,
        hints: ["Did you mean plain-18?"],
      }),
    );
  });

  it("is not a damaged directory, and the error gives the reason", () => {
    const stray = join(results, "another", "runs", "stray");
    mkdirSync(stray);
    expect(() => find("stray")).toThrow(`Expected ${stray} to hold a whole run, but run.json is missing.`);
  });

  it("is nothing if there are no results", () => {
    const none = join(results, "none");
    expect(() => findRecord("plain-18", none, io)).toThrow(
      expect.objectContaining({
        message: `Expected a run under ${none}, got "plain-18" and no runs there.`,
        hints: [`\`resnet-exp run FILE --results ${none}\` trains runs; --results DIR looks in another directory.`],
      }),
    );
    mkdirSync(join(none, "tiny", "runs", "stray"), { recursive: true });
    expect(() => findRecord("plain-18", none, io)).toThrow(
      expect.objectContaining({
        message: `Expected a run under ${none}, got "plain-18" and no run there that can be read.`,
        hints: [`\`resnet-exp ls --results ${none}\` says why; --results DIR looks in another directory.`],
      }),
    );
  });

  it("named twice is one run", () => {
    const names = ["plain-18 seed 0", plain18.run.id, "ResNet-34"];
    expect(findRecords(names, results, io).map(({ run }) => run.id)).toEqual([plain18.run.id, residual.run.id]);
  });
});

describe("RUN…", () => {
  let results: string;
  const findAll = (...names: string[]) => findAllRecords(names, results).records.map(({ run }) => run.id);
  beforeEach(() => {
    results = temporaryDirectory();
    writeRecords(results, [plain18, plain18again, residual, elsewhere]);
  });

  it("is all seeds of a label and all matches of a glob, in the order of the names, each once", () => {
    expect(findAll("ResNet-34", "plain-18", "plain-* seed 0")).toEqual([
      residual.run.id,
      ...[plain18.run.id, plain18again.run.id].sort(),
    ]);
    expect(findAll("another/*")).toEqual([elsewhere.run.id]);
  });

  it("is all set-ups, or the newest if the command needs one, and says so", () => {
    const cifar = [0, 1].map((seed) =>
      trained(doneRecord({ seed, datasetTitle: "CIFAR-10" }, 0.2, 0.3), "2026-01-03", "--profile", "cifar10"),
    );
    writeRecords(results, cifar);
    const ids = cifar.map(({ run }) => run.id).sort();
    expect(findAll("plain-18")).toHaveLength(4);
    const err = vi.fn();
    const { records } = findAllRecords(["plain-18", plain18.run.id], results, { err });
    expect(records.map(({ run }) => run.id)).toEqual([...ids, plain18.run.id]);
    expect(err).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(
        /^"plain-18" fits runs of 2 set-ups\. Took the 2 runs of the newest: CIFAR-10, profile cifar10\.\n/,
      ),
    );
  });

  it("is not a part of several ids", () => {
    expect(() => findAll("plain-18-s")).toThrow('Expected "plain-18-s" to be one run, got 2.');
  });

  it("is refused if a name means no run", () => {
    expect(() => findAll("plain-18", "palin-18")).toThrow('its beginning or end, or a label, got "palin-18".');
  });

  it("may be a directory without a readable run, which is passed on with the reason", () => {
    const stray = join(results, "another", "runs", "stray");
    mkdirSync(stray);
    expect(findAllRecords(["stray"], results)).toEqual({
      records: [],
      damaged: [{ path: stray, reason: "run.json is missing" }],
    });
  });
});
