// `run FILE…`: trains every run that is not done, one after another, and ends with the table. The same command resumes.
import type { Overlay } from "../config/load.ts";
import { type Experiment, loadExperiment } from "../config/load.ts";
import { planRuns } from "../config/plan.ts";
import type { DatasetConfig } from "../config/schema.ts";
import { refuseFailed } from "../conformance/verdict.ts";
import { openDataset } from "../datasets/dataset.ts";
import { openEngine } from "../engines/engine.ts";
import type { EngineName } from "../engines/names.ts";
import { readRuns } from "../records/record.ts";
import { writeReport } from "../reports/report.ts";
import { summaryTable } from "../reports/summary.ts";
import { executeRun, type RunEvent, type RunOutcome } from "../run.ts";
import type { Dataset, RunSpec } from "../types.ts";
import { downloadBar } from "./download-bar.ts";
import type { Io } from "./io.ts";
import { outcomeTable } from "./predicted.ts";
import { progressDisplay } from "./progress.ts";

export interface RunOptions extends Overlay {
  readonly only?: string | undefined;
  readonly engine: EngineName | "auto";
  readonly adapter?: string | undefined;
  readonly threads?: number | undefined;
  readonly results: string;
  readonly data?: string | undefined;
  readonly failFast?: boolean | undefined;
  /** Take the engine even where its last conformance failed. */
  readonly unproven?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** What is trained: an experiment and the runs chosen of it. */
interface Study {
  readonly experiment: Experiment;
  readonly specs: readonly RunSpec[];
}

/**
 * Trains the runs of the experiments. 0 where all are done, 3 where some failed; a signal ends it after a checkpoint.
 * @throws UserError where a file, the data or the engine is wrong
 */
export async function runCommand(files: readonly string[], options: RunOptions, io: Io): Promise<number> {
  const studies = files.map((file) => {
    const experiment = loadExperiment(file, options);
    return { experiment, specs: planRuns(experiment, options.only) };
  });
  const datasets = await openDatasets(studies, options, io);
  const { engine, passedOver } = await openEngine(options.engine, {
    adapter: options.adapter,
    threads: options.threads,
  });
  if (!options.unproven) refuseFailed(engine);
  const total = studies.reduce((sum, { specs }) => sum + specs.length, 0);
  if (!options.json) {
    const why = passedOver.map(({ name, reason }) => `${name}: ${reason}\n`).join("");
    io.err(`${why}${total} ${total === 1 ? "run" : "runs"} on ${engine.description}\n`);
  }

  const display = progressDisplay(io, total);
  const finished: { spec: RunSpec; id: string; outcome: RunOutcome }[] = [];
  try {
    for (const { experiment, specs } of studies) {
      for (const spec of specs) {
        if (!options.json) display.next(spec);
        let id = "";
        const onEvent = (event: RunEvent) => {
          id = event.id;
          if (options.json) io.out(jsonLine(spec, event));
          else display.show(event);
        };
        const { paper, question } = experiment.document;
        const dataset = datasets.get(datasetKey(spec.sections.dataset))!;
        const context = { results: options.results, dataset, engine, paper, question, signal: io.signal, onEvent };
        const outcome = await executeRun(spec, context);
        finished.push({ spec, id, outcome });
        if (io.signal.aborted || (outcome === "failed" && options.failFast)) break;
      }
    }
  } finally {
    display.stop();
  }
  if (!io.signal.aborted) for (const study of studies) report(study, finished, options, io);
  return finished.some(({ outcome }) => outcome === "failed") ? 3 : 0;
}

/** Writes the tables of an experiment and prints that of the runs of this command. */
function report(
  { experiment }: Study,
  finished: readonly { spec: RunSpec; id: string }[],
  options: RunOptions,
  io: Io,
): void {
  const { name } = experiment.document;
  const { runs } = readRuns(options.results, [name]);
  const paths = writeReport(options.results, name, runs);
  if (options.json) return;
  const chosen = new Set(finished.filter(({ spec }) => spec.experiment === name).map(({ id }) => id));
  const inOrder = [...chosen].flatMap((id) => runs.filter(({ run }) => run.id === id));
  const outcomes = outcomeTable(inOrder, io.columns);
  io.out(
    `\n${summaryTable(inOrder, io.columns)}\n${outcomes && `${outcomes}\n`}${paths.map((path) => `${path}\n`).join("")}`,
  );
}

/** Opens each data set that the runs need, once. */
async function openDatasets(studies: readonly Study[], options: RunOptions, io: Io): Promise<Map<string, Dataset>> {
  const opened = new Map<string, Dataset>();
  const bar = downloadBar(io);
  try {
    for (const { sections } of studies.flatMap(({ specs }) => specs)) {
      const key = datasetKey(sections.dataset);
      if (opened.has(key)) continue;
      const source = { data: options.data, onProgress: bar.onProgress, signal: io.signal };
      opened.set(key, await openDataset(sections.dataset, source));
    }
  } finally {
    bar.stop();
  }
  return opened;
}

function datasetKey(config: DatasetConfig): string {
  return JSON.stringify(config);
}

function jsonLine(spec: RunSpec, event: RunEvent): string {
  const { experiment, label, seed } = spec;
  return `${JSON.stringify({ experiment, label, seed, ...event })}\n`;
}
