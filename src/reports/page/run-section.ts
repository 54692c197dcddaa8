// The runs on a page: a table of all runs, and for each run its provenance and the command that makes it again.
import type { RunRecord } from "../../records/record.ts";
import type { Column } from "../../text/column.ts";
import { durationText, flopsText, type MachineCost, machineCosts, machineOf } from "../analysis/costs.ts";
import { runNotes } from "../analysis/data-notes.ts";
import { energyNotes, energyText } from "../analysis/energy.ts";
import { commandFor } from "../command.ts";
import { runColumns, runName } from "../tables/run-columns.ts";
import { escapeHtml, htmlTable } from "./html.ts";

/** All runs in a table, and below it the provenance of each. */
export function runsHtml(runs: readonly RunRecord[]): string {
  return `${htmlTable("Runs", runColumns, runs)}
<h3>Provenance of each run</h3>
${runs.map(provenanceHtml).join("\n")}`;
}

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

/** Time and operations by machine. */
export function costsHtml(runs: readonly RunRecord[]): string {
  return `${htmlTable("Time, hardware and floating-point operations", costColumns, machineCosts(runs))}
<p class="notes">Time is the training time of finished runs. Each multiply-add of the net counts as six operations for each image, forward and backward. Tests do not count. ${energyNotes(runs).map(escapeHtml).join(" ")}</p>`;
}

function provenanceHtml(record: RunRecord): string {
  const { run, done, failed } = record;
  const { createdAt, gitCommit, gitDirty, node, packages } = run.provenance;
  const commit = gitCommit ? `${gitCommit}${gitDirty ? ", with changes that were not committed" : ""}` : "unknown";
  const packageList = Object.entries(packages ?? {}).map(([name, version]) => `${name} ${version}`);
  const items: readonly (readonly [name: string, html: string])[] = [
    ["command", `<code>${escapeHtml(commandFor(record))}</code>`],
    ["directory", `<code>runs/${escapeHtml(run.id)}</code>`],
    ["machine", escapeHtml(machineOf(record))],
    ["started", escapeHtml(createdAt)],
    ["commit", escapeHtml(commit)],
    [
      "software",
      escapeHtml(
        [node && `Node.js ${node}`, ...packageList, `trainer ${run.trainerVersion}`].filter(Boolean).join(", "),
      ),
    ],
    ["images", `${escapeHtml(run.datasetTitle)}, SHA-256 <code>${escapeHtml(run.datasetDigest)}</code>`],
    ...runNotes(record).map((note) => ["note", escapeHtml(note)] as const),
    ["specification", `SHA-256 <code>${escapeHtml(run.specHash)}</code>`],
    ...(done ? ([["weights", `SHA-256 <code>${escapeHtml(done.weightsSha256)}</code>`]] as const) : []),
    ...(failed ? ([["failure", escapeHtml(failed.message)]] as const) : []),
  ];
  return `<details><summary>${escapeHtml(runName(record))}, ${escapeHtml(run.datasetTitle)}, ${run.spec.sections.training.iterations} iterations</summary>
<dl>${items.map(([name, html]) => `<dt>${name}</dt><dd>${html}</dd>`).join("")}</dl>
</details>`;
}
