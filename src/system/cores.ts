// How many cores this process may use: the cores it may run on, or fewer if its control group limits processor time, as
// a container's `--cpus` does.
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";

/** Where the kernel describes control groups. Tests pass other files. */
export interface ControlGroupFiles {
  /** Lists the groups of this process, one line for each hierarchy: "0::/user.slice" or "4:cpu,cpuacct:/docker/1f0a". */
  readonly groups: string;
  /** The directory under which the hierarchies are mounted. */
  readonly mount: string;
}

interface Cores {
  /** The cores that the control groups allow, possibly a fraction; undefined where they set no limit. */
  coreQuota(files?: ControlGroupFiles): number | undefined;
}

// It is CommonJS because the program's entry needs it before it loads anything else, for the size of libuv's thread pool.
export const { coreQuota } = createRequire(import.meta.url)("../../bin/cores.cjs") as Cores;

/** Whole cores, at least 1. More threads than that would only wait for each other. */
export function availableCores(files?: ControlGroupFiles): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(coreQuota(files) ?? Number.POSITIVE_INFINITY)));
}
