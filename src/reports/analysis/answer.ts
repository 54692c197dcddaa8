// The answer of a study in sentences: what its runs say about the experiment's question, and how many of the paper's
// numbers they reproduce. `run`, `report` and the page show the same sentences.

import { percent } from "../../text/quantities.ts";
import { chanceError, isNearChance } from "./chance.ts";
import { degradationClause } from "./degradation.ts";
import { worstGrade } from "./grade.ts";
import { responseClause } from "./responses.ts";
import { sweepClause } from "./sweep-answer.ts";
import { isSweep, type Part } from "./sweeps.ts";
import type { SummaryRow } from "./tabulate.ts";
import type { Verdict } from "./verdict.ts";

/**
 * One line for each sweep or set-up, and in a study of the paper's tables for each set-up of a sweep too. Where there are
 * several, a line begins with the name of its part.
 */
export function answerLines(parts: readonly Part[]): string[] {
  return linesOf(parts, answer);
}

/** The same without how errors compare with the paper's. */
export function findingLines(parts: readonly Part[]): string[] {
  return linesOf(parts, finding);
}

function linesOf(parts: readonly Part[], say: (part: Part) => string): string[] {
  const answered = parts.flatMap((part) => {
    const asksPaper = part.runs.some(({ run }) => run.paper.length > 0);
    return isSweep(part) && asksPaper ? [part, ...part.setups] : [part];
  });
  return answered.map((part) => `${answered.length > 1 ? `${part.name}. ` : ""}${say(part)}`);
}

/** The answer of a part: its finding, then how its errors compare with the paper's. */
export function answer(part: Part): string {
  const measured = part.rows.filter(({ trainError }) => trainError);
  const compares = !isSweep(part) && !measured.every(isNearChance);
  return `${finding(part)} ${compares ? tally(part.rows) : ""}`.trim();
}

function finding(part: Part): string {
  const { rows, runs } = part;
  const measured = rows.filter(({ trainError }) => trainError);
  if (measured.length === 0) return "No run is done yet.";
  const asksResponses = runs.some(({ run }) => run.paper.includes("figure-7"));
  if (measured.every(isNearChance)) {
    const [chance] = measured.map(chanceError);
    return `No net has learned enough for an answer: ${measured.length > 1 ? "every training error is" : "the training error is"} still near ${percent(chance)} %, that of guessing (${circumstances(measured)}).`;
  }
  if (isSweep(part)) return `${sweepClause(part)} (${circumstances(measured)}).`;
  const found = (asksResponses && responseClause(rows)) || degradationClause(rows) || ranking(measured);
  return `${found} (${circumstances(measured)}).`;
}

function ranking(rows: readonly SummaryRow[]): string {
  const tested = rows
    .flatMap(({ label, testError }) =>
      Number.isFinite(testError?.mean) ? [{ label, error: testError?.mean ?? 0 }] : [],
    )
    .sort((a, b) => a.error - b.error);
  const [best, worst] = [tested[0], tested.at(-1)];
  if (!best || !worst) return "No net has a test error that is a number";
  if (best === worst) return `${best.label} ends with a test error of ${percent(best.error)} %`;
  const [low, high] = [percent(best.error), percent(worst.error)];
  if (low === high) return `All ${tested.length} nets end with a test error of ${low} %`;
  const have = (label: string, text: string) => {
    const count = tested.filter(({ error }) => percent(error) === text).length - 1;
    return count ? `${label} and ${count} ${count === 1 ? "other" : "others"} have` : `${label} has`;
  };
  return `${have(best.label, low)} the lowest test error, ${low} %, and ${have(worst.label, high)} the highest, ${high} %`;
}

function circumstances(rows: readonly SummaryRow[]): string {
  const counts = rows.map(({ trainError }) => trainError?.count ?? 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const runs = least === most ? String(least) : `${least} to ${most}`;
  return `${worstGrade(rows.map(({ grade }) => grade))}, ${runs} ${most === 1 ? "run" : "runs"}${rows.length > 1 ? " each" : ""}`;
}

// How many of the paper's numbers got which verdict.
function tally(rows: readonly SummaryRow[]): string {
  const judged = rows.flatMap(({ judgement }) => judgement ?? []);
  if (judged.length === 0) return "";
  const reasons = [...new Set(judged.map(({ reason }) => reason))];
  if (judged.every(({ verdict }) => verdict === "not comparable")) {
    return `None of these errors can be compared with the paper's${reasons.length === 1 ? `: ${reasons[0]}` : ""}.`;
  }
  const order: readonly Verdict[] = ["reproduced", "better", "worse", "not enough runs", "no band", "not comparable"];
  const counts = order.flatMap((verdict) => {
    const count = judged.filter((judgement) => judgement.verdict === verdict).length;
    return count ? [`${count} ${verdict}`] : [];
  });
  return `Verdicts on ${judged.length} of the paper's numbers: ${counts.join(", ")}.`;
}
