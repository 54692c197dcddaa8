// The runs of a page: a table of all, and for each its provenance and the command that makes it again.
import type { RunRecord } from "../../records/record.ts";
import type { TextColumn } from "../../text/text-table.ts";
import { durationText, flopsText, machineCosts, machineOf, runFlops } from "../analysis/costs.ts";
import { runNotes } from "../analysis/data-notes.ts";
import { commandFor } from "../command.ts";
import { percent } from "../tables/format.ts";
import { escapeHtml, htmlTable } from "./html.ts";

const column = (title: string, align: TextColumn["align"] = "right"): TextColumn => ({ title, align, importance: 1 });

/** All runs in a table, and below it what each came from. */
export function runsHtml(runs: readonly RunRecord[]): string {
  const table = htmlTable(
    "Runs",
    [
      column("run", "left"),
      column("images", "left"),
      column("state", "left"),
      column("iteration"),
      column("train error"),
      column("test error"),
      column("time"),
      column("arithmetic"),
    ],
    runs.map((record) => {
      const { run, status, metrics, done } = record;
      const last = metrics.at(-1);
      return [
        nameOf(record),
        run.datasetTitle,
        status,
        `${last?.iteration ?? 0}/${run.spec.sections.training.iterations}`,
        percent(last?.trainError),
        percent(metrics.findLast(({ testError }) => testError !== undefined)?.testError),
        done ? durationText(done.trainSeconds) : "",
        flopsText(runFlops(record)),
      ];
    }),
  );
  return `${table}
<h3>Where each run comes from</h3>
${runs.map(provenanceHtml).join("\n")}`;
}

/** Time and arithmetic by machine. */
export function costsHtml(runs: readonly RunRecord[]): string {
  const costs = machineCosts(runs);
  const rows = costs.map(({ machine, runs, seconds, flops }) => [
    machine,
    String(runs),
    durationText(seconds),
    flopsText(flops),
    seconds > 0 ? `${flopsText(flops / seconds)}/s` : "",
  ]);
  return `${htmlTable("Time, hardware and floating-point operations", [column("machine", "left"), column("runs"), column("training time"), column("operations"), column("rate")], rows)}
<p class="notes">Time is of finished runs' training steps. Operations: six for each multiply-add of the network and image, forward and backward; tests are not counted.</p>`;
}

function provenanceHtml(record: RunRecord): string {
  const { run, done, failed } = record;
  const { createdAt, gitCommit, gitDirty, node, packages } = run.provenance;
  const commit = gitCommit ? `${gitCommit}${gitDirty ? ", with changes that were not committed" : ""}` : "unknown";
  const packageList = Object.entries(packages ?? {}).map(([name, version]) => `${name} ${version}`);
  const items: readonly (readonly [name: string, html: string])[] = [
    ["again", `<code>${escapeHtml(commandFor(record))}</code>`],
    ["directory", `<code>runs/${escapeHtml(run.id)}</code>`],
    ["machine", escapeHtml(machineOf(record))],
    ["begun", escapeHtml(createdAt)],
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
  return `<details><summary>${escapeHtml(nameOf(record))}, ${escapeHtml(run.datasetTitle)}, ${run.spec.sections.training.iterations} iterations</summary>
<dl>${items.map(([name, html]) => `<dt>${name}</dt><dd>${html}</dd>`).join("")}</dl>
</details>`;
}

function nameOf({ run }: RunRecord): string {
  return `${run.spec.label} seed ${run.spec.seed}`;
}
