// The program of a child process that trains one run: receives the task as a message, sends the run's events, and ends.
// It writes a checkpoint and stops when its parent asks, on TERM, USR1 and USR2, and when its parent is gone. It ignores
// Ctrl-C and the HUP of a closed terminal, because its parent gets them too and then asks. Slow imports come after the
// handlers.
import type { Choice } from "../engines/choice.ts";
import { UserError } from "../errors.ts";
import type { RunEvent, RunOutcome } from "./run-events.ts";
import type { StudyOptions, StudyRun } from "./study-run.ts";

/** What to train, and how. */
export interface WorkerTask {
  readonly run: StudyRun;
  readonly options: StudyOptions;
}

/** The messages that answer a task. An outcome or a refusal comes last. */
export type WorkerMessage =
  | { readonly kind: "engine"; readonly choice: Choice }
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "outcome"; readonly outcome: RunOutcome }
  | { readonly kind: "refusal"; readonly message: string; readonly hints: readonly string[] };

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => {});
for (const event of ["SIGTERM", "SIGUSR1", "SIGUSR2", "disconnect"]) process.on(event, () => stop.abort());
// The reader of standard error may be gone already.
process.stderr.on("error", () => {});
process.on("message", (message: WorkerTask | "stop") => {
  if (message === "stop") stop.abort();
  else void work(message);
});

async function work({ run, options }: WorkerTask): Promise<void> {
  try {
    const [{ openDataset }, { openTrainer }] = await Promise.all([
      import("../datasets/dataset.ts"),
      import("./trainer.ts"),
    ]);
    const dataset = await openDataset(run.spec.sections.dataset, { data: options.data, signal: stop.signal });
    const trainer = await openTrainer(options);
    tell({ kind: "engine", choice: trainer.choice });
    const outcome = await trainer.train(run, dataset, (event) => tell({ kind: "event", event }), stop.signal);
    tell({ kind: "outcome", outcome });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tell({ kind: "refusal", message: error.message, hints: error.hints });
  }
  if (process.connected) process.disconnect();
}

function tell(message: WorkerMessage): void {
  // If the parent is gone, "disconnect" stops the run. An error here must not end it before its checkpoint.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
