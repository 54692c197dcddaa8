// Time, operations and energy on a page: by machine, and on the page over all studies by study too.
import type { RunRecord } from "../../records/record.ts";
import type { Column } from "../../text/column.ts";
import { durationText, flopsText, type MachineCost, machineCosts } from "../analysis/costs.ts";
import { energyNotes, energyText } from "../analysis/energy.ts";
import type { StudySummary } from "../study.ts";
import { escapeHtml, htmlTable } from "./html.ts";

const costColumns: readonly Column<MachineCost>[] = [
  { title: "machine", text: ({ machine }) => machine },
  { title: "runs", align: "right", text: ({ runs }) => String(runs) },
  { title: "training time", align: "right", text: ({ seconds }) => durationText(seconds) },
  { title: "operations", align: "right", text: ({ flops }) => flopsText(flops) },
  {
    title: "rate",
    align: "right",
    text: ({ flops, seconds }) => (seconds > 0 ? `${flopsText(flops / seconds)}/s` : ""),
  },
  { title: "energy", align: "right", text: ({ wattHours }) => (wattHours > 0 ? energyText(wattHours) : "") },
];

const studyColumns: readonly Column<StudySummary>[] = [
  { title: "study", text: ({ experiment }) => experiment },
  {
    title: "runs done",
    align: "right",
    text: ({ runs, waiting }) =>
      `${runs.filter(({ status }) => status === "done").length} of ${runs.length + waiting.length}`,
  },
  { title: "training time", align: "right", text: ({ runs }) => durationText(sum(runs, ({ seconds }) => seconds)) },
  { title: "operations", align: "right", text: ({ runs }) => flopsText(sum(runs, ({ flops }) => flops)) },
  { title: "energy", align: "right", text: ({ runs }) => energyText(sum(runs, (cost) => cost.wattHours)) },
];

function sum(runs: StudySummary["runs"], of: (cost: MachineCost) => number): number {
  return machineCosts(runs).reduce((total, cost) => total + of(cost), 0);
}

/** Time and operations by study, then by machine. */
export function allCostsHtml(studies: readonly StudySummary[]): string {
  if (studies.length === 0) return "";
  return `${htmlTable("Studies", studyColumns, studies)}\n${costsHtml(studies.flatMap(({ runs }) => runs))}`;
}

/** Time and operations by machine. */
export function costsHtml(runs: readonly RunRecord[]): string {
  return `${htmlTable("Time, hardware and floating-point operations", costColumns, machineCosts(runs))}
<p class="notes">Time is the training time of finished runs. Each multiply-add of the net counts as six operations for each image, forward and backward. Tests do not count. ${energyNotes(runs).map(escapeHtml).join(" ")}</p>`;
}
