// Scores of nets under one protocol as a table: what `evaluate` prints.
import { type TextColumn, textTable } from "../../text/text-table.ts";
import type { Score } from "../../training/protocols.ts";

const columns: readonly TextColumn[] = [
  { title: "net", align: "left", importance: Number.POSITIVE_INFINITY },
  { title: "top-1 error %", align: "right", importance: Number.POSITIVE_INFINITY },
  { title: "top-5 error %", align: "right", importance: 2 },
  { title: "loss", align: "right", importance: 1 },
];

/** A row for each named score. */
export function scoreTable(rows: readonly (readonly [name: string, score: Score])[], width: number): string {
  const cells = rows.map(([name, { top1Error, top5Error, loss }]) => [
    name,
    percent(top1Error),
    top5Error === undefined ? "" : percent(top5Error),
    loss.toFixed(4),
  ]);
  return textTable(columns, cells, width);
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(2);
}
