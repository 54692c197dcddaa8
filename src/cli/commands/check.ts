// `check [EXPERIMENT…]`: the verdicts of finished runs on the papers' claims, and whether they are those that experiment files
// expect.
import { planRuns } from "../../config/plan.ts";
import { readRuns } from "../../records/record.ts";
import { claimJson } from "../../reports/claims/claim-json.ts";
import { type ClaimResult, claimResultsOf } from "../../reports/claims/claim-result.ts";
import { claimTally, claimText } from "../../reports/claims/claim-text.ts";
import { checkExpectations, type Expectation, resultsOf } from "../../reports/claims/expectations.ts";
import { wrapText } from "../../text/lines.ts";
import { shellWord } from "../../text/shell.ts";
import { type CheckedStudy, checkedStudies } from "../arguments/checked-studies.ts";
import { resultsOption } from "../arguments/no-runs.ts";
import { reportSkipped } from "../arguments/selection.ts";
import type { check } from "../syntax/check.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { Io } from "../terminal/io.ts";

/** Prints the claims. Returns 0, or 4 if a claim has another verdict than its experiment file expects. */
export async function checkCommand(
  words: readonly string[],
  options: OptionsOf<typeof check>,
  io: Io,
): Promise<number> {
  const { results } = options;
  const studies = checkedStudies(words, results, options);
  const { runs, skipped } =
    words.length === 0
      ? readRuns(results)
      : readRuns(
          results,
          studies.map(({ name }) => name),
        );
  reportSkipped(skipped, io);
  const all = claimResultsOf(runs).map((result) => inDirectory(result, results));
  const isLimited = options.profile !== undefined || options.set !== undefined;
  const checked = studies.map((study) => {
    const { results: own, expectations } = checkStudy(study, all, isLimited);
    // What trains the runs of the file, rather than what tests the claim elsewhere.
    const command = runCommand(study, options);
    const told = expectations.map((each) => (each.verdict === "not tested" && command ? { ...each, command } : each));
    return { results: own, expectations: told };
  });
  const shown = words.length === 0 ? all : checked.flatMap((each) => each.results);
  const expectations = checked.flatMap((each) => each.expectations);
  const code = expectations.every(({ holds }) => holds) ? 0 : 4;
  if (options.json) {
    io.out(`${JSON.stringify({ claims: shown.map(claimJson), expected: expectations }, undefined, 2)}\n`);
    return code;
  }
  const texts = [
    claimText(shown, io.columns, io.paint),
    wrapText(claimTally(shown) || "These studies test no claim of the papers.", io.columns),
    expectations.map((each) => expectationText(each, io)).join(""),
  ];
  io.out(texts.filter((text) => text !== "").join("\n"));
  return code;
}

/** The results of a study and of claims that only its experiment tests; with a profile, in the set-up of its runs. */
function checkStudy(
  { name, experiment }: CheckedStudy,
  all: readonly ClaimResult[],
  isLimited: boolean,
): { results: readonly ClaimResult[]; expectations: readonly Expectation[] } {
  const results = all.filter((result) => result.experiment === name);
  const own = experiment ? resultsOf(planRuns(experiment), results) : [];
  const untested = all.filter(({ claim, setup }) => !setup && claim.test?.experiment === name);
  return {
    results: [...(isLimited ? own : results), ...untested],
    expectations: experiment ? checkExpectations(name, experiment.document.expect ?? {}, own, all) : [],
  };
}

/** "resnet-exp run cifar-depth --profile class": what trains the runs of an experiment file. */
function runCommand({ experiment }: CheckedStudy, options: OptionsOf<typeof check>): string | undefined {
  if (!experiment) return undefined;
  const profiles = (options.profile ?? []).flatMap((name) => ["--profile", name]);
  const values = (options.set ?? []).flatMap((value) => ["--set", value]);
  const words = ["resnet-exp", "run", experiment.file, ...profiles, ...values];
  return words.map(shellWord).join(" ") + resultsOption(options.results);
}

/** The same with commands that train into the directory whose runs were read. */
function inDirectory(result: ClaimResult, results: string): ClaimResult {
  const { command } = result;
  if (command === undefined || command.includes(" --results")) return result;
  return { ...result, command: command + resultsOption(results) };
}

function expectationText({ experiment, claim, expected, verdict, holds, command }: Expectation, io: Io): string {
  const state = holds ? "ok" : "FAILED";
  const mark = io.paint ? io.paint(state, holds ? "good" : "bad") : state;
  const text = holds
    ? `${mark}  ${experiment}: ${claim} is ${verdict}, as expected.\n`
    : wrapText(`${mark}  Expected ${claim} to be ${expected} in ${experiment}, got ${verdict}.`, io.columns);
  return holds || command === undefined ? text : `${text}  ${command}\n`;
}
