import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { answerLines } from "../../../src/reports/analysis/answer.ts";
import { sweepClause } from "../../../src/reports/analysis/sweep-answer.ts";
import { listParts, type Sweep } from "../../../src/reports/analysis/sweeps.ts";
import { fourNets, interruptedRecord } from "../sample-records.ts";
import { fourRates, ratePath, rateRecord } from "../sweep-records.ts";

const lines = (runs: readonly RunRecord[]) => answerLines(listParts(runs));

describe("the answer of a sweep", () => {
  it("says which setting is best, by how much, and that seeds do not explain it", () => {
    // Each pair has a standard deviation of √2 points: Welch's t has 2 degrees of freedom, so the margin is 4.303 · √2.
    expect(lines(fourRates())).toEqual([
      "The lowest test error is 30.00 %, with learningRate.initial 0.1. The next is 8.00 points higher, with learningRate.initial 0.3; that is beyond the scatter of seeds (Welch's t-test, 95 % interval 1.92 to 14.08 points). The highest is 50.00 %, with learningRate.initial 0.01 (toy, 2 runs each).",
    ]);
  });

  it("says where seeds may explain the difference", () => {
    const runs = [0, 1].flatMap((seed) => [
      rateRecord(0.1, 0.3 + 0.02 * seed, { seed }),
      rateRecord(0.2, 0.32 + 0.02 * seed, { seed }),
    ]);
    expect(lines(runs)).toEqual([
      "The lowest test error is 31.00 %, with learningRate.initial 0.1. The next is 2.00 points higher, with learningRate.initial 0.2; that is within the scatter of seeds (Welch's t-test, 95 % interval −4.08 to 8.08 points) (toy, 2 runs each).",
    ]);
  });

  it("says that one run each cannot tell", () => {
    expect(lines([rateRecord(0.1, 0.3), rateRecord(0.2, 0.4)])).toEqual([
      "The lowest test error is 30.00 %, with learningRate.initial 0.1. The next is 10.00 points higher, with learningRate.initial 0.2; one run of a setting cannot tell that from the scatter of seeds (toy, 1 run each).",
    ]);
  });

  it("makes no test of runs that do not scatter", () => {
    const runs = [0, 1].flatMap((seed) => [rateRecord(0.1, 0.3, { seed }), rateRecord(0.2, 0.4, { seed })]);
    expect(lines(runs)[0]).toContain("; their runs do not scatter, so no test applies (toy, 2 runs each).");
  });

  it("names all settings that share the lowest error", () => {
    expect(lines([rateRecord(0.1, 0.3), rateRecord(0.2, 0.3), rateRecord(0.3, 0.4)])).toEqual([
      "2 settings share the lowest test error, 30.00 %: learningRate.initial 0.1; learningRate.initial 0.2. The highest is 40.00 %, with learningRate.initial 0.3 (toy, 1 run each).",
    ]);
    expect(lines([rateRecord(0.1, 0.3), rateRecord(0.2, 0.3)])[0]).toMatch(
      /^All 2 settings have the same test error, 30\.00 %/,
    );
  });

  it("names nets by their labels where several were trained at one setting", () => {
    const deeper = { label: "ResNet-34 initial=0.1", model: { depth: 34 } };
    const runs = [rateRecord(0.1, 0.3), rateRecord(0.1, 0.35, deeper), rateRecord(0.2, 0.4)];
    const part = listParts(runs)[0] as Sweep;
    // As where another profile sets the depth, which is on no matrix.
    const axes = part.axes.filter(({ paths }) => paths.includes(ratePath));
    expect(sweepClause({ axes, rows: part.rows })).toBe(
      "The lowest test error is 30.00 %, with ResNet-18 initial=0.1. The next is 5.00 points higher, with ResNet-34 initial=0.1; one run of a setting cannot tell that from the scatter of seeds. The highest is 40.00 %, with learningRate.initial 0.2",
    );
  });

  it("leaves out settings that diverged or are not done", () => {
    const waiting = interruptedRecord({
      experiment: "rates",
      paper: [],
      label: "x",
      varied: [ratePath],
      training: { learningRate: { initial: 3 } },
      model: { block: "basic", shortcut: "A" },
    });
    expect(lines([rateRecord(0.1, 0.3), rateRecord(0.2, Number.NaN), waiting])[0]).toMatch(
      /^Only learningRate\.initial 0\.1 has a test error, 30\.00 % \(/,
    );
  });

  it("comes before the answers on the paper's tables in a study that names them", () => {
    const rates = [0.05, 0.1].flatMap((initial) =>
      fourNets({ varied: [ratePath], training: { learningRate: { initial } } }),
    );
    expect(lines(rates)).toEqual([
      expect.stringMatching(
        /^synthetic, 600 iterations\. 2 settings share the lowest test error, 31\.00 %: block basic, /,
      ),
      expect.stringMatching(/^synthetic, 600 iterations, training\.learningRate\.initial 0\.05\. Plain nets degrade/),
      expect.stringMatching(/^synthetic, 600 iterations, training\.learningRate\.initial 0\.1\. Plain nets degrade/),
    ]);
  });
});
