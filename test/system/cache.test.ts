// Where the cache is, depending on the environment.
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheDirectory } from "../../src/system/cache.ts";
import { makeTemporaryDirectory } from "../../src/system/temporary-directory.ts";
import { temporaryDirectory } from "../helpers/program.ts";

let temporary: string;
beforeEach(() => {
  temporary = temporaryDirectory();
  for (const name of ["RESNET_EXP_CACHE", "XDG_CACHE_HOME"]) vi.stubEnv(name, undefined);
  vi.stubEnv("TMPDIR", temporary);
});
afterEach(() => vi.unstubAllEnvs());

describe("the cache", () => {
  it("is where RESNET_EXP_CACHE says; ~ means the home directory", () => {
    vi.stubEnv("XDG_CACHE_HOME", "/xdg");
    expect(cacheDirectory()).toBe("/xdg/resnet-exp");
    vi.stubEnv("RESNET_EXP_CACHE", "~/cache");
    expect(cacheDirectory()).toBe(join(homedir(), "cache"));
  });

  it.runIf(process.platform === "linux")("is under the home directory", () => {
    expect(cacheDirectory()).toBe(join(homedir(), ".cache/resnet-exp"));
  });

  it("is a private directory beside the temporary files for a user without a home directory", () => {
    vi.stubEnv("HOME", "nowhere");
    const path = join(temporary, `resnet-exp-${process.getuid?.()}`);
    expect(cacheDirectory()).toBe(path);
    mkdirSync(path);
    expect(cacheDirectory()).toBe(path);
  });

  it("is never one that another user may have put there", () => {
    vi.stubEnv("HOME", "nowhere");
    const path = join(temporary, `resnet-exp-${process.getuid?.()}`);
    symlinkSync(temporaryDirectory(), path);
    expect(cacheDirectory).toThrow(`Expected ${path}, the cache of a user without a home directory, to be that user's`);
  });
});

it("a temporary directory is made elsewhere if TMPDIR cannot be written", () => {
  vi.stubEnv("TMPDIR", "/proc/nowhere");
  vi.stubEnv("RESNET_EXP_CACHE", temporary);
  const made = makeTemporaryDirectory();
  rmSync(made, { recursive: true });
  expect(made).toMatch(/^(\/tmp|\/var\/tmp|.*)\/resnet-exp-\w{6}$/);
});
