// The runs that a cluster trains, on a page that follows them. A report in a file does not have this section, because it
// would soon be untrue.
import type { Column } from "../../text/column.ts";
import { htmlTable } from "./html.ts";

/** A run that waits in a cluster's queue or is trained there. */
export interface QueueRow {
  /** "plain-18 seed 0". */
  readonly run: string;
  readonly id: string;
  /** "queued (Resources)", "running on n1 (46_1)". */
  readonly state: string;
}

const columns: readonly Column<QueueRow>[] = [
  { title: "run", text: ({ run }) => run },
  { title: "id", text: ({ id }) => id },
  { title: "state", text: ({ state }) => state },
];

/** The runs in a table; "" without runs. */
export function queueHtml(rows: readonly QueueRow[]): string {
  return rows.length === 0 ? "" : htmlTable("Runs on the cluster", columns, rows);
}
