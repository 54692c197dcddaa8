// Where the program keeps what can be fetched or measured again: data sets, engines, calibrations. Nothing but a download
// fails for want of it.
import { lstatSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { homeDirectory, pathMeant } from "./path.ts";

/**
 * RESNET_EXP_CACHE, else resnet-exp under XDG_CACHE_HOME, ~/Library/Caches (macOS) or ~/.cache; for a user without a home
 * directory a directory of that user's among the temporary ones.
 * @throws UserError where RESNET_EXP_CACHE is no path, or the temporary directory is another user's
 */
export function cacheDirectory(): string {
  const { RESNET_EXP_CACHE, XDG_CACHE_HOME } = process.env;
  if (RESNET_EXP_CACHE) return resolve(pathMeant(RESNET_EXP_CACHE, "RESNET_EXP_CACHE"));
  if (XDG_CACHE_HOME) return resolve(pathMeant(XDG_CACHE_HOME, "XDG_CACHE_HOME"), "resnet-exp");
  const home = homeDirectory();
  if (home === undefined) return temporaryCache();
  return join(home, process.platform === "darwin" ? "Library/Caches" : ".cache", "resnet-exp");
}

/** Engines are loaded from the cache, so that another user must not have made it. */
function temporaryCache(): string {
  const user = process.getuid?.() ?? 0;
  const path = join(tmpdir(), `resnet-exp-${user}`);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || (found.isDirectory() && found.uid === user)) return path;
  throw new UserError(`Expected ${path}, the cache of a user without a home directory, to be that user's directory.`, [
    "Set RESNET_EXP_CACHE to another directory.",
  ]);
}
