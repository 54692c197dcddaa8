// The nets of a claim among the rows of a set-up, with what was measured on their finished runs.
import type { Claim, ClaimMetric, Comparison } from "../../paper/claims/claim.ts";
import { isSameNet, isSameUnit } from "../../paper/lookup.ts";
import { type Statistic, statistic } from "../analysis/statistics.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import { metricOf } from "./measure.ts";

/** A net of a comparison with the row that has it, and the statistic of what was measured. */
export interface FoundNet {
  readonly row: SummaryRow;
  readonly weight: number;
  readonly value: Statistic;
}

/** A net of a comparison, found or not. */
export type SoughtNet = FoundNet | { readonly label: string };

export function isFound(net: SoughtNet): net is FoundNet {
  return "row" in net;
}

/** The nets of a comparison among the rows of a set-up. Where any depth will do, the deepest that all nets have. */
export function findNets(
  comparison: Comparison,
  { metric, anyDepth }: Claim,
  rows: readonly SummaryRow[],
): SoughtNet[] {
  const find = (depth?: number) =>
    comparison.nets.map(({ label, model, weight }): SoughtNet => {
      const row = rows.find(
        (each) =>
          isUsual(each) &&
          (depth === undefined
            ? isSameNet(model, each.model)
            : each.model.depth === depth && isSameUnit(model, each.model)),
      );
      const value = row && measured(row, metric);
      return row && value ? { row, weight, value } : { label };
    });
  if (!anyDepth) return find();
  const depths = [...new Set(rows.map(({ model }) => model.depth))].sort((a, b) => b - a);
  return depths.map((depth) => find(depth)).find((nets) => nets.every(isFound)) ?? find();
}

/** Whether a net differs from the papers' nets in nothing that the papers' tables do not name. */
function isUsual({ model }: SummaryRow): boolean {
  return model.lastGamma === 1 && model.widening === 1;
}

function measured({ runs }: SummaryRow, name: ClaimMetric): Statistic | undefined {
  const metric = metricOf(name);
  if (!("ofRun" in metric)) return undefined;
  return statistic(runs.flatMap((record) => (record.done ? (metric.ofRun(record) ?? []) : [])));
}
