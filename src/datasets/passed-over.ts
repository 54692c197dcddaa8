// The files in a folder of images that are not read: their counts by kind, the first few names, and the sentences about
// them. No file is passed over silently.
import { errorCode } from "../errors.ts";
import { listed } from "../text/listing.ts";

/**
 * The words for a kind of entry, singular and plural, and whether it may be a lost image. Then `datasets verify`
 * complains.
 */
const kinds = {
  ending: [
    "image with an ending that the program does not read",
    "images with an ending that the program does not read",
    true,
  ],
  encoding: ["name that is not UTF-8", "names that are not UTF-8", true],
  denied: ["file or folder without read permission", "files or folders without read permission", true],
  nowhere: ["link that leads nowhere", "links that lead nowhere", true],
  again: ["link to a folder that was read before", "links to folders that were read before", true],
  special: ["image that is not a file", "images that are not files", true],
  outside: ["image outside the class folders", "images outside the class folders", true],
  archive: ["packed archive", "packed archives", true],
  system: ["folder of an operating system", "folders of an operating system", false],
  hidden: ["hidden file or folder", "hidden files or folders", false],
  other: ["file that is not an image", "files that are not images", false],
} as const satisfies Record<string, readonly [one: string, many: string, mayBeImages: boolean]>;
export type Kind = keyof typeof kinds;

const named = 3;

/** The number of entries of each kind, and the paths of the first few within the folder. */
export type PassedOver = Map<Kind, { count: number; first: string[] }>;

export function passOver(passedOver: PassedOver, kind: Kind, path: string): void {
  const entry = passedOver.get(kind) ?? { count: 0, first: [] };
  entry.count++;
  if (entry.first.length < named) entry.first.push(path);
  passedOver.set(kind, entry);
}

/** Adds the counts of `from`. */
export function addPassedOver(to: PassedOver, from: PassedOver): void {
  for (const [kind, { count, first }] of from) {
    const entry = to.get(kind) ?? { count: 0, first: [] };
    to.set(kind, { count: entry.count + count, first: [...entry.first, ...first].slice(0, named) });
  }
}

/** A sentence for each kind: problems, which may be lost images, and notes. */
export function passedOverSentences(passedOver: PassedOver): { problems: string[]; notes: string[] } {
  const sentences = { problems: [] as string[], notes: [] as string[] };
  for (const kind of Object.keys(kinds) as Kind[]) {
    const entry = passedOver.get(kind);
    if (!entry) continue;
    const [one, many, mayBeImages] = kinds[kind];
    const words = `${count(entry.count)} ${entry.count === 1 ? one : many}`;
    sentences[mayBeImages ? "problems" : "notes"].push(`Passed over ${words}: ${listed(entry.first, entry.count)}.`);
  }
  return sentences;
}

/** The kind of an entry that cannot be looked at. */
export function kindOfFailure(error: unknown): Kind {
  return ["ENOENT", "ELOOP", "ENOTDIR"].includes(errorCode(error) ?? "") ? "nowhere" : "denied";
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
