// The notes below a table of the paper: what its numbers measure, how our nets were tested, and the command that tests them
// by the paper's protocol.

import { dataNotes } from "../analysis/data-notes.ts";
import { isOf } from "../analysis/deviations.ts";
import { groupBy } from "../analysis/group.ts";
import { oneLook } from "../analysis/measurement.ts";
import { evaluationCommand } from "../command.ts";
import { looksWords, protocolWords } from "../protocol-words.ts";
import { hasPaperEnsemble } from "./ensemble-lines.ts";
import type { PaperTable } from "./paper-table-lines.ts";

type Part = PaperTable["parts"][number];

/** The notes on all set-ups of a table. */
export function tableNotes(table: PaperTable): string[] {
  const lines = table.parts.flatMap((part) => part.lines);
  const judgements = lines.flatMap(({ entries }) => entries.flatMap(({ judgement }) => judgement ?? []));
  const hasScatter = lines.some(({ entries }) => entries.some(({ measured }) => measured?.error?.std !== undefined));
  const reasons = judgements
    .filter(({ verdict }) => verdict === "not comparable" || verdict === "no band")
    .map(({ verdict, reason }) => `${verdict === "no band" ? "No band" : "Not comparable"}: ${reason}.`);
  return [
    `Errors are in %. Paper: ${table.measures}. Ours: ${measuresOfOurs(table, hasScatter)}.`,
    ...(lines.some(({ entries }) => entries.some(({ ours }) => ours?.reference))
      ? ["Reference: what the project measured in the same set-up. It is no part of our statistics."]
      : []),
    ...(lines.some(({ published }) => published) ? ["* As published. We did not run it."] : []),
    ...unique(reasons),
    ...dataNotes(table.parts.flatMap(({ setup }) => setup.runs)),
    ...table.parts.flatMap((part) => advice(table, part)),
  ];
}

// "10 crops, running statistics", with the names of the nets where there are several ways.
function measuresOfOurs({ parts }: PaperTable, hasScatter: boolean): string {
  const lastIteration = "test error after the last iteration";
  const ours = parts.flatMap(({ setup, lines }) =>
    lines.flatMap(({ entries }) =>
      entries.flatMap(({ ours, measured }) =>
        ours && measured?.error ? [{ name: ours.label, measured, cropped: setup.rows[0]?.cropped ?? false }] : [],
      ),
    ),
  );
  const ways = groupBy(ours, ({ measured: { protocol }, cropped }) =>
    protocol ? protocolWords(protocol, cropped) : lastIteration,
  );
  const scatter = hasScatter ? ["mean ± standard deviation"] : [];
  if (ways.size < 2) return [[...ways.keys()][0] ?? lastIteration, ...scatter].join(", ");
  const named = [...ways].map(([way, group]) => `${way} (${unique(group.map(({ name }) => name)).join(", ")})`);
  return [...named, ...scatter].join("; ");
}

// What was not measured by the paper's protocol but could be. Said only where it would fill a cell or let errors compare.
function advice({ ensemble, parts }: PaperTable, { setup, lines }: Part): string[] {
  const entries = lines.flatMap((line) => line.entries);
  const looks = entries.find(({ paper }) => paper?.looks)?.paper?.looks;
  const { dataset = "", cropped = false } = setup.rows[0] ?? {};
  if (!looks || !(entries.some(({ metric }) => metric === "top5") || isOf("ImageNet", dataset))) return [];
  const command = evaluationCommand(setup, looks);
  const waiting = unique(
    entries.flatMap(({ metric, ours, measured }) =>
      metric === "error" && ours && measured?.error && !measured.protocol ? ours.label : [],
    ),
  );
  const lacksEnsemble =
    ensemble && !hasPaperEnsemble(setup, ensemble) && setup.runs.filter(({ done }) => done).length > 1;
  if (command === undefined || !(waiting.length > 0 || lacksEnsemble)) return [];
  const where = parts.length > 1 ? `${setup.name}: ` : "";
  const paper = looks.scales && !cropped ? "several scales" : looksWords(looks, cropped);
  const found = lacksEnsemble
    ? `No ensemble was tested by the paper's protocol, ${paper}. To test one`
    : `${waiting.join(", ")} ${waiting.length > 1 ? "were" : "was"} tested on ${looksWords(oneLook, cropped)} only. To test by the paper's protocol, ${paper}`;
  return [`${where}${found}: \`${command}\`.`];
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}
