// The user's tasks, according to squeue. An error never means that a task has ended.
import { askSlurm, needSlurm } from "./commands.ts";

/** A task that is waiting or running. */
export interface QueuedTask {
  /** "46_1" in an array, "46" outside of one. */
  readonly job: string;
  /** The name of the array. */
  readonly name: string;
  /** The index in the array; undefined outside of one. */
  readonly index: number | undefined;
  /** As squeue prints it: PENDING, RUNNING … */
  readonly state: string;
  /** Why it is waiting: "Resources", "PartitionTimeLimit" …; "None" if it is not. */
  readonly reason: string;
  /** The node where it is running or ran last. */
  readonly node: string;
  readonly restarts: number;
}

const fields = ["ArrayJobID", "ArrayTaskID", "JobID", "State", "Reason", "NodeList", "RestartCnt", "Name"] as const;
const width = 64;

const queueArguments = [
  ...["--me", "--noheader", "--array", "--states=all"],
  ...["-O", fields.map((field) => `${field}:${width}`).join()],
];

/** States in which a task does not start again by itself. */
const ended = [
  ...["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY"],
  ...["PREEMPTED", "REVOKED", "TIMEOUT"],
];

/** All tasks of this user that have not ended, with one call; or squeue's own error message. */
export async function readQueue(): Promise<{ readonly tasks: QueuedTask[] } | { readonly problem: string }> {
  const answer = await askSlurm("squeue", queueArguments);
  return "text" in answer ? { tasks: parseQueue(answer.text) } : answer;
}

/** The same where the answer is needed. @throws UserError with squeue's own message */
export async function needQueue(): Promise<QueuedTask[]> {
  return parseQueue(await needSlurm("squeue", queueArguments));
}

/** Parses squeue's table, whose columns have a fixed width. */
export function parseQueue(text: string): QueuedTask[] {
  const tasks = text.split("\n").flatMap((line) => {
    if (line.trim() === "") return [];
    const values = fields.map((_, i) => line.slice(i * width, (i + 1) * width).trim());
    const [array, index, id, state, reason, node, restarts, name] = values as [string, string, string, ...string[]];
    const inArray = /^\d+$/.test(index);
    return [
      {
        job: inArray ? `${array}_${index}` : id,
        name: name ?? "",
        index: inArray ? Number(index) : undefined,
        state: state ?? "",
        reason: reason ?? "",
        node: node ?? "",
        restarts: Number(restarts ?? 0),
      },
    ];
  });
  return tasks.filter(({ state }) => !ended.includes(state));
}

/** Whether a waiting task can never start, as far as its reason tells. */
export function neverStarts({ state, reason }: QueuedTask): boolean {
  return (
    state === "PENDING" &&
    /Held|PartitionTimeLimit|PartitionNodeLimit|BadConstraints|DependencyNeverSatisfied|AccountNotAllowed|InvalidQOS|InvalidAccount|launch_failed|requeued_held/i.test(
      reason,
    )
  );
}
