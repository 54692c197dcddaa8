// `analyze RUN…`: does the analyses of finished runs that are not done: those that their records have begun, or those that
// --only names.
import { type AnalysesConfig, analysisSchemas } from "../../config/analysis-schemas.ts";
import { type AnalysisName, analysisNames } from "../../config/names.ts";
import { UserError } from "../../errors.ts";
import { readAnalyses } from "../../records/analyses.ts";
import type { RunRecord } from "../../records/record.ts";
import { findAllRecords } from "../arguments/find-run.ts";
import type { analyze } from "../syntax/analyze.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { Io } from "../terminal/io.ts";
import { type AnalysedRun, analyseRuns, analysisJson, analysisLine } from "./study-analyses.ts";

/**
 * Analyses the runs that the names mean. Always 0.
 * @throws UserError where a name means no run, or one that is not finished, and where there is nothing to do
 */
export async function analyzeCommand(
  names: readonly string[],
  options: OptionsOf<typeof analyze>,
  io: Io,
): Promise<number> {
  const { records, damaged } = findAllRecords(names, options.results, io);
  const unusable = [
    ...damaged.map(({ path, reason }) => `${path} (${reason.replace(/\.$/, "")})`),
    ...records.filter(({ done }) => !done).map(({ run, status }) => `${run.id} (${status})`),
  ];
  if (unusable.length > 0) {
    throw new UserError(`Expected finished runs, got ${unusable.join(", ")}.`, ["`resnet-exp ls` lists all runs."]);
  }
  const runs = records.map((record) => ({ record, wanted: wantedOf(record, options.only) }));
  if (runs.every(({ wanted }) => Object.keys(wanted).length === 0)) {
    throw new UserError("Expected runs with analyses in their records, got runs with none.", [
      `--only NAME does one of them: ${analysisNames.join(", ")}.`,
    ]);
  }
  const all: AnalysedRun[] = [];
  for await (const analysed of analyseRuns(runs, options, io)) {
    all.push(analysed);
    if (!options.json) io.out(analysisLine(analysed));
  }
  if (options.json) io.out(`${JSON.stringify(all.map(analysisJson), undefined, 2)}\n`);
  return 0;
}

/** The recorded settings of each analysis, or the defaults of one that --only names. */
function wantedOf({ path }: RunRecord, only: readonly AnalysisName[] | undefined): AnalysesConfig {
  const recorded = new Map(readAnalyses(path).analyses.map(({ analysis, settings }) => [analysis, settings]));
  const names = only ?? analysisNames.filter((name) => recorded.has(name));
  return Object.fromEntries(
    names.map((name) => {
      const schema = analysisSchemas[name];
      const known = schema.safeParse(recorded.get(name) ?? {});
      // Settings of another version of the program may no longer be allowed.
      return [name, known.success ? known.data : schema.parse({})];
    }),
  );
}
