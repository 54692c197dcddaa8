// The points of curves: mean and standard deviation over seeds, and the CSV that a figure is drawn from.
import type { RunRecord } from "../../records/record.ts";
import type { Column } from "../../text/column.ts";
import { csvText } from "../../text/csv.ts";
import type { Setup } from "../analysis/setups.ts";
import { statistic } from "../analysis/statistics.ts";
import type { SummaryRow } from "../analysis/tabulate.ts";
import type { Figure, Point } from "./figure.ts";

/** The set-up of a figure, with the grades of the nets that are drawn. */
export function setupCaption({ name }: Setup, rows: readonly SummaryRow[]): string {
  return `${name} (${[...new Set(rows.map(({ grade }) => grade))].join(", ")})`;
}

/** What the bands are, where there are any: nets with several runs. */
export function scatterCaption(rows: readonly SummaryRow[]): string[] {
  const several = rows.some(({ runs }) => runs.length > 1);
  return several ? ["mean ± standard deviation over runs"] : [];
}

/** The CSV of some points, with the figure's axes as columns. */
export function pointsCsv(points: readonly Point[], { x, y }: Pick<Figure, "x" | "y">): string {
  const columns: Column<Point>[] = [
    {
      data: {
        panel: ({ panel }) => panel,
        net: ({ net }) => net,
        set: ({ set }) => set,
        source: ({ source }) => source,
        [x.column]: (point) => point.x,
        [y.column]: (point) => point.y,
        low: ({ low }) => low,
        high: ({ high }) => high,
        runs: ({ runs }) => runs,
      },
    },
  ];
  return csvText(columns, points);
}

/**
 * Means and standard deviations at each x over the runs that have a value there. Values that are not numbers are left out.
 * @param least the least possible y, where the lower edge of the standard deviation is cut off
 */
export function meanPoints(
  series: readonly (readonly { readonly x: number; readonly y: number }[])[],
  least = 0,
): Pick<Point, "x" | "y" | "low" | "high" | "runs">[] {
  const values = new Map<number, number[]>();
  for (const { x, y } of series.flat()) {
    if (!Number.isFinite(y)) continue;
    const others = values.get(x);
    if (others) others.push(y);
    else values.set(x, [y]);
  }
  return [...values]
    .sort(([a], [b]) => a - b)
    .flatMap(([x, all]) => {
      const found = statistic(all);
      if (!found) return [];
      const { mean, std, count } = found;
      return [
        { x, y: mean, runs: count, ...(std !== undefined && { low: Math.max(least, mean - std), high: mean + std }) },
      ];
    });
}

/**
 * The training errors of a run, averaged so that about `count` points remain. The paper drew a point every 1000 iterations
 * (Figure 6) or every epoch (Figure 4).
 */
export function trainErrors({ run, metrics }: RunRecord, count: number): { x: number; y: number }[] {
  const window = run.spec.sections.training.iterations / count;
  const buckets = new Map<number, { x: number; sum: number; lines: number }>();
  for (const { iteration, trainError } of metrics) {
    const key = Math.ceil(iteration / window);
    const bucket = buckets.get(key) ?? { x: 0, sum: 0, lines: 0 };
    buckets.set(key, { x: iteration, sum: bucket.sum + trainError, lines: bucket.lines + 1 });
  }
  return [...buckets.values()].map(({ x, sum, lines }) => ({ x, y: sum / lines }));
}

/** The test errors of a run, where it was tested. */
export function testErrors({ metrics }: RunRecord): { x: number; y: number }[] {
  return metrics.flatMap(({ iteration, testError }) =>
    testError === undefined ? [] : [{ x: iteration, y: testError }],
  );
}
