import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeDirectory } from "../../src/system/make-directory.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "make-directory-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("making a directory", () => {
  it("creates the directories above it too, and returns the topmost", () => {
    expect(makeDirectory(join(folder, "a", "b", "c"))).toBe(join(folder, "a"));
    expect(existsSync(join(folder, "a", "b", "c"))).toBe(true);
  });

  it("leaves an existing directory alone", () => {
    mkdirSync(join(folder, "a"));
    expect(makeDirectory(join(folder, "a"))).toBeUndefined();
    expect(makeDirectory("/")).toBeUndefined();
  });

  it("fails where a file is in the way", () => {
    writeFileSync(join(folder, "a"), "");
    expect(() => makeDirectory(join(folder, "a"))).toThrow("EEXIST");
    expect(() => makeDirectory(join(folder, "a", "b"))).toThrow("ENOTDIR");
  });

  it.runIf(process.platform === "linux")("returns where a file system creates none, as in /proc", () => {
    expect(() => makeDirectory("/proc/resnet-exp/results")).toThrow("ENOENT");
  });
});
