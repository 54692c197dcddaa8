// Verdicts on claims as text for a terminal or a report: by verdict, then by claim, with the numbers of each set-up.
import { wrapText } from "../../text/lines.ts";
import { listed } from "../../text/listing.ts";
import { type Paint, toneOf } from "../../text/tone.ts";
import { groupBy } from "../analysis/group.ts";
import type { ClaimResult } from "./claim-result.ts";
import { claimNotes, comparisonWords, seedsWords, verdictWords } from "./claim-words.ts";

const order = ["supported", "contradicted", "not so at this scale", "undecided", "not tested"];

/**
 * Headings with the claims below them, then notes on how they were decided. "" for no results.
 * @param columns the width in characters
 */
export function claimText(results: readonly ClaimResult[], columns: number, paint?: Paint): string {
  if (results.length === 0) return "";
  const groups = groupBy(results, verdictWords);
  const sections = order.flatMap((words) => {
    const own = groups.get(words);
    if (!own) return [];
    const count = new Set(own.map(({ claim }) => claim.id)).size;
    const tone = toneOf(words);
    const title = `${capital(words)} (${count})`;
    const body =
      words === "not tested" ? untestedText(own, columns) : testedText(own, columns) + moreSeedsText(own, columns);
    return [`${paint && tone ? paint(title, tone) : title}\n\n${body}`];
  });
  const notes = claimNotes(results).map((note) => wrapText(note, columns));
  return [...sections, ...(notes.length > 0 ? [notes.join("")] : [])].join("\n");
}

/** "9 claims supported, 1 not so at this scale, 40 not tested." */
export function claimTally(results: readonly ClaimResult[]): string {
  const groups = groupBy(results, verdictWords);
  const parts = order.flatMap((words) => {
    const own = groups.get(words);
    return own ? [`${new Set(own.map(({ claim }) => claim.id)).size} ${words}`] : [];
  });
  return parts.length > 0 ? `Claims of the papers: ${parts.join(", ")}.` : "";
}

/**
 * The claims that one study tests, by verdict, and the command that shows them in full; "" where it tests none. Of several
 * set-ups each has lines of its own, as a claim may hold in one and not in another.
 */
export function claimSummary(results: readonly ClaimResult[], command: string, columns: number): string {
  const tested = results.filter(({ setup }) => setup);
  if (tested.length === 0) return "";
  const setups = [...groupBy(tested, ({ setup }) => setup?.name ?? "")];
  const parts = setups.map(([name, own]) => {
    const verdicts = verdictLines(own, setups.length > 1 ? columns - 2 : columns);
    return setups.length > 1 ? `${name}:\n${verdicts.replace(/^(?=.)/gm, "  ")}` : verdicts;
  });
  return [
    "Claims of the papers:\n",
    ...parts,
    wrapText(`\`${command}\` shows each with its numbers.`, columns),
    "\n",
  ].join("");
}

function verdictLines(results: readonly ClaimResult[], columns: number): string {
  const groups = groupBy(results, verdictWords);
  const lines = order.flatMap((words) => {
    const names = new Set(groups.get(words)?.map(({ claim }) => claim.id));
    return names.size > 0 ? [wrapText(`${capital(words)}: ${[...names].join(", ")}.`, columns)] : [];
  });
  return lines.join("");
}

function testedText(results: readonly ClaimResult[], columns: number): string {
  const claims = [...groupBy(results, ({ claim }) => claim.id).values()];
  const blocks = claims.map((own) => {
    const [{ claim }] = own as [ClaimResult];
    return [
      `${claim.id}\n`,
      indented(`${claim.sentence} (${claim.place}; ${claim.metric})`, columns),
      ...(claim.note === undefined ? [] : [indented(claim.note, columns)]),
      ...own.map((result) => setupText(result, columns)),
    ].join("");
  });
  return blocks.join("\n");
}

function setupText(result: ClaimResult, columns: number): string {
  const { experiment, setup, grade, comparisons, unit, missing } = result;
  const where = setup ? `${experiment}, ${setup.name} (${grade}):` : "Computed:";
  const more = seedsWords(result);
  return [
    indented(where, columns),
    ...comparisons.map((each) => indented(comparisonWords(each, unit, comparisons.length > 1), columns, 4)),
    ...(missing.length > 0 ? [indented(`No runs of ${listed(missing)}.`, columns, 4)] : []),
    ...(more ? [indented(`${more}.`, columns, 4)] : []),
  ].join("");
}

/** A command for each set-up: for the claim that needs the fewest seeds. */
function moreSeedsText(results: readonly ClaimResult[], columns: number): string {
  const open = results.filter(({ verdict, command }) => verdict === "undecided" && command !== undefined);
  const setups = [...groupBy(open, ({ experiment, setup }) => `${experiment}, ${setup?.name}`)];
  const lines = setups.map(([name, own]) => {
    const [first] = own.toSorted((a, b) => (a.moreSeeds ?? 0) - (b.moreSeeds ?? 0));
    return `${indented(`${name}:`, columns)}    ${first?.command}\n`;
  });
  return lines.length > 0 ? `\nMore seeds, for the first of these claims:\n${lines.join("")}` : "";
}

/** By the command that would test them. */
function untestedText(results: readonly ClaimResult[], columns: number): string {
  const commands = groupBy(results, ({ command = "" }) => command);
  const blocks = [...commands].map(([command, own]) => {
    const names = [...new Set(own.map(({ claim }) => claim.id))].join(", ");
    return `${command ? `${command}\n` : ""}${indented(names, columns)}`;
  });
  return blocks.join("\n");
}

function indented(text: string, columns: number, by = 2): string {
  const space = " ".repeat(by);
  return wrapText(text, columns - by)
    .split("\n")
    .map((line) => (line ? `${space}${line}` : line))
    .join("\n");
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}
