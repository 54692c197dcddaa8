// The completions of the last word of a command line, from the definitions of commands and the results on the disk.
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { profileNames } from "../../config/profile-names.ts";
import { shippedNames } from "../../config/shipped.ts";
import { type CommandName, commands, families } from "../syntax/commands.ts";
import type { AnyDefinition } from "../syntax/definition.ts";
import { type Completes, flagOf, type Option } from "../syntax/option.ts";

export interface Candidate {
  readonly word: string;
  /** What it does; "" if the word is clear by itself. */
  readonly text: string;
}

/** Completions that the shell lists itself. */
export type ShellCandidates = ":files" | ":directories";

type Candidates = readonly Candidate[] | ShellCandidates;

const help: Candidate = { word: "--help", text: "print help" };

/** @param words the words after the program's name; the last is partial or empty */
export function candidates(words: readonly string[]): Candidates {
  const last = words.at(-1) ?? "";
  const found = unfiltered(words.slice(0, -1), last);
  return typeof found === "string" ? found : found.filter(({ word }) => word.startsWith(last));
}

function unfiltered([first, ...before]: readonly string[], last: string): Candidates {
  if (first === undefined) return [...firstWords(), help, { word: "--version", text: "print the version" }];
  if (first === "help") return before.length === 0 ? firstWords() : [];
  if (!(first in families)) return within(first, before, last);
  const [second, ...rest] = before;
  return second === undefined ? [...secondWords(first), help] : within(`${first} ${second}`, rest, last);
}

function visible(): [CommandName, AnyDefinition][] {
  const entries = Object.entries(commands) as [CommandName, AnyDefinition][];
  return entries.filter(([, { hidden }]) => !hidden);
}

function firstWords(): Candidate[] {
  const single = visible().flatMap(([word, { summary: text }]) => (word.includes(" ") ? [] : [{ word, text }]));
  const several = Object.entries(families).map(([word, text]) => ({ word, text }));
  return [...single, ...several, { word: "help", text: "Print help on a command" }];
}

function secondWords(family: string): Candidate[] {
  return visible().flatMap(([name, { summary: text }]) => {
    const [first, word] = name.split(" ");
    return first === family && word !== undefined ? [{ word, text }] : [];
  });
}

/** Completions for a command's argument and options. */
function within(name: string, before: readonly string[], last: string): Candidates {
  const definition = visible().find(([each]) => each === name)?.[1];
  if (!definition) return [];
  const options = new Map(Object.entries(definition.options).map(([key, option]) => [flagOf(key), option]));
  const takesValue = (word: string | undefined) => options.get(word ?? "")?.value !== undefined;
  const { argument, argumentCompletes, thenFiles } = definition;
  const given = before.filter((word, i) => !word.startsWith("-") && !takesValue(before[i - 1]));
  const line = {
    results: wordAfter("--results", before) ?? "results",
    files: [...given, wordAfter("--file", before)].filter((word) => word !== undefined),
    last,
  };
  if (takesValue(before.at(-1))) return complete(options.get(before.at(-1)!)?.completes, line);
  if (last.startsWith("-")) return [...described(options), help];
  const takesMore = argument !== "" && (argument.includes("...") || given.length === 0);
  if (thenFiles && given.length > 0) return ":files";
  return takesMore ? complete(argumentCompletes, line) : [];
}

function described(options: ReadonlyMap<string, Option<unknown>>): Candidate[] {
  return [...options].map(([word, { text }]) => ({ word, text }));
}

/** What of a command line decides about its last word. */
interface Line {
  readonly results: string;
  /** Words that may be experiment files. */
  readonly files: readonly string[];
  readonly last: string;
}

function wordAfter(option: string, words: readonly string[]): string | undefined {
  const at = words.lastIndexOf(option);
  return at < 0 ? undefined : words[at + 1];
}

function complete(completes: Completes | undefined, { results, files, last }: Line): Candidates {
  if (completes === undefined) return [];
  if (completes === "file") return ":files";
  if (completes === "experiment file") return beginsAPath(last) ? ":files" : shippedCandidates();
  if (completes === "shipped experiment") return shippedCandidates();
  if (completes === "directory") return ":directories";
  if (completes === "profile") return profilesOf(files).map((word) => ({ word, text: "" }));
  if (typeof completes !== "string") return completes.map((word) => ({ word, text: "" }));
  const experiments = directories(results).filter((name) => directories(join(results, name, "runs")).length > 0);
  if (completes === "experiment") return experiments.map((word) => ({ word, text: "" }));
  return runCandidates(results, experiments);
}

/** Labels that a shell takes as one word, then ids. */
function runCandidates(results: string, experiments: readonly string[]): Candidate[] {
  const ids = experiments.flatMap((text) => directories(join(results, text, "runs")).map((word) => ({ word, text })));
  const labels = ids
    .slice(0, labelledRuns)
    .flatMap(({ word, text }) => labelOf(join(results, text, "runs", word)) ?? []);
  return [...[...new Set(labels)].map((word) => ({ word, text: "all runs with this label" })), ...ids];
}

/** Reading more runs would keep the reader waiting. */
const labelledRuns = 200;

/** Found in the text, as a completion need not check a record. */
function labelOf(path: string): string | undefined {
  try {
    return /"label":\s*"([\w.+=-]+)"/.exec(readFileSync(join(path, "run.json"), "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

function profilesOf(files: readonly string[]): string[] {
  const names = files.flatMap((file) => {
    try {
      return profileNames(file);
    } catch {
      return [];
    }
  });
  return [...new Set(names)];
}

function shippedCandidates(): Candidate[] {
  return shippedNames().map((word) => ({ word, text: "" }));
}

/** Whether a file is meant: the word leads to another directory, or names here begin with it. */
function beginsAPath(word: string): boolean {
  if (word.includes("/") || word.startsWith("~")) return true;
  if (!shippedNames().some((name) => name.startsWith(word))) return true;
  return readdirSync(".").some((name) => name.startsWith(word) && !name.startsWith("."));
}

/** Names of the directories in a directory; none where it cannot be read. */
function directories(path: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith(".") ? [entry.name] : [])).sort();
}
