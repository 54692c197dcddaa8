import { chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { thisOwner } from "../../src/records/lock.ts";
import { fakeCommand, fakeSlurm, queueRow as row } from "./fake-slurm.ts";

let directory: string;
let isGone: typeof import("../../src/slurm/holder.ts").isGone;
const program = (name: string, output: string) => fakeCommand(directory, name, output);

beforeEach(async () => {
  const scontrol = "ClusterName             = test\nMaxArraySize            = 1001";
  ({ directory } = fakeSlurm({ scontrol }));
  // An answer of squeue is used again for some seconds.
  vi.resetModules();
  ({ isGone } = await import("../../src/slurm/holder.ts"));
});

describe("the holder of a lock, by this user's queue", () => {
  const owner = { ...thisOwner(), batch: { cluster: "test", job: "46_1", restart: 0 } };
  const lock = () => {
    const path = join(directory, "lock");
    writeFileSync(path, JSON.stringify(owner));
    return path;
  };

  it("is there while its task runs, and gone when the task was started again", async () => {
    program("squeue", row("46", "1", "47", "RUNNING", "None", "n1", "0", "resnet-exp-0123abcd"));
    expect(await isGone(owner, lock())).toBe(false);
    expect(await isGone({ ...owner, batch: { ...owner.batch, restart: -1 } }, lock())).toBe(true);
  });

  it("is gone when its task is not in the queue any more", async () => {
    program("squeue", "");
    expect(await isGone(owner, lock())).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)(
    "is unknown if the lock is another user's, whose tasks are not shown",
    async () => {
      program("squeue", "");
      const path = lock();
      chownSync(path, 12_345, 12_345);
      expect(await isGone(owner, path)).toBeUndefined();
    },
  );

  it("is unknown on another cluster", async () => {
    program("squeue", "");
    expect(await isGone({ ...owner, batch: { ...owner.batch, cluster: "other" } }, lock())).toBeUndefined();
  });
});
