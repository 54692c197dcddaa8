// Starts a child process that trains one run, and passes its events on. Loads no engine.
import type { Choice } from "../engines/choice.ts";
import { UserError } from "../errors.ts";
import { startChild } from "../system/child-process.ts";
import type { RunEvent, RunOutcome } from "./run-events.ts";
import type { StudyOptions, StudyRun } from "./study-run.ts";
import type { WorkerMessage, WorkerTask } from "./worker.ts";

/** Callbacks for the events of a job. */
export interface JobObserver {
  readonly onEngine: (choice: Choice) => void;
  readonly onEvent: (event: RunEvent) => void;
}

/**
 * Trains the run. `signal` asks it to write a checkpoint and end. If the child process dies, the outcome is "crashed".
 * @throws UserError where the run cannot be trained: the same error as in this process
 */
export async function trainJob(
  id: string,
  run: StudyRun,
  options: StudyOptions,
  env: NodeJS.ProcessEnv,
  { onEngine, onEvent }: JobObserver,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const child = startChild(new URL("./worker.js", import.meta.url), env);
  const stop = () => void (child.process.connected && child.process.send("stop"));
  let last: WorkerMessage | undefined;
  child.process.on("message", (message: WorkerMessage) => {
    last = message;
    if (message.kind === "engine") onEngine(message.choice);
    if (message.kind === "event") onEvent(message.event);
  });
  child.process.send({ run, options } satisfies WorkerTask);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const ending = await child.ended;
  signal.removeEventListener("abort", stop);
  if (last?.kind === "outcome") return last.outcome;
  if (last?.kind === "refusal") throw new UserError(last.message, last.hints);
  const message = `its process ended ${ending ?? "without an error"}; the same command resumes from its last checkpoint`;
  onEvent({ kind: "end", id, outcome: "crashed", message });
  return "crashed";
}
