// Reads an experiment file as text. If the path is no readable text file, the error says why and suggests a file nearby.
// Does not parse YAML.
import { closeSync, fstatSync, openSync, readdirSync, readlinkSync, readSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { errorCode, errorMessage, nearestWord, UserError } from "../errors.ts";
import { formatProblem, printable, type SourceText } from "./problem.ts";
import { shippedFile, shippedHints } from "./shipped.ts";

const maximumBytes = 256 * 1024;

/**
 * Reads a text file in UTF-8. The name of an experiment that comes with the program stands for its file, unless there is
 * a file at that path.
 * @throws UserError if the file is missing, is a directory, is too large or is not text
 */
export function readExperimentFile(path: string): SourceText {
  const file = isFile(path) ? path : (shippedFile(path) ?? path);
  const bytes = readBytes(file);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const sound = new TextDecoder("utf-8").decode(bytes);
    const place = { origin: "file", start: sound.indexOf("\ufffd"), end: sound.indexOf("\ufffd") + 1 } as const;
    const message = "Expected text in UTF-8, got other bytes.";
    throw new UserError(formatProblem({ place, message, hints: ["Save the file as UTF-8."] }, { file, text: sound }));
  }
  const control = /[^\P{Cc}\t\n\r]/u.exec(text);
  if (control) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    const place = { origin: "file", start: control.index, end: control.index + 1 } as const;
    const message = `Expected text, got the control character U+${code}.`;
    throw new UserError(formatProblem({ place, message, hints: [] }, { file, text }));
  }
  return { file, text };
}

function readBytes(file: string): Uint8Array {
  const shown = JSON.stringify(file);
  if (file.includes("\0")) throw new UserError(`Expected a path to an experiment file, got ${shown}.`);
  // Checked before opening, because opening a pipe waits for its other end.
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw new UserError(`Expected ${shown} to be a file, got a directory.`, nearby(file, ""));
    if (!stats.isFile()) throw new UserError(`Expected ${shown} to be a file, got a device or a pipe.`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = errorCode(error);
    const link = linkTarget(file);
    if (link !== undefined && (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP")) {
      const where = code === "ELOOP" ? "which leads back to itself" : "which is not there";
      throw new UserError(
        `Expected ${shown} to be a file, got a link to ${printable(link)}, ${where}.`,
        nearby(dirname(file), basename(file)),
      );
    }
    if (code === "ENOENT" || code === "ENOTDIR") {
      const hints = nearby(dirname(file), basename(file));
      const isNear = hints.some((hint) => hint.startsWith("Did you mean"));
      throw new UserError(`Expected ${shown} to be a file, got no such file.`, [
        ...(isNear ? [] : shippedHints(file)),
        ...hints,
      ]);
    }
    throw new UserError(`Expected ${shown} to be readable, got: ${printable(errorMessage(error))}.`);
  }
  try {
    const descriptor = openSync(file, "r");
    try {
      const { size } = fstatSync(descriptor);
      if (size > maximumBytes) {
        throw new UserError(
          `Expected ${shown} to have at most ${maximumBytes / 1024} KiB, got ${Math.ceil(size / 1024)} KiB.`,
          ["An experiment file is a short text file. Check that the path is right."],
        );
      }
      const bytes = new Uint8Array(maximumBytes);
      let length = 0;
      for (let read = -1; read !== 0; length += read)
        read = readSync(descriptor, bytes, length, maximumBytes - length, null);
      return bytes.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`Expected ${shown} to be readable, got: ${printable(errorMessage(error))}.`);
  }
}

/** The target of a symbolic link, as written in the link; undefined if the path is no link. */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Whether a path leads to a file; false for a link whose target is missing. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Hints that name the YAML files of a directory: the one nearest to `name`, else all. Never suggests `name` itself. */
function nearby(directory: string, name: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory)
      .filter((entry) => /\.ya?ml$/i.test(entry) && entry !== name && isFile(join(directory, entry)))
      .sort();
  } catch (error) {
    const code = errorCode(error);
    const link = linkTarget(directory);
    if (name === "" || (code !== "ENOENT" && code !== "ENOTDIR")) return [];
    if (link !== undefined)
      return [`${JSON.stringify(directory)} is a link to ${printable(link)}, which is not there.`];
    return [`There is no directory ${JSON.stringify(directory)} either.`];
  }
  const stems = new Map(names.map((entry) => [basename(entry, extname(entry)), entry]));
  const nearest = nearestWord(name, names) ?? stems.get(nearestWord(basename(name, extname(name)), stems.keys()) ?? "");
  const where = (entry: string) => printable(directory === "." ? entry : join(directory, entry));
  if (nearest) return [`Did you mean ${where(nearest)}?`];
  if (names.length === 0) return [`There is no YAML file in ${JSON.stringify(directory)}.`];
  const more = names.length > 10 ? ` and ${names.length - 10} more` : "";
  return [`Found there: ${names.slice(0, 10).map(where).join(", ")}${more}.`];
}
