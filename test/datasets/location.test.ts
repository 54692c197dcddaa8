import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { dataRoot, findDirectory } from "../../src/datasets/location.ts";
import { cacheDirectory } from "../../src/system/cache.ts";
import { temporaryDirectory, write } from "./fixtures.ts";

beforeEach(() => {
  for (const name of ["RESNET_EXP_DATA", "RESNET_EXP_CACHE", "XDG_CACHE_HOME"]) vi.stubEnv(name, "");
});

describe("the data directory", () => {
  it("is --data, else RESNET_EXP_DATA, else data/ in the cache", () => {
    vi.stubEnv("RESNET_EXP_CACHE", "/c");
    expect(dataRoot(undefined)).toEqual({ path: resolve("/c/data"), from: "the cache" });
    vi.stubEnv("RESNET_EXP_DATA", "/d");
    expect(dataRoot(undefined)).toEqual({ path: resolve("/d"), from: "RESNET_EXP_DATA" });
    expect(dataRoot("e")).toEqual({ path: resolve("e"), from: "--data" });
  });

  it("is its subdirectory with the data set's name if that has a file, else the directory itself", () => {
    const root = temporaryDirectory();
    expect(findDirectory(root, "set", ["a", "b"])).toBeUndefined();
    write(join(root, "b"), "");
    expect(findDirectory(root, "set", ["a", "b"])).toBe(root);
    write(join(root, "set", "a"), "");
    expect(findDirectory(root, "set", ["a", "b"])).toBe(join(root, "set"));
  });
});

describe("the cache", () => {
  it("is RESNET_EXP_CACHE, else resnet-exp in XDG_CACHE_HOME, else in the user's own cache", () => {
    expect(cacheDirectory()).toBe(
      join(homedir(), process.platform === "darwin" ? "Library/Caches/resnet-exp" : ".cache/resnet-exp"),
    );
    vi.stubEnv("XDG_CACHE_HOME", "/x");
    expect(cacheDirectory()).toBe(resolve("/x/resnet-exp"));
    vi.stubEnv("RESNET_EXP_CACHE", "/c");
    expect(cacheDirectory()).toBe(resolve("/c"));
  });
});
