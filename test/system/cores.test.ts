// The cores that a process may use, with files of control groups in the kernel's layout.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { availableCores, coreQuota } from "../../src/system/cores.ts";
import { temporaryDirectory } from "../helpers/program.ts";

/** Files laid out like /proc/self/cgroup and /sys/fs/cgroup. */
function controlGroups(groups: string, files: Readonly<Record<string, string>>) {
  const root = temporaryDirectory();
  for (const [path, text] of Object.entries({ groups, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { groups: join(root, "groups"), mount: root };
}

describe("the quota of control groups", () => {
  it.each([
    ["version 2, in a container", "0::/\n", { "cpu.max": "150000 100000\n" }, 1.5],
    ["version 2, nested", "0::/a/b\n", { "a/b/cpu.max": "max 100000\n", "a/cpu.max": "200000 100000\n" }, 2],
    [
      "the smallest of several nested groups",
      "0::/a/b\n",
      { "a/b/cpu.max": "400000 100000\n", "a/cpu.max": "50000 100000\n" },
      0.5,
    ],
    [
      "version 1",
      "5:memory:/x\n4:cpu,cpuacct:/x\n",
      { "cpu,cpuacct/x/cpu.cfs_quota_us": "300000\n", "cpu,cpuacct/x/cpu.cfs_period_us": "100000\n" },
      3,
    ],
    [
      "version 1 in a container, where the path is the machine's",
      "4:cpu:/docker/1f0a\n",
      { "cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "50000\n" },
      2,
    ],
  ] as const)("is read from %s", (_, groups, files, cores) => {
    expect(coreQuota(controlGroups(groups, files))).toBe(cores);
  });

  it.each([
    ["none is set", "0::/\n", { "cpu.max": "max 100000\n" }],
    ["version 1 says −1", "4:cpu:/\n", { "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n" }],
    ["the files are empty", "0::/\n", { "cpu.max": "" }],
    ["there are no groups", "", {}],
  ] as const)("sets no limit where %s", (_, groups, files) => {
    expect(coreQuota(controlGroups(groups, files))).toBeUndefined();
  });

  it("limits the number of cores, but leaves at least one", () => {
    const cores = (max: string) => availableCores(controlGroups("0::/\n", { "cpu.max": max }));
    expect(cores("1000 100000")).toBe(1);
    expect(cores("100000 100000")).toBe(1);
    expect(cores("99999900000 100000")).toBe(availableParallelism());
  });

  it("that cannot be read does not limit the cores", () => {
    expect(availableCores({ groups: "/nowhere", mount: "/nowhere" })).toBe(availableParallelism());
  });
});
