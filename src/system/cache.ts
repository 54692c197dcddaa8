// Where the program keeps what can be fetched again: data sets and engines.
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** RESNET_EXP_CACHE, else resnet-exp under XDG_CACHE_HOME, ~/Library/Caches (macOS) or ~/.cache. */
export function cacheDirectory(): string {
  if (process.env.RESNET_EXP_CACHE) return resolve(process.env.RESNET_EXP_CACHE);
  if (process.env.XDG_CACHE_HOME) return resolve(process.env.XDG_CACHE_HOME, "resnet-exp");
  return join(homedir(), process.platform === "darwin" ? "Library/Caches" : ".cache", "resnet-exp");
}
