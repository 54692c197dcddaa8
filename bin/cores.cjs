// The processor time that the control groups of this process allow, as a container's `--cpus` sets it. CommonJS, because the
// program's entry needs it before anything else is loaded.
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const ownFiles = { groups: "/proc/self/cgroup", mount: "/sys/fs/cgroup" };

/** The cores that the control groups allow, possibly a fraction; undefined where they set no limit. */
function coreQuota(files = ownFiles) {
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
function quotasAbove(mount, group, quotaOf) {
  const directories = [mount];
  for (let path = join("/", group); path !== "/"; path = dirname(path)) directories.push(join(mount, path));
  return directories.flatMap((directory) => quotaOf(directory) ?? []);
}

/** Version 2: "200000 100000", or "max 100000" where there is no limit. */
function unifiedQuota(directory) {
  const [quota, period] = (read(join(directory, "cpu.max")) ?? "").trim().split(" ");
  return ratio(quota, period);
}

/** Version 1, where −1 means no limit. */
function separateQuota(directory) {
  return ratio(read(join(directory, "cpu.cfs_quota_us")), read(join(directory, "cpu.cfs_period_us")));
}

function ratio(quota, period) {
  const cores = Number(quota) / Number(period);
  return cores > 0 && Number.isFinite(cores) ? cores : undefined;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Other systems have no such file.
    return undefined;
  }
}

module.exports = { coreQuota };
