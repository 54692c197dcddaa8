// What squeue says of the user's tasks. An error is never read as "ended".
import { askSlurm, needSlurm } from "./commands.ts";

/** A task that waits or runs. */
export interface QueuedTask {
  /** "46_1" in an array, "46" outside of one. */
  readonly job: string;
  /** Of the array. */
  readonly name: string;
  /** Within the array; undefined outside of one. */
  readonly index: number | undefined;
  /** As squeue has it: PENDING, RUNNING … */
  readonly state: string;
  /** Why it waits: "Resources", "PartitionTimeLimit" …; "None" where it does not. */
  readonly reason: string;
  /** Where it runs, or ran last. */
  readonly node: string;
  readonly restarts: number;
}

const fields = ["ArrayJobID", "ArrayTaskID", "JobID", "State", "Reason", "NodeList", "RestartCnt", "Name"] as const;
const width = 64;

const queueArguments = [
  ...["--me", "--noheader", "--array", "--states=all"],
  ...["-O", fields.map((field) => `${field}:${width}`).join()],
];

/** States from which a task does not come back by itself. */
const ended = [
  ...["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY"],
  ...["PREEMPTED", "REVOKED", "TIMEOUT"],
];

/** All tasks of this user that have not ended, by one call; or squeue's own line about what went wrong. */
export async function readQueue(): Promise<{ readonly tasks: QueuedTask[] } | { readonly problem: string }> {
  const answer = await askSlurm("squeue", queueArguments);
  return "text" in answer ? { tasks: parseQueue(answer.text) } : answer;
}

/** The same for who cannot go on without. @throws UserError with squeue's own line */
export async function needQueue(): Promise<QueuedTask[]> {
  return parseQueue(await needSlurm("squeue", queueArguments));
}

/** The tasks of squeue's table of fixed columns. */
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

/** What keeps a waiting task from ever starting, as far as its reason tells. */
export function neverStarts({ state, reason }: QueuedTask): boolean {
  return (
    state === "PENDING" &&
    /Held|PartitionTimeLimit|PartitionNodeLimit|BadConstraints|DependencyNeverSatisfied|AccountNotAllowed|InvalidQOS|InvalidAccount|launch_failed|requeued_held/i.test(
      reason,
    )
  );
}
