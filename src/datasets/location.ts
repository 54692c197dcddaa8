// Where data sets are looked for: a directory the user gave (--data, then RESNET_EXP_DATA), else the user's cache.
// A directory that was given is the only one searched: a slip in its name must not start a download.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The directory to search, absolute, and what gave it ("the cache" where nothing did). */
export interface Root {
  readonly path: string;
  readonly from: "--data" | "RESNET_EXP_DATA" | "the cache";
}

/** The directory that holds, or will hold, the data. */
export function dataRoot(data: string | undefined): Root {
  if (data) return { path: resolve(data), from: "--data" };
  const variable = process.env.RESNET_EXP_DATA;
  if (variable) return { path: resolve(variable), from: "RESNET_EXP_DATA" };
  return { path: join(cacheDirectory(), "data"), from: "the cache" };
}

/** RESNET_EXP_CACHE, else resnet-exp under XDG_CACHE_HOME, ~/Library/Caches (macOS) or ~/.cache. */
export function cacheDirectory(): string {
  if (process.env.RESNET_EXP_CACHE) return resolve(process.env.RESNET_EXP_CACHE);
  if (process.env.XDG_CACHE_HOME) return resolve(process.env.XDG_CACHE_HOME, "resnet-exp");
  return join(homedir(), process.platform === "darwin" ? "Library/Caches" : ".cache", "resnet-exp");
}

/** `root/name` or `root` itself, the first that holds at least one of the files; undefined where neither does. */
export function findDirectory(root: string, name: string, files: readonly string[]): string | undefined {
  return [join(root, name), root].find((directory) => files.some((file) => existsSync(join(directory, file))));
}
