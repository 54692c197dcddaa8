import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type LockOwner, thisOwner } from "../../src/records/lock.ts";
import { goneHolder } from "../../src/records/sign-of-life.ts";
import { temporaryDirectory } from "./sample-run.ts";

describe("a holder that cannot be seen from here", () => {
  let path: string;
  let owner: LockOwner;
  const watched: string[] = [];
  const onWatch = ({ host }: LockOwner, seconds: number) => watched.push(`${host} for ${seconds} s`);
  beforeEach(() => {
    path = join(temporaryDirectory(), "lock");
    owner = { ...thisOwner(), bootId: "of another machine", host: "elsewhere.example" };
    writeFileSync(path, JSON.stringify(owner));
    watched.length = 0;
  });

  it("is gone if its lock does not change, and the waiting process learns its name", async () => {
    expect(await goneHolder(path, { onWatch, seconds: 0.05 })).toBe(owner.nonce);
    expect(watched).toEqual(["elsewhere.example for 0.05 s"]);
  });

  it.each([
    ["writes its lock again", () => rewrite()],
    ["releases it", () => renameSync(path, `${path}.away`)],
    ["loses it to another process", () => writeFileSync(`${path}.new`, "") ?? renameSync(`${path}.new`, path)],
  ])("is not gone if it %s meanwhile", async (_what, act) => {
    const seconds = 600;
    expect(await goneHolder(path, { onWatch: () => setImmediate(act), seconds, pauseMilliseconds: 5 })).toBeUndefined();
  });

  it("is no longer watched after a signal asks for an end", async () => {
    const signal = AbortSignal.abort();
    expect(await goneHolder(path, { onWatch, signal, seconds: 600 })).toBeUndefined();
  });

  it("is not watched if the lock belongs to this machine, or there is no lock", async () => {
    writeFileSync(path, JSON.stringify(thisOwner()));
    expect(await goneHolder(path, { onWatch, seconds: 600 })).toBeUndefined();
    renameSync(path, `${path}.away`);
    expect(await goneHolder(path, { onWatch, seconds: 600 })).toBeUndefined();
    expect(watched).toEqual([]);
  });

  function rewrite(): void {
    const bytes = readFileSync(path);
    const file = openSync(path, "r+");
    writeSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
  }
});
