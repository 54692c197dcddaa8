// Options for Slurm: --slurm KEY=VALUE becomes sbatch's --KEY=VALUE. Any option that the cluster knows is allowed.
import type { Experiment } from "../config/load.ts";
import { UserError } from "../errors.ts";

/** Options of sbatch that only this program may set, because they decide how the runs are distributed. */
const own = [
  ...["array", "output", "error", "open-mode", "job-name", "dependency", "requeue", "no-requeue", "wrap"],
  ...["parsable", "wait", "test-only", "chdir"],
];

/** The environment variables for the same options, which would count where this program does not set the option. */
export const ownVariables = [
  ...["SBATCH_ARRAY_INX", "SBATCH_OUTPUT", "SBATCH_ERROR", "SBATCH_OPEN_MODE", "SBATCH_JOB_NAME"],
  ...["SBATCH_REQUEUE", "SBATCH_NO_REQUEUE", "SBATCH_WAIT"],
];

/** Options that ask for GPUs, and a hold. The job that makes the report needs neither. */
const notOfReport = /^(gres|gpus|gpus-per-|gpu-|cpus-per-gpu|mem-per-gpu|tres-per-|hold$)/;

/** The environment variables that ask for GPUs. */
export const gpuVariables = /^SBATCH_(GRES|GPUS?|CPUS_PER_GPU|MEM_PER_GPU)(_|$)/;

/** The arguments for sbatch, in order. @throws UserError for a word that is not an option, or one that the program sets */
export function sbatchOptions(words: readonly string[]): string[] {
  return words.map((word) => {
    const [, key = "", value] = /^([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (key === "") {
      throw new UserError(`Expected --slurm KEY=VALUE, where KEY is an option of sbatch, got ${word}.`, [
        "For example --slurm partition=gpu, --slurm gres=gpu:1 or --slurm time=4:00:00.",
      ]);
    }
    if ("clusters".startsWith(key) && key.length > 1) throw otherCluster(word);
    // sbatch also accepts the first letters of an option.
    if (own.some((each) => each.startsWith(key))) {
      throw new UserError(`Expected --slurm without ${key}, which resnet-exp sets itself, got ${word}.`, [
        "--jobs N trains at most N runs at once.",
      ]);
    }
    return value === undefined ? `--${key}` : `--${key}=${value}`;
  });
}

/** squeue would not see the tasks, and everything would be submitted twice. */
function otherCluster(words: string): UserError {
  return new UserError(`Expected the runs to be for the cluster of this login node, got ${words}.`, [
    "Log in to the other cluster, and type the same command there without it.",
  ]);
}

/** The options of the experiment file, then those that were typed: sbatch uses the last value of a repeated option. */
export function wantedOf({ document: { slurm = {} } }: Experiment, typed: readonly string[]): string[] {
  const { SBATCH_CLUSTERS: clusters } = process.env;
  if (clusters) throw otherCluster(`SBATCH_CLUSTERS=${clusters}`);
  return sbatchOptions([...Object.entries(slurm).map(([key, value]) => `${key}=${value}`), ...typed]);
}

/** The options for the job that makes the report. */
export function reportOptions(options: readonly string[]): string[] {
  return options.filter((option) => !notOfReport.test(option.slice(2)));
}

/** The value of an option; undefined where it was not given. */
export function optionValue(options: readonly string[], key: string): string | undefined {
  return options.findLast((option) => option.startsWith(`--${key}=`))?.slice(key.length + 3);
}

/** The time limit that was asked for, in the options or in the user's default; undefined where the partition decides. */
export function timeLimit(options: readonly string[], env: NodeJS.ProcessEnv = process.env): string | undefined {
  return optionValue(options, "time") ?? env["SBATCH_TIMELIMIT"];
}

/** The seconds of a time limit as Slurm reads it: "90", "90:00", "4:00:00", "2-12", "2-12:30:00"; undefined for others. */
export function limitSeconds(limit: string): number | undefined {
  const [, days, time = ""] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(limit) ?? [];
  const parts = time.split(":").map(Number);
  if (time === "") return undefined;
  // After days the first number is hours; otherwise one number is minutes, and two are minutes and seconds.
  const inOrder = days === undefined && parts.length < 3 ? [0, ...parts] : parts;
  const [hours = 0, minutes = 0, seconds = 0] = inOrder;
  const total = ((Number(days ?? 0) * 24 + hours) * 60 + minutes) * 60 + seconds;
  return total > 0 ? total : undefined;
}
