// A plan as text for a terminal: its runs, and with --explain where each value comes from.
import type { Experiment } from "../../config/load.ts";
import { analysisNames } from "../../config/names.ts";
import type { AnalysisStates } from "../../evaluation/analysed-runs.ts";
import type { Estimate } from "../../planning/estimates.ts";
import type { PlannedRun, PlanState } from "../../planning/plan-states.ts";
import { valuesOf } from "../../records/differences.ts";
import type { Column } from "../../text/column.ts";
import { alignedLines } from "../../text/terminal-table.ts";
import type { RunSpec } from "../../types.ts";
import { estimateText } from "./cost-text.ts";

/** "4 runs, 1 done, 3 planned". */
export function countStates(runs: readonly PlannedRun[]): string {
  const states: readonly PlanState[] = ["planned", "running", "interrupted", "done", "failed", "refused"];
  const counts = states
    .map((state) => [runs.filter((run) => run.state === state).length, state] as const)
    .filter(([count]) => count > 0);
  return `${runs.length} ${runs.length === 1 ? "run" : "runs"}, ${counts.map((pair) => pair.join(" ")).join(", ")}`;
}

/** A few lines for each run, so that no id is cut: its net and state, its id with the reason, and its cost. */
export function runTable(
  runs: readonly PlannedRun[],
  estimateOf: (run: PlannedRun) => Estimate | undefined,
  columns: number,
): string {
  const lines = alignedLines(runColumns, runs);
  return runs
    .map((run, i) => {
      const { id, why } = run;
      const estimate = estimateOf(run);
      const costs = estimate ? wrap(`    ${estimateText(estimate)}`, columns, 6) : "";
      return `${wrap(lines[i]!, columns, 2)}${wrap(`    ${id === undefined ? "" : `${id}  `}${why}`, columns, 6)}${costs}`;
    })
    .join("");
}

const runColumns: readonly Column<PlannedRun>[] = [
  { title: "net", text: ({ spec }) => spec.label },
  { title: "seed", text: ({ spec }) => `seed ${spec.seed}` },
  { title: "state", text: ({ state }) => state },
  { title: "parameters", align: "right", text: ({ parameters }) => counted(parameters, "parameters") },
  { title: "multiply-adds", align: "right", text: ({ multiplyAdds }) => counted(multiplyAdds, "multiply-adds") },
];

/** 123456 as "0.123 M parameters", 1234567890 as "1230 M …"; nothing where the count is not known. */
function counted(count: number | undefined, what: string): string {
  return count === undefined ? "" : `${Number((count / 1e6).toPrecision(3))} M ${what}`;
}

/** "Then 8 analyses of the trained nets: lesion, landscape. Left to do: 6." Not every analysis suits every net. */
export function analysesText(runs: readonly AnalysisStates[], columns: number): string {
  const suited = runs.flatMap((run) => run.suited);
  const left = runs.flatMap((run) => run.left);
  const names = analysisNames.filter((name) => suited.includes(name));
  if (names.length === 0) return wrap("No analysis of the file suits any of these nets.", columns, 2);
  return wrap(
    `Then ${suited.length} analyses of the trained nets: ${names.join(", ")}. Left to do: ${left.length}.`,
    columns,
    2,
  );
}

/** Every value of the chosen runs, and where it comes from. A value that varies is listed once for each variant. */
export function originTable(experiment: Experiment, specs: readonly RunSpec[], columns: number): string {
  const values = new Map<string, Set<string>>();
  for (const { sections } of specs) {
    for (const [path, text] of valuesOf(sections)) values.set(path, (values.get(path) ?? new Set()).add(text));
  }
  const rows = [...values].map(([path, texts]) => ({ path, text: [...texts].join(" | ") }));
  const originColumns: readonly Column<(typeof rows)[number]>[] = [
    { title: "value", text: ({ path }) => path },
    { title: "from", text: ({ path }) => originOf(experiment, path) },
    { title: "is", text: ({ text }) => text },
  ];
  return alignedLines(originColumns, rows)
    .map((line) => wrap(line, columns, 4))
    .join("");
}

/** "file", "profile smoke", "--set", "default" …, by the dotted path of a value. */
export function originOf({ origins }: Experiment, path: string): string {
  const axis = origins.get(`matrix.${path}`);
  return axis ? `matrix, ${axis}` : (origins.get(path) ?? "default");
}

/** Wraps a text at spaces into lines of at most `columns` characters. All lines but the first are indented. */
function wrap(text: string, columns: number, indent: number): string {
  const lines: string[] = [];
  let line = text.trimEnd();
  while (line.length > columns) {
    const start = line.length - line.trimStart().length;
    const space = line.lastIndexOf(" ", columns);
    if (space <= start) break;
    lines.push(line.slice(0, space).trimEnd());
    line = `${" ".repeat(indent)}${line.slice(space).trimStart()}`;
  }
  return `${[...lines, line].join("\n")}\n`;
}
