// The studies on the page over all studies: each with its question, its answer, what was run, and a link to its page.
import { findingLines } from "../analysis/answer.ts";
import { durationText } from "../analysis/costs.ts";
import { groupBy } from "../analysis/group.ts";
import { scaleOf } from "../analysis/scale.ts";
import type { StudySummary } from "../study.ts";
import type { TabledStudy } from "../tabled-studies.ts";
import { escapeHtml } from "./html.ts";
import { studyAddress } from "./study-link.ts";

interface Entry {
  readonly experiment: string;
  readonly address: string;
  readonly question?: string | undefined;
  readonly answers: readonly string[];
  /** "20 of 20 runs done: embedded images; 1 min 30 s of training". */
  readonly facts: string;
}

/** All studies by name, those with runs and those with tables only. */
export function studiesHtml(studies: readonly StudySummary[], tabled: readonly TabledStudy[]): string {
  const entries = [...studies.map(withRuns), ...tabled.map(withTables)];
  entries.sort((a, b) => (a.experiment < b.experiment ? -1 : 1));
  return `<div class="studies">\n${entries.map(entryHtml).join("\n")}\n</div>`;
}

function withRuns({ experiment, question, parts, runs, waiting }: StudySummary): Entry {
  const done = runs.filter(({ status }) => status === "done");
  const scales = groupBy(done, ({ run }) => scaleOf(run).name);
  const seconds = done.reduce((sum, record) => sum + (record.done?.trainSeconds ?? 0), 0);
  const total = runs.length + waiting.length;
  const where = scales.size > 0 ? `: ${[...scales.keys()].join("; ")}` : "";
  return {
    experiment,
    address: studyAddress(experiment),
    question,
    answers: findingLines(parts),
    facts: `${done.length} of ${total} runs done${where}. ${durationText(seconds)} of training.`,
  };
}

function withTables({ experiment, address, question, answers }: TabledStudy): Entry {
  const encoded = address.split("/").map(encodeURIComponent).join("/");
  return { experiment, address: encoded, question, answers, facts: "Its tables are here, its runs are not." };
}

function entryHtml({ experiment, address, question, answers, facts }: Entry): string {
  return `<article>
<h3><a href="${address}">${escapeHtml(experiment)}</a></h3>
${question === undefined ? "" : `<p class="question">${escapeHtml(question)}</p>\n`}${answers.map((line) => `<p class="answer">${escapeHtml(line)}</p>`).join("\n")}
<p class="notes">${escapeHtml(facts)}</p>
</article>`;
}
