// Trains runs in this process: opens the engine and calls run.ts. Loads TensorFlow.js, so it is imported only when
// something is trained.
import { refuseFailed } from "../conformance/verdict.ts";
import { type Choice, openEngine } from "../engines/choice.ts";
import type { Dataset } from "../types.ts";
import { executeRun } from "./run.ts";
import type { RunEvent, RunOutcome } from "./run-events.ts";
import type { StudyOptions, StudyRun } from "./study-run.ts";

/** An open engine that trains runs. */
export interface Trainer {
  readonly choice: Choice;
  train(run: StudyRun, dataset: Dataset, onEvent: (event: RunEvent) => void, signal: AbortSignal): Promise<RunOutcome>;
}

/** Opens the engine. @throws UserError where it is not available, or failed its last conformance test */
export async function openTrainer({
  command,
  engine,
  engineOptions,
  unproven,
  changeEngine,
  results,
}: StudyOptions): Promise<Trainer> {
  const choice = await openEngine(engine, engineOptions);
  if (!unproven) refuseFailed(choice.engine);
  return {
    choice,
    train({ spec, paper, question }, dataset, onEvent, signal) {
      const words = { command, paper, question };
      return executeRun(spec, { results, dataset, engine: choice.engine, changeEngine, ...words, signal, onEvent });
    },
  };
}
