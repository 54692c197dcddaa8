// The directory of things that can be fetched or measured again: data sets, engines, calibrations. If it cannot be
// written, only downloads fail.
import { lstatSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { homeDirectory, pathMeant } from "./path.ts";

/**
 * RESNET_EXP_CACHE, else resnet-exp under XDG_CACHE_HOME, ~/Library/Caches (macOS) or ~/.cache. A user without a home
 * directory gets a private directory beside the temporary files.
 * @throws UserError where RESNET_EXP_CACHE is not a path, or the private directory belongs to another user
 */
export function cacheDirectory(): string {
  const { RESNET_EXP_CACHE, XDG_CACHE_HOME } = process.env;
  if (RESNET_EXP_CACHE) return resolve(pathMeant(RESNET_EXP_CACHE, "RESNET_EXP_CACHE"));
  if (XDG_CACHE_HOME) return resolve(pathMeant(XDG_CACHE_HOME, "XDG_CACHE_HOME"), "resnet-exp");
  const home = homeDirectory();
  if (home === undefined) return temporaryCache();
  return join(home, process.platform === "darwin" ? "Library/Caches" : ".cache", "resnet-exp");
}

/** Engines are loaded from the cache, so it must not belong to another user. */
function temporaryCache(): string {
  const user = process.getuid?.() ?? 0;
  const path = join(tmpdir(), `resnet-exp-${user}`);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || (found.isDirectory() && found.uid === user)) return path;
  throw new UserError(`Expected ${path}, the cache of a user without a home directory, to be that user's directory.`, [
    "Set RESNET_EXP_CACHE to another directory.",
  ]);
}
