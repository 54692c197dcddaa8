import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { degradationClause, depthEffects } from "../../../src/reports/analysis/degradation.ts";
import { tabulate } from "../../../src/reports/analysis/tabulate.ts";
import { doneRecord, fourNets, interruptedRecord } from "../sample-records.ts";

const clause = (runs: readonly RunRecord[]) => degradationClause(tabulate(runs));
const net = (block: string, depth: number, trainError: number, more: Record<string, unknown> = {}, label = "") =>
  doneRecord(
    { label: label || `${block}-${depth}`, model: { family: "cifar", block, depth, ...more } },
    trainError,
    0.5,
  );

describe("the measured degradation", () => {
  it("is one clause for the four nets", () => {
    expect(clause(fourNets())).toBe(
      "Plain nets degrade, residual nets do not: without shortcuts, 34 layers end with 12.3 points more training error than 18; with shortcuts, 2.1 points less",
    );
  });

  it("needs 0.5 points of training error", () => {
    const precise = (depth: number, error: number) => {
      const record = net("plain", depth, error);
      // So many images that the error of one run is known to 0.1 points.
      return { ...record, metrics: record.metrics.slice(-1).map((metric) => ({ ...metric, iteration: 600_000 })) };
    };
    expect(clause([precise(20, 0.1), precise(32, 0.1049)])).toMatch(/^Plain nets do not degrade: /);
    expect(clause([precise(20, 0.1), precise(32, 0.1051)])).toMatch(/^Plain nets degrade: /);
  });

  it("claims nothing of a difference within the scatter of runs", () => {
    const seeds = (depth: number, errors: readonly number[], block = "basic") =>
      errors.map((error, seed) =>
        doneRecord({ seed, label: `${block}-${depth}`, model: { family: "cifar", block, depth } }, error, 0.5),
      );
    // Standard deviations of 1 point and 3 runs each: the difference is known to ±2.3 points.
    const [shallow, deep] = [seeds(20, [0.19, 0.2, 0.21]), seeds(32, [0.21, 0.22, 0.23])];
    expect(clause([...shallow, ...deep])).toBe(
      "Residual nets do not degrade beyond the scatter: with shortcuts, 32 layers end with 2.0 points more training error than 20, which is within the scatter",
    );
    expect(clause([...shallow, ...seeds(32, [0.22, 0.23, 0.24])])).toMatch(/^Residual nets degrade: /);
    const plain = [...seeds(20, [0.2, 0.2, 0.2], "plain"), ...seeds(32, [0.3, 0.31, 0.32], "plain")];
    expect(clause([...plain, ...shallow, ...deep])).toMatch(
      /^Plain nets degrade, residual nets do not beyond the scatter: /,
    );
  });

  it("claims nothing of one run each whose errors are of too few images", () => {
    const short = (depth: number, error: number) => {
      const record = net("basic", depth, error);
      const [, last] = record.metrics;
      return { ...record, metrics: [{ ...last!, iteration: 595 }, last!] };
    };
    // 5 iterations of 64 images: ±6.6 points.
    expect(clause([short(20, 0.2), short(32, 0.25)])).toMatch(/^Residual nets do not degrade beyond the scatter: /);
    expect(clause([short(20, 0.2), short(32, 0.27)])).toMatch(/^Residual nets degrade: /);
  });

  it("says nothing of nets whose shallowest is still near chance", () => {
    expect(clause([net("plain", 20, 0.82), net("plain", 32, 0.89)])).toBeUndefined();
    expect(clause([net("plain", 20, 0.4), net("plain", 32, 0.89)])).toMatch(/^Plain nets degrade: /);
  });

  it.each([
    ["Plain nets degrade, and residual nets degrade less", 0.3, 0.2],
    ["Plain nets degrade, and so do residual nets", 0.2, 0.3],
    ["Residual nets degrade, plain nets do not", 0.1, 0.2],
    ["No net degrades", 0.1, 0.1],
  ])("says %s", (words, plain, residual) => {
    const runs = [net("plain", 20, 0.1), net("plain", 32, plain), net("basic", 20, 0.1), net("basic", 32, residual)];
    expect(clause(runs)?.split(":")[0]).toBe(words);
  });

  it("says so if the measurement shows the opposite, or nothing", () => {
    expect(
      clause([net("plain", 20, 0.2), net("plain", 32, 0.1), net("basic", 20, 0.1), net("basic", 32, 0.1001)]),
    ).toBe(
      "No net degrades: without shortcuts, 32 layers end with 10.0 points less training error than 20; with shortcuts, the same training error, to 0.1 points",
    );
  });

  it("says so if an error is not a number", () => {
    expect(clause([net("plain", 20, 0.2), net("plain", 32, Number.NaN)])).toBe(
      "Some nets end with a training error that is not a number: without shortcuts, 32 layers end with a training error that is not a number",
    );
  });

  it("compares the depths that plain and residual nets have in common", () => {
    const runs = [
      ...[20, 32, 56].map((depth) => net("plain", depth, depth / 100)),
      ...[20, 56, 110].map((depth) => net("basic", depth, 0.3 - depth / 1000)),
    ];
    expect(clause(runs)).toBe(
      "Plain nets degrade, residual nets do not: without shortcuts, 56 layers end with 36.0 points more training error than 20; with shortcuts, 3.6 points less",
    );
  });

  it("is about one kind of net if only that was trained", () => {
    expect(clause([net("basic", 20, 0.2), net("basic", 110, 0.1)])).toBe(
      "Residual nets do not degrade: with shortcuts, 110 layers end with 10.0 points less training error than 20",
    );
  });

  it("keeps options and blocks apart by their labels", () => {
    const runs = ["A", "B"].flatMap((shortcut) => [
      net("basic", 20, 0.2, { shortcut }, `ResNet-20 ${shortcut}`),
      net("basic", 32, shortcut === "A" ? 0.1 : 0.15, { shortcut }, `ResNet-32 ${shortcut}`),
    ]);
    expect(clause(runs)).toBe(
      "Residual nets do not degrade: with shortcuts (A), 32 layers end with 10.0 points less training error than 20; with shortcuts (B), 5.0 points less",
    );
  });

  it("is not claimed from one depth or from unfinished runs", () => {
    expect(clause([net("plain", 20, 0.2), net("basic", 20, 0.1)])).toBeUndefined();
    const [resnet34, plain34, resnet18] = fourNets() as [RunRecord, RunRecord, RunRecord];
    expect(depthEffects(tabulate([resnet34, plain34, resnet18, interruptedRecord({})]))).toEqual([]);
  });
});
