// How many cores this process may use: the cores it may run on, or fewer if its control group limits processor time, as
// a container's `--cpus` does.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

/** Where the kernel describes control groups. Tests pass other files. */
export interface ControlGroupFiles {
  /** Lists the groups of this process, one line for each hierarchy: "0::/user.slice" or "4:cpu,cpuacct:/docker/1f0a". */
  readonly groups: string;
  /** The directory under which the hierarchies are mounted. */
  readonly mount: string;
}

const ownFiles: ControlGroupFiles = { groups: "/proc/self/cgroup", mount: "/sys/fs/cgroup" };

/** Whole cores, at least 1. More threads than that would only wait for each other. */
export function availableCores(files: ControlGroupFiles = ownFiles): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(coreQuota(files) ?? Number.POSITIVE_INFINITY)));
}

/** The cores that the control groups allow, possibly a fraction; undefined where they set no limit. */
export function coreQuota(files: ControlGroupFiles = ownFiles): number | undefined {
  const quotas = (read(files.groups) ?? "").split("\n").flatMap((line) => {
    const [, , controllers, group] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || group === undefined) return [];
    if (controllers === "") return quotasAbove(files.mount, group, unifiedQuota);
    return controllers.split(",").includes("cpu")
      ? [controllers, "cpu"].flatMap((folder) => quotasAbove(join(files.mount, folder), group, separateQuota))
      : [];
  });
  return quotas.length > 0 ? Math.min(...quotas) : undefined;
}

/**
 * The quotas of a group and of all groups above it: each limits the groups inside it. In a container the mount is often
 * the container's own group, while the path still starts at the machine's root. Then only the mount itself exists.
 */
function quotasAbove(mount: string, group: string, quotaOf: (directory: string) => number | undefined): number[] {
  const directories = [mount];
  for (let path = join("/", group); path !== "/"; path = dirname(path)) directories.push(join(mount, path));
  return directories.flatMap((directory) => quotaOf(directory) ?? []);
}

/** Version 2: "200000 100000", or "max 100000" where there is no limit. */
function unifiedQuota(directory: string): number | undefined {
  const [quota, period] = (read(join(directory, "cpu.max")) ?? "").trim().split(" ");
  return ratio(quota, period);
}

/** Version 1, where −1 means no limit. */
function separateQuota(directory: string): number | undefined {
  return ratio(read(join(directory, "cpu.cfs_quota_us")), read(join(directory, "cpu.cfs_period_us")));
}

function ratio(quota: string | undefined, period: string | undefined): number | undefined {
  const cores = Number(quota) / Number(period);
  return cores > 0 && Number.isFinite(cores) ? cores : undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Other systems have no such file.
    return undefined;
  }
}
