// The keys of `ls --where` and `ls --sort`: the columns of `ls`, and paths of experiment files. A path's last key is enough
// if no other path ends in it.
import { schemaAt, valuePaths } from "../../config/vocabulary.ts";
import { type RunRecord, reachedIteration } from "../../records/record.ts";

/** A key: its name, and the kind of value that it stands for. */
export interface RunWord {
  readonly name: string;
  readonly kind: "number" | "percent" | "text";
  /** All possible values, if they are words from a list. */
  readonly choices?: readonly string[];
  /** Another name of the value, which conditions accept too. */
  readonly alias?: (record: RunRecord) => string;
  /** The value in a run; of kind percent, a fraction. Undefined if a run has none, such as a test error before a test. */
  readonly read: (record: RunRecord) => number | string | undefined;
}

const statuses = ["running", "interrupted", "done", "failed"] as const satisfies readonly RunRecord["status"][];

/** The keys of the run itself, in the order of the columns of `ls`. */
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

/** The key with a name; undefined where there is none. */
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

/** The last key of a path; the whole path if another path ends in the same key, or a key of the run itself has that name. */
function shortName(path: string): string {
  const last = path.slice(path.lastIndexOf(".") + 1);
  const shared = valuePaths.filter((other) => other.endsWith(`.${last}`)).length > 1;
  return shared || recordWords.some(({ name }) => name === last) ? path : last;
}
