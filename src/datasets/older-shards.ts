// The check whether a folder of images has changed since its shards were made. Runs read the shards, so a message says so.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { shellWord } from "../text/shell.ts";
import { listImageFolder } from "./image-folder.ts";
import { classPlaces, imagenetLayout, type Layout } from "./layout.ts";
import { isShardDirectory, type Manifest, preparedName } from "./shards.ts";

/**
 * The sentence about a changed folder; none if it has not changed.
 * @param beside a folder of images next to the shards, to look at if the folder that they were made from is gone
 */
export function olderThanFolder(shards: string, manifest: Manifest, beside: string | undefined): string[] {
  const made = manifest.folder;
  const layout = made?.layout ?? imagenetLayout;
  const folder = made && changedAt(made.path, layout) !== undefined ? made.path : beside;
  const changed = folder === undefined ? undefined : changedAt(folder, layout);
  // Listing 1.3 million files takes long, so it is done only if the dates of the folders leave a doubt.
  if (folder === undefined || changed === undefined || changed <= statSync(join(shards, "manifest.json")).mtimeMs)
    return [];
  if (made && digestOf(folder, layout) === made.digest) return [];
  return [
    `The images in ${folder} have changed since the shards in ${shards} were made. The shards are read, not the folder. ` +
      `To make new shards: rm -r ${shellWord(shards)}, then resnet-exp datasets prepare ${preparedName(shards)} with the same options.`,
  ];
}

/** The time of the last change of the folders of splits and classes, in milliseconds; undefined if there are none. */
function changedAt(folder: string, layout: Layout): number | undefined {
  try {
    const splits = classPlaces(layout).map((split) => join(folder, split));
    const classes = splits.flatMap((split) =>
      readdirSync(split, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() && !isShardDirectory(entry.name) ? join(split, entry.name) : [],
      ),
    );
    return Math.max(...[...splits, ...classes].map((path) => statSync(path).mtimeMs));
  } catch {
    return undefined;
  }
}

function digestOf(folder: string, layout: Layout): string | undefined {
  try {
    return listImageFolder(folder, { emptyClasses: "allow", layout }).digest;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
