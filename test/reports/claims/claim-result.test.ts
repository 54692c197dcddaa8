import { describe, expect, test } from "vitest";
import { claimIds } from "../../../src/config/claim-names.ts";
import type { RunRecord } from "../../../src/records/record.ts";
import { type ClaimResult, claimResultsOf } from "../../../src/reports/claims/claim-result.ts";
import { claimText } from "../../../src/reports/claims/claim-text.ts";
import { doneRecord, interruptedRecord, paperRun } from "../sample-records.ts";
import { runsOnRealImages } from "./committed-runs.ts";

const reference = runsOnRealImages();
const resultsOf = (id: string, runs: readonly RunRecord[]) =>
  claimResultsOf(runs).filter(({ claim }) => claim.id === id);
const verdictOf = (id: string, runs: readonly RunRecord[]) => resultsOf(id, runs).map(({ verdict }) => verdict);

/** Residual or plain nets of Table 6 with seeds from 0 on and these errors, by the paper's recipe. */
function nets(
  depth: number,
  errors: readonly number[],
  block: "plain" | "basic" = "basic",
  options: Parameters<typeof paperRun>[1] = {},
): RunRecord[] {
  return errors.map((error, seed) =>
    doneRecord(paperRun(depth, { experiment: "cifar-depth", seed, ...options }, block), error / 4, error),
  );
}

describe("the results on the papers' claims", () => {
  test("have one for every claim, also without runs", () => {
    const results = claimResultsOf([]);
    expect(results.map(({ claim }) => claim.id)).toEqual(claimIds);
    const untested = results.filter(({ verdict }) => verdict === "not tested");
    expect(untested.every(({ setup, command }) => !setup && command?.startsWith("resnet-exp run "))).toBe(true);
    // Claims about the nets alone.
    expect(results.filter((each) => !untested.includes(each)).map(({ claim, verdict }) => [claim.id, verdict])).toEqual(
      [
        ["parameter-free-shortcuts", "supported"],
        ["bottleneck-costs-alike", "supported"],
        ["projections-double-bottleneck", "supported"],
        ["projections-double-bottleneck-time", "supported"],
        ["residual-152-below-vgg", "supported"],
        ["residual-110-fewer-parameters", "supported"],
      ],
    );
  });

  test("have the cost of a bottleneck unit: a projection adds 256 · 256 weights and its normalisation to 70,400", () => {
    const [size] = resultsOf("projections-double-bottleneck", []);
    // 256·64 + 3·3·64·64 + 64·256 weights, and γ and β of 64, 64 and 256 channels.
    expect(size?.comparisons[0]?.nets.map(({ mean }) => mean)).toEqual([70_400 + 65_536 + 512, 70_400]);
  });

  // Test errors of the committed runs: plain-18 0.6184 0.6147 0.6086, plain-34 0.7350 0.7151 0.7059.
  test("have Welch's interval from the committed runs on real images", () => {
    const [result] = resultsOf("degradation-34-test", reference);
    expect(result).toMatchObject({
      verdict: "supported",
      experiment: "plain-vs-res",
      dataset: "CIFAR-10, JPEG copy",
      iterations: 600,
      grade: "toy",
      unit: "fraction",
      missing: [],
    });
    const [comparison] = result!.comparisons;
    expect(comparison).toMatchObject({ name: "plain-34 − plain-18", level: 0.95, verdict: "supported" });
    // (0.7350 + 0.7151 + 0.7059 − 0.6184 − 0.6147 − 0.6086) / 3; standard error √((0.0148742506814² + 0.0049487372127²) / 3)
    // with 2.4374… degrees of freedom, where Student's t has 3.6411….
    expect(comparison?.difference).toBeCloseTo(0.3143 / 3, 10);
    expect(comparison?.low).toBeCloseTo(0.0718121490434315, 9);
    expect(comparison?.high).toBeCloseTo(0.13772118428990163, 9);
  });

  test("are decided on the committed runs as their experiment file expects", () => {
    const decided = claimResultsOf(reference).filter(({ setup, verdict }) => setup && verdict !== "undecided");
    expect(decided.map(({ claim, verdict }) => `${claim.id} ${verdict}`)).toEqual([
      "degradation-34 supported",
      "degradation-34-test supported",
      "shortcuts-cure-34 supported",
      "shortcuts-cure-34-test supported",
      "shortcuts-turn-depth-to-gain supported",
      "shortcuts-tie-18 contradicted",
      "shortcuts-speed-up-18 supported",
    ]);
  });

  test("find a planted effect, and say contradicted where the effect is the other way round", () => {
    const better = [0.066, 0.0665, 0.067];
    const worse = [0.076, 0.0765, 0.077];
    const options = { training: { iterations: 64_000 } };
    expect(
      verdictOf("residual-110-gains", [...nets(56, worse, "basic", options), ...nets(110, better, "basic", options)]),
    ).toEqual(["supported"]);
    expect(verdictOf("residual-110-gains", [...nets(56, better), ...nets(110, worse)])).toEqual(["contradicted"]);
    expect(verdictOf("residual-110-gains", [...nets(56, better), ...nets(110, better.toReversed())])).toEqual([
      "undecided",
    ]);
  });

  test("are undecided with one run of a net, and name more seeds", () => {
    const [result] = resultsOf("degradation-56-test", [
      ...nets(20, [0.1, 0.11, 0.12], "plain"),
      ...nets(56, [0.9], "plain"),
    ]);
    expect(result).toMatchObject({
      verdict: "undecided",
      command: "resnet-exp run experiments/plain-vs-res.yaml --seeds 0-4",
      comparisons: [{ reason: "one run of a net does not show its scatter" }],
    });
    expect(result).not.toHaveProperty("moreSeeds");
  });

  test("are not tested where a net has no finished run, except where another comparison contradicts", () => {
    const few = [...nets(20, [0.1, 0.11, 0.12]), ...nets(32, [0.09, 0.091, 0.092])];
    const [result] = resultsOf("residual-depth-gains", [
      ...few,
      interruptedRecord(paperRun(44, { experiment: "cifar-depth" })),
    ]);
    expect(result).toMatchObject({
      verdict: "not tested",
      missing: ["ResNet-44", "ResNet-56"],
      command: "resnet-exp run cifar-depth --seeds 0-4",
    });
    expect(result?.comparisons).toHaveLength(1);
    const wrong = [...nets(20, [0.1, 0.101, 0.102]), ...nets(32, [0.2, 0.201, 0.202])];
    expect(verdictOf("residual-depth-gains", wrong)).toEqual(["contradicted"]);
  });

  test("on a number alone need the paper's own recipe", () => {
    const errors = [0.066, 0.067, 0.0655];
    const short = nets(110, errors, "basic", { training: { iterations: 2000 } });
    expect(verdictOf("residual-110-beats-highway", short)).toEqual(["not tested"]);
  });

  test("leave out nets that differ in what the papers' tables do not name", () => {
    const gamma = nets(110, [0.066, 0.067, 0.0655], "basic", {
      label: "ResNet-110 lastGamma=0",
      model: { lastGamma: 0 },
    });
    expect(verdictOf("residual-110-gains", [...nets(56, [0.07, 0.071, 0.072]), ...gamma])).toEqual(["not tested"]);
  });

  test("compare units at the depth that a study has", () => {
    const unit = (activation: string, errors: readonly number[]) =>
      nets(56, errors, "basic", {
        experiment: "residual-variants",
        label: `ResNet-56 ${activation}`,
        model: { activation },
      });
    const [result] = resultsOf("full-pre-activation-over-original", [
      ...unit("original", [0.08, 0.081, 0.082]),
      ...unit("full-pre-activation", [0.07, 0.071, 0.072]),
    ]);
    expect(result).toMatchObject({ verdict: "supported", comparisons: [{ difference: expect.closeTo(-0.01) }] });
  });
});

describe("the text of the results", () => {
  const text = (columns: number, results: readonly ClaimResult[] = claimResultsOf(reference)) =>
    claimText(results, columns);

  test("has a claim with its numbers, those of the paper, and where they come from", () => {
    expect(text(80)).toContain(`degradation-34-test
  The plain net of 34 layers has a higher test error than the one of 18 layers.
  (Section 4.1, Table 2; test error)
  plain-vs-res, CIFAR-10, JPEG copy, 600 iterations (toy):
    plain-34 − plain-18: +10.48 (+7.18 to +13.77), n = 3; claimed above 0; paper
    +0.60
`);
  });

  test("calls a claim not so at this scale, unless the runs follow the paper's recipe", () => {
    expect(text(80)).toContain("Not so at this scale (1)\n\nshortcuts-tie-18\n");
  });

  test("says how many more seeds would decide a claim, and names the command for the first", () => {
    expect(text(80)).toContain("    1 more seed of each net would decide it.\n");
    expect(text(80)).toContain(`
More seeds, for the first of these claims:
  plain-vs-res, CIFAR-10, JPEG copy, 600 iterations:
    resnet-exp run experiments/plain-vs-res.yaml --profile cifar10 --seeds 0-3
`);
  });

  test.each([60, 80])("fits into %d characters, except commands", (columns) => {
    const long = text(columns)
      .split("\n")
      .filter((line) => [...line].length > columns && !line.includes("resnet-exp run"));
    expect(long).toEqual([]);
  });
});
