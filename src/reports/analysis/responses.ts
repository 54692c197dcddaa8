// The finding on layer responses (Fig. 7): whether residual nets have smaller responses than plain nets.
import { statistic } from "./statistics.ts";
import { isResidual, type SummaryRow } from "./tabulate.ts";

/** The responses of each run of a net at its last measurement, layer by layer; none where nothing was measured. */
export function measuredResponses({ runs }: SummaryRow): (readonly number[])[] {
  return runs.flatMap(({ metrics }) => {
    const stds = metrics.findLast(({ layers }) => layers)?.layers?.responseStd;
    return stds ? [stds] : [];
  });
}

/**
 * "Residual nets have smaller responses than plain nets: on average 1.62 against 1.82 with 20 layers"; undefined where no
 * depth has a plain and a residual net whose responses were measured.
 */
export function responseClause(rows: readonly SummaryRow[]): string | undefined {
  const means = rows.flatMap((row) => {
    const all = measuredResponses(row).flat();
    const mean = statistic(all)?.mean;
    return mean === undefined ? [] : [{ depth: row.model.depth, residual: isResidual(row), mean }];
  });
  const pairs = means
    .filter(({ residual }) => residual)
    .flatMap(({ depth, mean }) => {
      const plain = means.find((other) => !other.residual && other.depth === depth);
      return plain ? [{ depth, residual: mean, plain: plain.mean }] : [];
    });
  if (pairs.length === 0) return undefined;
  const smaller = pairs.filter(({ residual, plain }) => residual < plain).length;
  const finding =
    smaller === pairs.length
      ? "have smaller responses than plain nets"
      : smaller === 0
        ? "do not have smaller responses than plain nets"
        : "do not have smaller responses than plain nets at every depth";
  const list = pairs.map(
    ({ depth, residual, plain }) => `${residual.toFixed(2)} against ${plain.toFixed(2)} with ${depth} layers`,
  );
  return `Residual nets ${finding}: on average ${list.join(", ")}`;
}
