// The pages of a report in memory, with the files that they link to. Nothing is written.
import type { RunRecord } from "../records/record.ts";
import { drawFigure, renderPng } from "./figures/draw.ts";
import { figureSpec } from "./figures/spec.ts";
import { renderIndex } from "./page/index-page.ts";
import { renderPage } from "./page/page.ts";
import type { QueueRow } from "./page/queue-section.ts";
import { describeStudy, summariseStudy } from "./study.ts";

/** A file that a page links to. It is made when a reader asks for it. */
export interface PageFile {
  /** Its media type. */
  readonly type: string;
  readonly content: () => string | Uint8Array | Promise<Uint8Array>;
}

export interface Page {
  /** Self-contained HTML. */
  readonly html: string;
  /** The files by their paths, relative to the page. */
  readonly files: ReadonlyMap<string, PageFile>;
}

/** An experiment as its directory has it. */
export interface StudyRuns {
  readonly experiment: string;
  readonly runs: readonly RunRecord[];
  /** Ids of the runs that the last `run` has not begun. */
  readonly waiting: readonly string[];
  /** The project's own runs of the experiment. */
  readonly reference?: readonly RunRecord[];
  /** The runs that a cluster trains, with their states at this moment. */
  readonly queue?: readonly QueueRow[];
}

/** The page of one experiment from all its runs. */
export async function studyPage({ experiment, runs, waiting, reference, queue = [] }: StudyRuns): Promise<Page> {
  const study = describeStudy(experiment, runs, waiting, reference);
  const files = new Map<string, PageFile>();
  const drawings = [];
  for (const figure of study.figures) {
    const drawing = await drawFigure(figure);
    drawings.push(drawing);
    const add = (end: string, type: string, content: PageFile["content"]) =>
      files.set(`figures/${figure.name}.${end}`, { type, content });
    add("svg", "image/svg+xml", () => drawing.svg);
    add("png", "image/png", () => renderPng(drawing.svg));
    add("csv", "text/csv; charset=utf-8", () => figure.csv);
    add("vl.json", "application/json", () => JSON.stringify(figureSpec(figure)));
  }
  return { html: renderPage(study, drawings, undefined, queue), files };
}

/** The page over several experiments, from the runs of each. */
export function indexPage(studies: readonly StudyRuns[]): Page {
  const summaries = studies.map(({ experiment, runs, waiting, reference }) =>
    summariseStudy(experiment, runs, waiting, reference),
  );
  return { html: renderIndex(summaries), files: new Map() };
}
