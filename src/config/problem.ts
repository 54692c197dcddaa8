// Problems of an experiment file, and how they are printed: the place, the line with a caret, then what to do.
// All problems of a file become one UserError.
import { UserError } from "../errors.ts";
import type { Origin, Place } from "./located.ts";

/** One problem in an experiment file or in the flags laid over it. */
export interface Problem {
  readonly place: Place;
  readonly message: string;
  readonly hints: readonly string[];
}

/** The path of a file, as the user gave it, and its text. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

const shownProblems = 20;
const shownColumns = 100;

/** Collects problems, one for each place: the same value is checked again under each profile and in each cell. */
export class ProblemList {
  readonly #source: SourceText;
  readonly #problems = new Map<string, Problem>();
  #layer: { readonly origins: readonly Origin[]; readonly hint: string } | undefined;

  constructor(source: SourceText) {
    this.#source = source;
  }

  /** Runs a check that includes the layers `origins`. A problem whose place is in another layer gets the hint too. */
  under<T>(origins: readonly Origin[], hint: string, check: () => T): T {
    this.#layer = { origins, hint };
    const result = check();
    this.#layer = undefined;
    return result;
  }

  get size(): number {
    return this.#problems.size;
  }

  /** Adds a problem unless its place has one. Problems about missing keys may share a place, the key above them. */
  add(problem: Problem, sharesPlace = false): void {
    const { place, message } = problem;
    const at = "flag" in place ? place.flag : `${place.start}`;
    const key = sharesPlace ? `${at} ${message}` : at;
    if (this.#problems.has(key)) return;
    const elsewhere = this.#layer && !this.#layer.origins.includes(place.origin);
    this.#problems.set(key, elsewhere ? { ...problem, hints: [...problem.hints, this.#layer!.hint] } : problem);
  }

  /** Throws all problems as one error, in the order of the file's lines, flags last. Does nothing if there are none. */
  raise(): void {
    if (this.#problems.size === 0) return;
    const order = (place: Place) => ("flag" in place ? Number.POSITIVE_INFINITY : place.start);
    const problems = [...this.#problems.values()].sort((a, b) => {
      const [first, second] = [order(a.place), order(b.place)];
      return first === second ? 0 : first - second;
    });
    const blocks = problems.slice(0, shownProblems).map((problem) => formatProblem(problem, this.#source));
    const rest = problems.length - blocks.length;
    if (rest > 0) blocks.push(`… and ${rest} more problem${rest === 1 ? "" : "s"} in ${printable(this.#source.file)}.`);
    throw new UserError(blocks.join("\n\n"));
  }
}

/** `file:line:column  message`, the line with a caret below it, and the hints. */
export function formatProblem({ place, message, hints }: Problem, { file, text }: SourceText): string {
  const indented = hints.map((hint) => `      ${printable(hint)}`);
  if ("flag" in place) return [`${printable(place.flag)}  ${printable(message)}`, ...indented].join("\n");
  const lineStart = startOfLine(text, place.start);
  const newline = text.indexOf("\n", place.start);
  const line = text.slice(0, place.start).split("\n").length;
  const column = place.start - lineStart;
  const location = `${printable(file)}:${line}:${column + 1}  ${printable(message)}`;
  const excerpt = text.slice(lineStart, newline < 0 ? undefined : newline).trimEnd();
  if (excerpt === "") return [location, ...indented].join("\n");

  // A long line is cut so that the caret shows.
  const from = column < shownColumns - 20 ? 0 : column - shownColumns / 2;
  const shown = printable(excerpt.slice(from, from + shownColumns));
  const cutLeft = from > 0 ? "…" : "";
  const cutRight = excerpt.length > from + shownColumns ? "…" : "";
  const gutter = `${line}`.padStart(5);
  const lastColumn = Math.min(place.end - lineStart, excerpt.length, from + shownColumns);
  return [
    location,
    `${gutter} | ${cutLeft}${shown}${cutRight}`.trimEnd(),
    `${" ".repeat(gutter.length)} | ${" ".repeat(cutLeft.length + column - from)}${"^".repeat(Math.max(1, lastColumn - column))}`,
    ...indented,
  ].join("\n");
}

/** The offset at which the line that holds an offset starts. */
export function startOfLine(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** Text that is safe on a terminal. Each control character becomes one visible character, so that columns stay. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => (character === "\t" ? "→" : "·"));
}

/** A key as messages show it: a word as it is, anything else in quotes. */
export function printableKey(key: string): string {
  const short = key.length > 40 ? `${key.slice(0, 39)}…` : key;
  return /^[\w.-]+$/.test(short) ? short : JSON.stringify(short);
}
