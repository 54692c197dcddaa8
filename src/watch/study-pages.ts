// The report's own pages as the watch server wants them: made in memory from the runs as they stand, with the files that a
// page links to. Writes nothing.
import { listExperiments, type RunRecord, readRuns } from "../records/record.ts";
import { runsSignature } from "../records/signature.ts";
import { drawFigure, renderPng } from "../reports/figures/draw.ts";
import { figureSpec } from "../reports/figures/spec.ts";
import { renderIndex } from "../reports/page/index-page.ts";
import { renderPage } from "../reports/page/page.ts";
import { describeStudy, summariseStudy } from "../reports/study.ts";
import type { WatchedFile, WatchedPage, WatchSource } from "./server.ts";

/**
 * The pages of the experiments under `results` that are named, or of all that come to be there.
 * @param problem hears why a page could not be made
 */
export function studyPages(results: string, named: readonly string[], problem: (error: unknown) => void): WatchSource {
  const experiments = () => listExperiments(results).filter((name) => named.length === 0 || named.includes(name));
  return {
    experiments,
    signature: (experiment) => runsSignature(results, experiment),
    index: async () => {
      const studies = experiments().map((name) => summariseStudy(name, runsOf(results, name)));
      return { html: renderIndex(studies), files: new Map() };
    },
    page: (experiment) => studyPage(experiment, runsOf(results, experiment)),
    problem,
  };
}

function runsOf(results: string, experiment: string): RunRecord[] {
  // What cannot be read is left out without a word, as the next look may find it whole; `report` names it.
  return readRuns(results, [experiment]).runs;
}

async function studyPage(experiment: string, runs: readonly RunRecord[]): Promise<WatchedPage> {
  const study = describeStudy(experiment, runs);
  const files = new Map<string, WatchedFile>();
  const drawings = [];
  for (const figure of study.figures) {
    const drawing = await drawFigure(figure);
    drawings.push(drawing);
    const add = (end: string, type: string, content: WatchedFile["content"]) =>
      files.set(`figures/${figure.name}.${end}`, { type, content });
    add("svg", "image/svg+xml", () => drawing.svg);
    add("png", "image/png", () => renderPng(drawing.svg));
    add("csv", "text/csv; charset=utf-8", () => figure.csv);
    add("vl.json", "application/json", () => JSON.stringify(figureSpec(figure)));
  }
  return { html: renderPage(study, drawings), files };
}
