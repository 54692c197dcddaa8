// Writes the tables, figures and page of one experiment from its runs. All of them can be deleted and made again.
// It uses no clock and no engine, so that the same runs give the same bytes.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { analysisNames } from "../config/names.ts";
import { UserError } from "../errors.ts";
import { waitingRuns } from "../records/planned-runs.ts";
import type { RunRecord } from "../records/record.ts";
import { writeError, writeFileAtomically } from "../system/atomic-file.ts";
import { makeDirectory } from "../system/make-directory.ts";
import { removeAbandonedFiles } from "../system/temporary-files.ts";
import { csvText } from "../text/csv.ts";
import { groupBy } from "./analysis/group.ts";
import { isSweep } from "./analysis/sweeps.ts";
import { tabulate } from "./analysis/tabulate.ts";
import { landscapePictures } from "./figures/analyses/landscape-contours.ts";
import { confusionPictures } from "./figures/confusion-picture.ts";
import { type Drawing, drawFigure, renderPng } from "./figures/draw.ts";
import { figureSpec } from "./figures/spec.ts";
import { renderIndex } from "./page/index-page.ts";
import { renderPage } from "./page/page.ts";
import { referenceIndex, referenceRuns, referenceStudy } from "./reference.ts";
import { describeStudy, summariseStudy } from "./study.ts";
import { tabledStudies } from "./tabled-studies.ts";
import { analysisCsv } from "./tables/analysis-table.ts";
import { architectureCsv, architectureMarkdown } from "./tables/architecture-table.ts";
import { checklistMarkdown } from "./tables/checklist.ts";
import { classCsvs, classMarkdown } from "./tables/class-tables.ts";
import { curvesCsv } from "./tables/curves.ts";
import { layersCsv } from "./tables/layers.ts";
import { paperTableCsv, paperTableMarkdown } from "./tables/paper-columns.ts";
import { protocolCsv, protocolMarkdown } from "./tables/protocol-table.ts";
import { runColumns } from "./tables/run-columns.ts";
import { summaryMarkdown } from "./tables/summary.ts";
import { summaryColumns } from "./tables/summary-columns.ts";
import { sweepCsv } from "./tables/sweep-columns.ts";

/**
 * Writes tables/*.{csv,md}, figures/*.{csv,svg,png,vl.json} and report.html under results/<experiment>.
 * @param runs all runs of the experiment, in the order of `readRuns`
 * @param withoutPng told once why figures have no PNG, where what draws it does not load
 * @returns the files' paths
 * @throws UserError where they cannot be written
 */
export async function writeReport(
  results: string,
  experiment: string,
  runs: readonly RunRecord[],
  withoutPng: (problem: UserError) => void,
): Promise<string[]> {
  const reference = referenceRuns(results, experiment);
  const study = describeStudy(experiment, runs, waitingRuns(results, experiment), reference);
  const paths: string[] = [];
  const write = (file: string, content: string | Buffer) => {
    paths.push(writeFile(join(results, experiment, file), content));
  };
  const rows = tabulate(study.runs, reference);
  write("tables/summary.csv", csvText(summaryColumns(rows), rows));
  write("tables/summary.md", summaryMarkdown(experiment, runs, reference));
  write("tables/runs.csv", csvText(runColumns, runs));
  for (const [i, sweep] of study.parts.filter(isSweep).entries())
    write(`tables/sweep${i === 0 ? "" : `-${sweep.slug}`}.csv`, sweepCsv(sweep));
  const protocols = { csv: protocolCsv(study.parts), md: protocolMarkdown(experiment, study.parts) };
  for (const [end, text] of Object.entries(protocols)) if (text !== undefined) write(`tables/protocols.${end}`, text);
  if (study.architectures) {
    write("tables/table-1.csv", architectureCsv(study.architectures));
    write("tables/table-1.md", architectureMarkdown(experiment, study.architectures));
  }
  for (const table of study.tables) {
    write(`tables/${table.reference}.csv`, paperTableCsv(table));
    write(`tables/${table.reference}.md`, paperTableMarkdown(experiment, table));
  }
  const byClass = { ...classCsvs(study.setups), md: classMarkdown(experiment, study.setups) };
  if (byClass.classes !== undefined) write("tables/classes.csv", byClass.classes);
  if (byClass.confusion !== undefined) write("tables/confusion.csv", byClass.confusion);
  if (byClass.md !== undefined) write("tables/classes.md", byClass.md);
  write("tables/checklist.md", checklistMarkdown(study));
  write("figures/curves.csv", curvesCsv(runs));
  const layers = layersCsv(runs);
  if (layers !== undefined) write("figures/layers.csv", layers);
  for (const name of analysisNames) {
    const found = analysisCsv(name, study.runs);
    if (found !== undefined) write(`tables/${name}.csv`, found);
  }
  const drawings: Drawing[] = [];
  let noPng: UserError | undefined;
  for (const figure of study.figures) {
    const drawing = await drawFigure(figure);
    drawings.push(drawing);
    write(`figures/${figure.name}.csv`, figure.csv);
    write(`figures/${figure.name}.vl.json`, `${JSON.stringify(figureSpec(figure), undefined, 2)}\n`);
    write(`figures/${figure.name}.svg`, `${drawing.svg}\n`);
    const png = await pngOf(drawing);
    if (png instanceof UserError) noPng = png;
    else write(`figures/${figure.name}.png`, png);
  }
  for (const { name, svg } of [...confusionPictures(study.setups), ...landscapePictures(study.setups)]) {
    write(`figures/${name}.svg`, svg);
    const png = await pngOf({ svg });
    if (png instanceof UserError) noPng = png;
    else write(`figures/${name}.png`, png);
  }
  if (noPng) withoutPng(noPng);
  write("report.html", renderPage(study, drawings, referenceStudy(results, experiment)));
  // A report that was killed leaves a half-written temporary file.
  for (const directory of new Set(paths.map((path) => dirname(path)))) removeAbandonedFiles(directory);
  return paths;
}

async function pngOf({ svg }: Pick<Drawing, "svg">): Promise<Buffer | UserError> {
  try {
    return await renderPng(svg);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/**
 * The ids of runs that are in the report of an experiment but not among these runs: a new report would lose them.
 * None where there is no report yet.
 */
export function runsLost(results: string, experiment: string, runs: readonly RunRecord[]): string[] {
  const known = new Set(runs.map(({ run }) => run.id));
  let table: string;
  try {
    table = readFileSync(join(results, experiment, "tables/runs.csv"), "utf8");
  } catch {
    return [];
  }
  return [...table.matchAll(/^([a-z0-9-]+-s\d+-[0-9a-f]{10}),/gm)].flatMap(([, id]) =>
    id && !known.has(id) ? [id] : [],
  );
}

/**
 * Writes index.html, the page over all studies under `results`.
 * @param runs all runs of all experiments, in the order of `readRuns`
 * @returns its path
 * @throws UserError where it cannot be written
 */
export function writeIndex(results: string, runs: readonly RunRecord[]): string {
  const studies = groupBy(runs, ({ run }) => run.spec.experiment);
  const page = renderIndex(
    [...studies].map(([experiment, own]) =>
      summariseStudy(experiment, own, waitingRuns(results, experiment), referenceRuns(results, experiment)),
    ),
    { tabled: tabledStudies(results, [...studies.keys()]), reference: referenceIndex(results) },
  );
  const path = writeFile(join(results, "index.html"), page);
  removeAbandonedFiles(results);
  return path;
}

function writeFile(path: string, content: string | Buffer): string {
  try {
    makeDirectory(dirname(path));
  } catch (error) {
    throw writeError(path, error);
  }
  writeFileAtomically(path, content);
  return path;
}

/** What was written, in few lines: a line for each folder with several files, or for the only file of a folder. */
export function writtenLines(paths: readonly string[]): string {
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  const lines = folders.map((folder) => {
    const files = paths.filter((path) => dirname(path) === folder);
    return files.length === 1 ? `${files[0]}\n` : `${folder}/ (${files.length} files)\n`;
  });
  return lines.join("");
}
