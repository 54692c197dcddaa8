// Options for Slurm: --slurm KEY=VALUE becomes sbatch's --KEY=VALUE. Any option that the cluster knows is allowed.
import type { Experiment } from "../config/load.ts";
import { UserError } from "../errors.ts";

/** Options of sbatch that only this program may set, because they decide how the runs are distributed. */
const own = [
  ...["array", "output", "error", "open-mode", "job-name", "dependency", "requeue", "no-requeue", "wrap"],
  ...["parsable", "wait", "test-only", "chdir"],
];

/** Options that ask for GPUs. The job that makes the report does not need them. */
const ofGpus = /^(gres|gpus|gpus-per-|gpu-|cpus-per-gpu|mem-per-gpu|tres-per-)/;

/** The arguments for sbatch, in order. @throws UserError for a word that is not an option, or one that the program sets */
export function sbatchOptions(words: readonly string[]): string[] {
  return words.map((word) => {
    const [, key = "", value] = /^([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (key === "") {
      throw new UserError(`Expected --slurm KEY=VALUE, where KEY is an option of sbatch, got ${word}.`, [
        "For example --slurm partition=gpu, --slurm gres=gpu:1 or --slurm time=4:00:00.",
      ]);
    }
    if (own.includes(key)) {
      throw new UserError(`Expected --slurm without ${key}, which resnet-exp sets itself, got ${word}.`, [
        "--jobs N trains at most N runs at once.",
      ]);
    }
    return value === undefined ? `--${key}` : `--${key}=${value}`;
  });
}

/** The options of the experiment file, then those that were typed: sbatch uses the last value of a repeated option. */
export function wantedOf({ document: { slurm = {} } }: Experiment, typed: readonly string[]): string[] {
  return sbatchOptions([...Object.entries(slurm).map(([key, value]) => `${key}=${value}`), ...typed]);
}

/** The options for a job that needs no GPU. */
export function withoutGpus(options: readonly string[]): string[] {
  return options.filter((option) => !ofGpus.test(option.slice(2)));
}

/** The value of an option; undefined where it was not given. */
export function optionValue(options: readonly string[], key: string): string | undefined {
  return options.findLast((option) => option.startsWith(`--${key}=`))?.slice(key.length + 3);
}
