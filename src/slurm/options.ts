// What a user asks of Slurm: --slurm KEY=VALUE becomes --KEY=VALUE of sbatch, whatever the cluster knows.
import type { Experiment } from "../config/load.ts";
import { UserError } from "../errors.ts";

/** Options of sbatch that decide how runs are handed out, and so are the program's own. */
const own = [
  ...["array", "output", "error", "open-mode", "job-name", "dependency", "requeue", "no-requeue", "wrap"],
  ...["parsable", "wait", "test-only", "chdir"],
];

/** Options for a GPU, which the job that makes the report does without. */
const ofGpus = /^(gres|gpus|gpus-per-|gpu-|cpus-per-gpu|mem-per-gpu|tres-per-)/;

/** The arguments of sbatch, in order. @throws UserError for what is no option, and for one that is the program's own */
export function sbatchOptions(words: readonly string[]): string[] {
  return words.map((word) => {
    const [, key = "", value] = /^([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (key === "") {
      throw new UserError(`Expected --slurm KEY=VALUE with an option of sbatch as KEY, got ${word}.`, [
        "For example --slurm partition=gpu, --slurm gres=gpu:1 or --slurm time=4:00:00.",
      ]);
    }
    if (own.includes(key)) {
      throw new UserError(`Expected --slurm to leave ${key} to resnet-exp, got ${word}.`, [
        "--jobs N trains at most N runs at once.",
      ]);
    }
    return value === undefined ? `--${key}` : `--${key}=${value}`;
  });
}

/** What an experiment file asks for, and behind it what was typed: of an option that is given twice sbatch takes the last. */
export function wantedOf({ document: { slurm = {} } }: Experiment, typed: readonly string[]): string[] {
  return sbatchOptions([...Object.entries(slurm).map(([key, value]) => `${key}=${value}`), ...typed]);
}

/** Those of a job that needs no GPU. */
export function withoutGpus(options: readonly string[]): string[] {
  return options.filter((option) => !ofGpus.test(option.slice(2)));
}

/** The value of an option, where it was given. */
export function optionValue(options: readonly string[], key: string): string | undefined {
  return options.findLast((option) => option.startsWith(`--${key}=`))?.slice(key.length + 3);
}
