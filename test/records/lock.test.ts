import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { type LockOwner, lockState, ownerElsewhere, releaseLock, takeLock, thisOwner } from "../../src/records/lock.ts";
import { temporaryDirectory } from "./sample-run.ts";

describe("the lock of a run", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = temporaryDirectory();
    path = join(folder, "lock");
  });
  const leave = (owner: LockOwner, at = path) => writeFileSync(at, JSON.stringify(owner));
  const other = (change: Partial<LockOwner> = {}): LockOwner => ({ ...thisOwner(), nonce: randomUUID(), ...change });
  // A process with this process's pid that started at another time.
  const dead = () => other({ startTime: 1 });
  const holder = () => JSON.parse(readFileSync(path, "utf8")).nonce;

  it("is free, then held, then free", () => {
    expect(lockState(path)).toBe("free");
    const owner = takeLock(path);
    expect(lockState(path)).toBe("held");
    expect(readdirSync(folder)).toEqual(["lock"]);
    releaseLock(path, owner);
    expect(lockState(path)).toBe("free");
  });

  it("is refused while a living process holds it", () => {
    takeLock(path);
    expect(() => takeLock(path)).toThrow(
      expect.objectContaining({
        message: `Expected ${folder} to be free, got the lock of process ${process.pid}: ${path}.`,
        hints: ["Wait for it to end, or stop it; it writes a checkpoint first."],
      }),
    );
    expect(readdirSync(folder)).toEqual(["lock"]);
  });

  it("is refused where a broken link is in its place", () => {
    symlinkSync(join(folder, "nowhere"), path);
    expect(lockState(path)).toBe("unreadable");
    expect(() => takeLock(path)).toThrow(
      expect.objectContaining({
        message: `Expected ${path} to say who holds it, got a file that cannot be read as a lock.`,
        hints: [`If no resnet-exp is running there, delete ${path}.`],
      }),
    );
    expect(readdirSync(folder)).toEqual(["lock"]);
  });

  it("is taken over from a process that was killed", async () => {
    const child = spawn(process.execPath, ["-e", "process.stdout.write('up'); setInterval(() => {}, 1000)"]);
    await once(child.stdout, "data");
    const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
    leave(other({ pid: child.pid!, startTime: Number(stat.slice(stat.lastIndexOf(")")).split(" ")[20]) }));
    expect(lockState(path)).toBe("held");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(lockState(path)).toBe("stale");
    const owner = takeLock(path);
    expect(holder()).toBe(owner.nonce);
    expect(readdirSync(folder)).toEqual(["lock"]);
  });

  it("is taken over if its pid now belongs to a newer process", () => {
    leave(dead());
    expect(lockState(path)).toBe("stale");
    takeLock(path);
    expect(lockState(path)).toBe("held");
  });

  it("is recognised as held or stale even after the machine is renamed", () => {
    leave(other({ host: "before.example" }));
    expect(lockState(path)).toBe("held");
    leave(other({ host: "before.example", startTime: 1 }));
    expect(lockState(path)).toBe("stale");
  });

  it.each([
    ["another machine", { bootId: "of another machine", host: "elsewhere.example" }],
    ["a machine with the same name", { bootId: "of another machine" }],
    ["another container with the same process ids", { pidNamespace: "pid:[1]" }],
  ] as const)("is not taken from %s, and the error says who holds it, where, and what to do", (_place, change) => {
    leave(other({ ...change, pid: 42 }));
    expect(lockState(path)).toBe("elsewhere");
    const { host } = ownerElsewhere(path)!;
    expect(() => takeLock(path)).toThrow(
      expect.objectContaining({
        message: `Expected ${folder} to be free, got the lock of process 42 on ${host}: ${path}.`,
        hints: [
          "Wait for it to end, or stop it there. If you cannot reach it, delete the lock; the process then writes nothing more.",
        ],
      }),
    );
  });

  it("is taken from a process elsewhere that is known to be gone or has given no sign of life for a long time", () => {
    const owner = other({ bootId: "of another machine" });
    leave(owner);
    takeLock(path, thisOwner(), owner.nonce);
    leave(owner);
    utimesSync(path, 0, 0);
    expect(lockState(path)).toBe("stale");
    takeLock(path);
    expect(lockState(path)).toBe("held");
  });

  it("is not taken if it cannot be read, and the error says how to remove it", () => {
    writeFileSync(path, "");
    expect(lockState(path)).toBe("unreadable");
    expect(() => takeLock(path)).toThrow(
      expect.objectContaining({
        message: `Expected ${path} to say who holds it, got a file that cannot be read as a lock.`,
        hints: [`If no resnet-exp is running there, delete ${path}.`],
      }),
    );
  });

  it("goes to only one of two processes that find the same dead owner: the second is refused", () => {
    const gone = dead();
    leave(gone);
    leave(other(), join(folder, `lock.${gone.nonce}`));
    expect(() => takeLock(path)).toThrow(UserError);
    expect(holder()).toBe(gone.nonce);
  });

  it("is taken over even if several processes died while they took it over", () => {
    const gone = dead();
    const first = dead();
    const second = dead();
    leave(gone);
    leave(first, join(folder, `lock.${gone.nonce}`));
    leave(second, join(folder, `lock.${first.nonce}`));
    const owner = takeLock(path);
    expect(holder()).toBe(owner.nonce);
    expect(readdirSync(folder)).toEqual(["lock"]);
  });

  it("is not released by a process that no longer holds it", () => {
    const owner = takeLock(path);
    const next = other();
    leave(next);
    releaseLock(path, owner);
    expect(holder()).toBe(next.nonce);
  });

  it("names its owner's machine, boot, process namespace and start time", () => {
    const owner = takeLock(path);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(owner);
    expect(owner).toMatchObject({ pid: process.pid, host: hostname() });
  });
});
