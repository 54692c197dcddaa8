// The keys of `ls --where` and `ls --sort`: the columns of `ls`, and paths of experiment files. A path's last key is enough
// if no other path ends in it.
import { schemaAt, valuePaths } from "../../config/vocabulary.ts";
import { type RunRecord, reachedIteration } from "../../records/record.ts";

/** One word: what it stands for and what kind of value that is. */
export interface RunWord {
  readonly name: string;
  readonly kind: "number" | "percent" | "text";
  /** The only values there can be, where they are words of a list. */
  readonly choices?: readonly string[];
  /** Another name of the value, by which conditions find it too. */
  readonly alias?: (record: RunRecord) => string;
  /** The value in a run, a fraction where people read percent; undefined where it has none, as a run that was never tested has no test error. */
  readonly read: (record: RunRecord) => number | string | undefined;
}

const statuses = ["running", "interrupted", "done", "failed"] as const satisfies readonly RunRecord["status"][];

/** Words of the run itself, in the order of the columns of `ls`. */
const recordWords: readonly RunWord[] = [
  { name: "experiment", kind: "text", read: ({ run }) => run.spec.experiment },
  { name: "id", kind: "text", read: ({ run }) => run.id },
  { name: "state", kind: "text", choices: statuses, read: ({ status }) => status },
  { name: "label", kind: "text", read: ({ run }) => run.spec.label },
  { name: "seed", kind: "number", read: ({ run }) => run.spec.seed },
  {
    name: "dataset",
    kind: "text",
    read: ({ run }) => run.datasetTitle,
    alias: ({ run }) => run.spec.sections.dataset.name,
  },
  { name: "iteration", kind: "number", read: reachedIteration },
  { name: "trainLoss", kind: "number", read: ({ metrics }) => metrics.at(-1)?.trainLoss },
  { name: "trainError", kind: "percent", read: ({ metrics }) => metrics.at(-1)?.trainError },
  { name: "testError", kind: "percent", read: lastTestError },
  { name: "engine", kind: "text", read: ({ run }) => run.provenance.engine.name },
  { name: "threads", kind: "number", read: ({ run }) => run.provenance.engine.threads },
  { name: "created", kind: "text", read: ({ run }) => run.provenance.createdAt },
  { name: "seconds", kind: "number", read: ({ done }) => done?.trainSeconds },
];

/** The test error of the last evaluation, a fraction. */
export function lastTestError({ metrics }: RunRecord): number | undefined {
  return metrics.findLast(({ testError }) => testError !== undefined)?.testError;
}

/** The keys that messages list, each once. */
export const recordWordNames: readonly string[] = recordWords.map(({ name }) => name);
export const specWordNames: readonly string[] = valuePaths.map(shortName);

/** The word of a name, or undefined where there is none. */
export function runWord(name: string): RunWord | undefined {
  const path = valuePaths.find((each) => each === name || shortName(each) === name);
  return recordWords.find((word) => word.name === name) ?? (path === undefined ? undefined : specWord(path));
}

function specWord(path: string): RunWord {
  const schema = schemaAt(path.split("."));
  const kind = schema?.type === "integer" || schema?.type === "number" ? "number" : "text";
  const read = ({ run }: RunRecord) => {
    const value = path
      .split(".")
      .reduce<unknown>(
        (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
        run.spec.sections,
      );
    if (value === undefined || typeof value === "number") return value;
    return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
  };
  return { name: path, kind, read };
}

/** The last key of a path; the whole path where that is the last key of another too, or a word of the run itself. */
function shortName(path: string): string {
  const last = path.slice(path.lastIndexOf(".") + 1);
  const shared = valuePaths.filter((other) => other.endsWith(`.${last}`)).length > 1;
  return shared || recordWords.some(({ name }) => name === last) ? path : last;
}
