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
  it("makes those above it too, and says which was the uppermost", () => {
    expect(makeDirectory(join(folder, "a", "b", "c"))).toBe(join(folder, "a"));
    expect(existsSync(join(folder, "a", "b", "c"))).toBe(true);
  });

  it("leaves one that is there", () => {
    mkdirSync(join(folder, "a"));
    expect(makeDirectory(join(folder, "a"))).toBeUndefined();
    expect(makeDirectory("/")).toBeUndefined();
  });

  it("fails where a file is in the way", () => {
    writeFileSync(join(folder, "a"), "");
    expect(() => makeDirectory(join(folder, "a"))).toThrow("EEXIST");
    expect(() => makeDirectory(join(folder, "a", "b"))).toThrow("ENOTDIR");
  });

  it.runIf(process.platform === "linux")("ends where a file system makes none, as /proc", () => {
    expect(() => makeDirectory("/proc/resnet-exp/results")).toThrow("ENOENT");
  });
});
