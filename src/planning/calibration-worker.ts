// The program of a child process that measures one run: a few real steps, tests and checkpoints, with the same code that
// trains. It has a process of its own so that its peak memory is that of this net alone. Answers one message and ends.
import { rmSync } from "node:fs";
import type { LearningRateConfig, RunSections } from "../config/schema.ts";
import { openDataset } from "../datasets/dataset.ts";
import { openEngine } from "../engines/choice.ts";
import type { Engine } from "../engines/engine.ts";
import type { EngineName } from "../engines/names.ts";
import { errorMessage, UserError } from "../errors.ts";
import { gatherProvenance } from "../records/provenance.ts";
import { runPath } from "../records/run-directory.ts";
import { runSizes } from "../records/run-size.ts";
import { executeRun } from "../running/run.ts";
import { makeTemporaryDirectory } from "../system/temporary-directory.ts";
import type { Dataset, ImageFiles, ImageSet } from "../types.ts";
import type { Calibration, Computer } from "./calibration.ts";
import { type TimedEvent, type Timings, timings } from "./stopwatch.ts";

export interface CalibrationRequest {
  readonly engine: EngineName | "auto";
  readonly adapter?: string | undefined;
  readonly threads?: number | undefined;
  readonly data?: string | undefined;
  /** The run to measure; without it, the answer only says what computes. */
  readonly sections?: RunSections | undefined;
}

export type CalibrationAnswer =
  | { readonly computer: Computer }
  | { readonly calibration: Calibration }
  | { readonly problem: string; readonly hints: readonly string[] };

/** Steps of the first run, which warms up and says how many the second one needs. */
const firstSteps = 6;
const mostSteps = 400;
/** What the steps that are timed should take together. */
const wantedSeconds = 3;
/** So small that training cannot diverge. */
const learningRate: LearningRateConfig = { schedule: "step", initial: 1e-6, dropAt: [], factor: 0.1 };

async function answer(request: CalibrationRequest): Promise<CalibrationAnswer> {
  const { engine } = await openEngine(request.engine, { adapter: request.adapter, threads: request.threads });
  if (!request.sections) return { computer: gatherProvenance(engine, []) };
  const whole = await openDataset(request.sections.dataset, { data: request.data });
  const { validation: _, ...dataset } = whole;
  const few = { ...dataset, test: firstImages(whole.test, 2 * request.sections.evaluation.batchSize) };
  const first = await shortRun(request.sections, firstSteps, few, engine);
  const steps = Math.min(mostSteps, 2 * Math.ceil(wantedSeconds / first.stepSeconds));
  const { timedSeconds: __, ...measured } =
    first.timedSeconds >= wantedSeconds ? first : await shortRun(request.sections, steps, few, engine);
  return { calibration: { ...measured, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 } };
}

/** Trains for a few steps in a temporary directory; tests and writes a checkpoint half-way and at the end. */
async function shortRun(
  sections: RunSections,
  iterations: number,
  dataset: Dataset,
  engine: Engine,
): Promise<Omit<Calibration, "peakMemoryBytes"> & Pick<Timings, "timedSeconds">> {
  const every = Math.max(1, Math.floor(iterations / 2));
  const spec = {
    experiment: "calibration",
    label: "run",
    seed: 0,
    axes: {},
    sections: {
      ...sections,
      training: { ...sections.training, iterations, learningRate },
      evaluation: { ...sections.evaluation, every },
      record: { trainEvery: iterations, checkpointEvery: every },
    },
  };
  const results = makeTemporaryDirectory();
  try {
    const events: TimedEvent[] = [];
    const start = performance.now();
    const now = () => (performance.now() - start) / 1000;
    let id = "";
    await executeRun(spec, {
      results,
      dataset,
      engine,
      command: [],
      paper: [],
      signal: new AbortController().signal,
      onEvent: (event) => {
        id = event.id;
        if (event.kind === "step") events.push({ kind: event.kind, at: now(), seconds: event.seconds });
        else if (event.kind !== "start" && event.kind !== "end" && event.kind !== "warning")
          events.push({ kind: event.kind, at: now() });
      },
    });
    return { ...timings(events, now(), dataset.test.count), ...runSizes(runPath(results, spec.experiment, id)) };
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

function firstImages(set: ImageSet | ImageFiles, count: number): ImageSet | ImageFiles {
  if (count >= set.count) return set;
  if (!("pixels" in set)) return { ...set, count, labels: set.labels.subarray(0, count) };
  const size = set.height * set.width * set.channels;
  return { ...set, count, pixels: set.pixels.subarray(0, count * size), labels: set.labels.subarray(0, count) };
}

process.once("message", (request: CalibrationRequest) => {
  void answer(request)
    .catch((error: unknown) => ({
      problem: error instanceof UserError ? error.message : error instanceof Error ? error.stack : errorMessage(error),
      hints: error instanceof UserError ? error.hints : [],
    }))
    .then((result) => process.send?.(result, () => process.disconnect()));
});
