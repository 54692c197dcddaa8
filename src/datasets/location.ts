// Where to look for data sets: the directory that the user names (--data, then RESNET_EXP_DATA), else the user's cache.
// If the user names a directory, only that one is searched: a typo in its name must not start a download.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { cacheDirectory } from "../system/cache.ts";
import { pathMeant } from "../system/path.ts";

/** The directory to search, as an absolute path, and the setting that it comes from ("the cache" if there is none). */
export interface Root {
  readonly path: string;
  readonly from: "--data" | "RESNET_EXP_DATA" | "the cache";
}

/** The directory that has, or will have, the data. */
export function dataRoot(data: string | undefined): Root {
  if (data !== undefined) return { path: resolve(pathMeant(data, "--data")), from: "--data" };
  const variable = process.env.RESNET_EXP_DATA;
  if (variable) return { path: resolve(pathMeant(variable, "RESNET_EXP_DATA")), from: "RESNET_EXP_DATA" };
  return { path: join(cacheDirectory(), "data"), from: "the cache" };
}

/** `root/name` or `root` itself: the first with at least one of the files. Undefined if neither has any. */
export function findDirectory(root: string, name: string, files: readonly string[]): string | undefined {
  return [join(root, name), root].find((directory) => files.some((file) => existsSync(join(directory, file))));
}
