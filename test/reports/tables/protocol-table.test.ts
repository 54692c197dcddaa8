// Means and deviations by hand: 28, 29 and 30 are 29 ± 1. Their tests after the last iteration are 30, 32 and 31, so each
// is 2, 3 and 1 points better.
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/records/record.ts";
import { listSetups } from "../../../src/reports/analysis/setups.ts";
import {
  protocolColumns,
  protocolCsv,
  protocolMarkdown,
  protocolNotes,
  protocolRows,
} from "../../../src/reports/tables/protocol-table.ts";
import { readColumns } from "../../../src/text/column.ts";
import { evaluated, evaluation, oneLook, tenCrops } from "../evaluated-records.ts";
import { doneRecord, fourNets } from "../sample-records.ts";

const net = (seed: number, last: number, top1: number, top5: number) =>
  evaluated(doneRecord({ label: "plain-18", seed }, 0.2, last), [tenCrops, top1, top5]);
const seeds = [net(0, 0.3, 0.28, 0.1), net(1, 0.32, 0.29, 0.12), net(2, 0.31, 0.3, 0.14)];
const deep = doneRecord({ label: "plain-34", model: { depth: 34 } }, 0.2, 0.4);
const precise = { ...oneLook, statistics: "precise", statisticsBatches: 100 } as const;

/** The runs with a test of the first two as an ensemble. */
function withEnsemble(members: readonly RunRecord[] = seeds.slice(0, 2)): RunRecord[] {
  const [first, ...rest] = [...seeds, evaluated(deep, [precise, 0.39])];
  const ids = members.map(({ run }) => run.id);
  return [{ ...first!, evaluations: [...first!.evaluations, evaluation(first!, tenCrops, 0.25, 0.08, ids)] }, ...rest];
}

describe("the table of testing protocols", () => {
  it("has a row for each net and protocol, and for each ensemble", () => {
    const markdown = protocolMarkdown("study", listSetups(withEnsemble()));
    expect(markdown?.split("\n")).toEqual([
      "# study: testing protocols",
      "",
      "## synthetic, 600 iterations",
      "",
      "| net | protocol | runs | top-1 error | top-5 error | from one view | from its members |",
      "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
      "| plain-18 | 10 crops | 3 | 29.00 ± 1.00 | 12.00 ± 2.00 | −2.00 |  |",
      "| plain-34 | the whole image, precise | 1 | 39.00 |  | −1.00 |  |",
      // The two have 28 and 29 alone.
      "| ensemble of 2 | 10 crops | 1 | 25.00 | 8.00 |  | −3.50 |",
      "",
      "- Errors are in %, measured on the final weights by `resnet-exp evaluate`. Where a run was tested several times by one protocol, the latest test counts.",
      "- ± is the standard deviation over runs, with n−1 in the denominator.",
      "- From one view: how many points the top-1 error lies above the test error after the last iteration, averaged over the runs.",
      "- An ensemble averages the probabilities of its nets. From its members: how many points its error lies above the mean error of its nets alone.",
      "- Ensemble of 2: 2 × plain-18.",
      "- Precise: batch normalisation uses statistics averaged over 100 training batches. All other rows use running statistics.",
      "",
    ]);
  });

  it("is exact in CSV", () => {
    const lines = protocolCsv(listSetups(withEnsemble()))?.split("\n") ?? [];
    expect(lines[0]).toBe(
      "setup,net,nets,members,looks,crops,scales,statistics,statisticsBatches,images,runs,top1Mean,top1Std,top5Mean,top5Std,differenceFromOneView,differenceFromMembers,engines",
    );
    const cells = (line: string | undefined) => {
      // The set-up comes first, in quotes because of its comma. Nothing else here has a comma.
      const values = (line ?? "")
        .replace(/^"[^"]*"/, "setup")
        .replace(/"[^"]*"$/, "engines")
        .split(",");
      return values.map((value) => (/^-?0\.\d/.test(value) ? Number(Number(value).toFixed(12)) : value));
    };
    const crops = ["10 crops", "10", "", "running", "", "2000"];
    expect(cells(lines[1])).toEqual([
      "setup",
      "plain-18",
      "1",
      "",
      ...crops,
      "3",
      0.29,
      0.01,
      0.12,
      0.02,
      -0.02,
      "",
      "engines",
    ]);
    expect(cells(lines[3])).toEqual([
      "setup",
      "ensemble of 2",
      "2",
      "2 × plain-18",
      ...crops,
      "1",
      0.25,
      "",
      0.08,
      "",
      "",
      -0.035,
      "engines",
    ]);
    expect(lines).toHaveLength(1 + 3 + 1);
  });

  it("distinguishes ensembles of the same size by their nets", () => {
    const runs = withEnsemble();
    const [first, ...rest] = runs as [RunRecord, ...RunRecord[]];
    const other = evaluation(first, tenCrops, 0.26, null, [first.run.id, deep.run.id]);
    const [setup] = listSetups([{ ...first, evaluations: [...first.evaluations, other] }, ...rest]);
    const rows = protocolRows(setup!);
    expect(readColumns(protocolColumns(rows), rows)[0]?.cells).toEqual([
      "plain-18",
      "plain-34",
      "ensemble of 2: 2 × plain-18",
      "ensemble of 2: plain-18, plain-34",
    ]);
    expect(protocolNotes(rows).filter((line) => line.startsWith("Ensemble of"))).toEqual([]);
  });

  it("has one row for ensembles of the same nets, and says what its runs are", () => {
    const runs = withEnsemble();
    const [first, ...rest] = runs as [RunRecord, ...RunRecord[]];
    const other = evaluation(first, tenCrops, 0.27, 0.1, [seeds[0]!.run.id, seeds[2]!.run.id]);
    const [setup] = listSetups([{ ...first, evaluations: [...first.evaluations, other] }, ...rest]);
    const rows = protocolRows(setup!);
    const columns = readColumns(protocolColumns(rows), rows);
    // 25 and 27 are 26 ± √2. Alone the members have 28.5 and 29.
    expect(columns.map(({ cells }) => cells.at(-1))).toEqual([
      "ensemble of 2",
      "10 crops",
      "2",
      "26.00 ± 1.41",
      "9.00 ± 1.41",
      "",
      "−2.75",
    ]);
    expect(protocolNotes(rows)).toContain(
      "Ensembles of the same nets, from different seeds, share a line. Its runs are how many there are.",
    );
  });

  it("does not exist if nothing was evaluated", () => {
    expect(protocolMarkdown("study", listSetups(fourNets()))).toBeUndefined();
    expect(protocolCsv(listSetups(fourNets()))).toBeUndefined();
    expect(protocolNotes([])).toEqual([]);
  });
});
