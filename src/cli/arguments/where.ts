// `--where state=done,depth>=34,label~ResNet-*`: conditions on runs, all of which must hold; and `--sort KEY[:desc]`.
import { globMatcher } from "../../config/plan.ts";
import { alternatives, meantWord } from "../../config/vocabulary.ts";
import { UserError } from "../../errors.ts";
import type { RunRecord } from "../../records/record.ts";
import { type RunWord, recordWordNames, runWord, specWordNames } from "./run-words.ts";

/** Longer operators come first, because they are tried in this order. */
const operators = ["!=", "<=", ">=", "!~", "=", "<", ">", "~"] as const;
type Operator = (typeof operators)[number];

type Condition = (record: RunRecord) => boolean;

/**
 * Reads conditions separated by commas (except in braces): a key, an operator (= != < <= > >=, or ~ and !~ for globs on
 * text), and a value. Errors are in %, as in the columns of `ls`; any number may end in %. For a run without the value, only
 * != and !~ are true.
 * @throws UserError that names the wrong part and what is allowed there
 */
export function parseWhere(text: string): Condition {
  const conditions = text.split(/,(?![^{]*\})/).map((part) => parseCondition(part.trim()));
  return (record) => conditions.every((holds) => holds(record));
}

function parseCondition(text: string): Condition {
  const [, name, operator, value] = /^([^!<>=~]*)(!=|<=|>=|!~|=|<|>|~)(.*)$/s.exec(text) ?? [];
  if (name === undefined || operator === undefined || value === undefined) {
    throw new UserError(`Expected a condition of --where to be KEY OPERATOR VALUE, got ${JSON.stringify(text)}.`, [
      "Example: state=done,depth>=34,label~ResNet-*",
      `Operators: ${operators.join(" ")}`,
    ]);
  }
  return condition(knownWord(name.trim(), "--where"), operator as Operator, value.trim());
}

function condition(word: RunWord, operator: Operator, text: string): Condition {
  if (operator === "~" || operator === "!~") {
    const matches = globMatcher(text);
    return (record) => valuesOf(word, record).some((value) => matches(String(value))) === (operator === "~");
  }
  if (word.choices && !word.choices.includes(text)) {
    const nearest = meantWord(text, word.choices);
    throw new UserError(
      `Expected ${word.name} to be ${alternatives(word.choices)}, got ${JSON.stringify(text)}.`,
      nearest ? [`Did you mean ${nearest}?`] : [],
    );
  }
  const wanted = word.kind === "text" ? text : numberOf(word, text);
  if (operator === "!=") return (record) => valuesOf(word, record).every((value) => compare(value, wanted) !== 0);
  return (record) => valuesOf(word, record).some((value) => comparisons[operator](compare(value, wanted)));
}

/** The value of a run and its other name; none where the run has no value. */
function valuesOf({ read, alias }: RunWord, record: RunRecord): (number | string)[] {
  const value = read(record);
  return value === undefined ? [] : [value, ...(alias ? [alias(record)] : [])];
}

const comparisons = {
  "=": (order) => order === 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
} satisfies Record<Exclude<Operator, "!=" | "~" | "!~">, (order: number) => boolean>;

/** "10%" as 0.1, and so "10" where people read percent. */
function numberOf(word: RunWord, text: string): number {
  const [, digits, percent] = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(%?)$/i.exec(text) ?? [];
  if (digits === undefined) {
    throw new UserError(`Expected ${word.name} to be compared with a number, got ${JSON.stringify(text)}.`);
  }
  return percent || word.kind === "percent" ? Number(digits) / 100 : Number(digits);
}

/** Negative, 0 or positive; NaN if one of the numbers is NaN, for which only != is true. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

/**
 * Reads KEY or KEY:desc into an order of runs. Runs without the value come last; equal runs keep their order.
 * @throws UserError for an unknown key or direction
 */
export function parseSort(text: string): (a: RunRecord, b: RunRecord) => number {
  const [name = "", direction = "asc", ...rest] = text.split(":");
  if (rest.length > 0 || (direction !== "asc" && direction !== "desc")) {
    throw new UserError(`Expected --sort to be KEY, KEY:asc or KEY:desc, got ${JSON.stringify(text)}.`);
  }
  const { read } = knownWord(name, "--sort");
  const sign = direction === "asc" ? 1 : -1;
  const missing = (value: number | string | undefined) => value === undefined || Number.isNaN(value);
  return (first, second) => {
    const [a, b] = [read(first), read(second)];
    return missing(a) || missing(b) ? Number(missing(a)) - Number(missing(b)) : sign * compare(a!, b!);
  };
}

function knownWord(name: string, option: string): RunWord {
  const word = runWord(name);
  if (word) return word;
  const nearest = meantWord(name, [...recordWordNames, ...specWordNames]);
  throw new UserError(`Expected ${option} to use a known key, got ${JSON.stringify(name)}.`, [
    ...(nearest ? [`Did you mean ${nearest}?`] : []),
    `Keys: ${recordWordNames.join(", ")}.`,
    `Keys of the experiment file: ${specWordNames.join(", ")}.`,
  ]);
}
