// The runs on a page: a table of all runs, and for each run its provenance and the command that makes it again.
import type { RunRecord } from "../../records/record.ts";
import { machineOf } from "../analysis/costs.ts";
import { runNotes } from "../analysis/data-notes.ts";
import { commandFor } from "../command.ts";
import { runColumns, runName } from "../tables/run-columns.ts";
import { escapeHtml, htmlTable } from "./html.ts";

/** All runs in a table, and below it the provenance of each. */
export function runsHtml(runs: readonly RunRecord[]): string {
  return `${htmlTable("Runs", runColumns, runs)}
<h3>Provenance of each run</h3>
${runs.map(provenanceHtml).join("\n")}`;
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
