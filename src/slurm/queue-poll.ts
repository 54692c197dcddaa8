// Asks squeue again and again for the tasks of a results directory: every 15 s, and less often after errors.

import { slurmTasks } from "./states.ts";
import type { RunTask } from "./submission.ts";

/** Seconds between two calls of squeue; after errors the pause doubles up to the longer one. */
const pause = { usual: 15, longest: 60 };

/** The last good answer. An error changes nothing in it, because it does not mean that a task has ended. */
export interface LatestTasks {
  /** By run id. */
  readonly tasks: ReadonlyMap<string, RunTask>;
  /** Why the last call failed, in squeue's words. */
  readonly problem: string | undefined;
  /** Whether squeue has just answered: a run without a task is then not in the queue. */
  readonly isNew: boolean;
}

/** The latest answer of squeue. */
export class QueuePoll {
  readonly #results: string;
  #tasks: ReadonlyMap<string, RunTask> = new Map();
  #problem: string | undefined;
  #next = Number.NEGATIVE_INFINITY;
  #errors = 0;
  #asking: Promise<void> | undefined;

  constructor(results: string) {
    this.#results = results;
  }

  /** Calls squeue if it is time to. */
  async latest(): Promise<LatestTasks> {
    const isDue = performance.now() >= this.#next;
    if (isDue) this.#asking ??= this.#ask();
    await this.#asking;
    return { tasks: this.#tasks, problem: this.#problem, isNew: isDue && this.#problem === undefined };
  }

  /** The last answer, without waiting for a new one. */
  get known(): ReadonlyMap<string, RunTask> {
    return this.#tasks;
  }

  async #ask(): Promise<void> {
    const { tasks, problem } = await slurmTasks(this.#results);
    if (problem === undefined) this.#tasks = tasks;
    this.#problem = problem;
    this.#errors = problem === undefined ? 0 : this.#errors + 1;
    this.#next = performance.now() + 1000 * Math.min(pause.longest, pause.usual * 2 ** this.#errors);
    this.#asking = undefined;
  }
}
