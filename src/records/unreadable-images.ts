// unreadable-images.jsonl of a run directory: images of the data set that could not be decoded, one JSON object a line.
// Instead of each of them the run used the next image of the split, so the list belongs to the record.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errorCode, errorMessage } from "../errors.ts";
import { writeFileAtomically } from "../system/atomic-file.ts";
import { DamageError } from "./run-files.ts";

const imageSchema = z.looseObject({
  /** Its path within the data set. */
  name: z.string(),
  reason: z.string(),
});

export type UnreadableImage = z.infer<typeof imageSchema>;

const fileName = "unreadable-images.jsonl";

/** Adds an image unless its name is listed. @throws UserError if it cannot be written, DamageError if the list is damaged */
export function addUnreadableImage(runPath: string, image: UnreadableImage): void {
  const images = readUnreadableImages(runPath);
  if (images.some(({ name }) => name === image.name)) return;
  const lines = [...images, image].map((each) => `${JSON.stringify(each)}\n`);
  writeFileAtomically(join(runPath, fileName), lines.join(""));
}

/** The images so far; none where there is no list. @throws DamageError where it is damaged */
export function readUnreadableImages(runPath: string): UnreadableImage[] {
  const path = join(runPath, fileName);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw damaged(path, errorMessage(error));
  }
  try {
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => imageSchema.parse(JSON.parse(line)));
  } catch {
    throw damaged(path, "a damaged line");
  }
}

function damaged(path: string, got: string): DamageError {
  return new DamageError(`Expected ${path} to be a list of images that could not be decoded, got ${got}.`, [
    `Delete ${path}; the run does not need it.`,
  ]);
}
