// YAML that is none: a look at the tokens that keeps the parser from harm, and the parser's errors in our words.
import { Lexer, type YAMLError } from "yaml";
import type { Path, Place } from "./located.ts";
import { type Problem, startOfLine } from "./problem.ts";

/** Makes a place of a stretch of text; `path` tells which key it stands under. */
export type Placer = (start: number, end: number, path: Path) => Place;

/** Mappings and lists within each other. */
export const maximumDepth = 32;
// The parser recurses once or twice for each column that a block is indented by, and far too deep a stack ends the
// process, not just the call. So structure may not start further right than this.
const maximumColumn = 120;
// Values and punctuation: a bound on time, far above any study.
const maximumTokens = 50_000;
const wordedErrors = 200;

/** A first look at the tokens alone, which takes linear time and no stack. */
export function scanTokens(text: string, placer: Placer): Problem | undefined {
  let offset = 0;
  let lineStart = 0;
  let flowDepth = 0;
  let tokens = 0;
  let scalarNext = false;
  for (const token of new Lexer().lex(text)) {
    if (isMark(token)) {
      scalarNext = token === "\u001f";
      continue;
    }
    if (!scalarNext) {
      if (token === "[" || token === "{") flowDepth++;
      else if ((token === "]" || token === "}") && flowDepth > 0) flowDepth--;
      const tooDeep =
        flowDepth > maximumDepth || (flowDepth === 0 && /^[-?:]$/.test(token) && offset - lineStart > maximumColumn);
      if (tooDeep) {
        const message = `Expected at most ${maximumDepth} levels of nesting, and keys within the first ${maximumColumn} columns, got more.`;
        return { place: placer(offset, offset + token.length, []), message, hints: [] };
      }
    }
    scalarNext = false;
    if (token.trim() !== "" && !token.startsWith("#")) tokens++;
    if (tokens > maximumTokens) {
      const message = `Expected an experiment of at most ${maximumTokens} words, got more.`;
      return { place: placer(offset, offset + token.length, []), message, hints: [] };
    }
    const newline = token.lastIndexOf("\n");
    if (newline >= 0) lineStart = offset + newline + 1;
    offset += token.length;
  }
  return undefined;
}

/** The parser's errors in our words, the first of each line: the rest mostly follow from it. */
export function syntaxProblems(errors: readonly YAMLError[], text: string, placer: Placer): Problem[] {
  const lines = new Set<number>();
  const end = text.trimEnd().length;
  const worded = errors.slice(0, wordedErrors);
  const commas = new Set(worded.filter(({ code }) => code === "BLOCK_IN_FLOW").map(({ pos }) => pos[0]));
  const causes = worded.filter((error, i) => {
    if (error.code === "MULTILINE_IMPLICIT_KEY" && commas.has(error.pos[0])) return false;
    return i === 0 || !isLeftover(error);
  });
  return causes.flatMap((error) => {
    const [message, ...hints] = syntaxMessage(error, text);
    const start = /^Expected a closing/.test(message) ? lastQuote(text) : Math.min(error.pos[0], end);
    const line = startOfLine(text, start);
    if (lines.has(line)) return [];
    lines.add(line);
    return [{ place: placer(start, Math.max(error.pos[1], start + 1), []), message, hints }];
  });
}

/** Whether an error only says that the parser had given up above: each further line has one. */
function isLeftover({ code, message }: Pick<YAMLError, "code" | "message">): boolean {
  return code === "UNEXPECTED_TOKEN" && / in YAML (stream|document)/.test(message);
}

/** Where the quote starts that is never closed: it takes all that follows, so it is the last one. */
function lastQuote(text: string): number {
  let offset = 0;
  let quote = 0;
  for (const token of new Lexer().lex(text)) {
    if (/^["']/.test(token)) quote = offset;
    if (!isMark(token)) offset += token.length;
  }
  return quote;
}

/** The lexer's own marks for what follows, which stand for no characters of the text. */
function isMark(token: string): boolean {
  return token === "\u0002" || token === "\u0018" || token === "\u001f";
}

function syntaxMessage(
  { code, message, pos: [start] }: YAMLError,
  text: string,
): [message: string, ...hints: string[]] {
  const word = /^\S{1,20}/.exec(text.slice(start, start + 20))?.[0];
  const got =
    start >= text.trimEnd().length ? "the end of the text" : word ? JSON.stringify(word) : "the end of the line";
  switch (code) {
    case "TAB_AS_INDENT":
      return ["Expected spaces as indentation, got a tab."];
    case "BLOCK_AS_IMPLICIT_KEY":
      return [
        "Expected one value after a key, got another key.",
        "Start each key on a line of its own, in the same column as its neighbours; quote a text that holds `: `.",
      ];
    case "MULTILINE_IMPLICIT_KEY":
      return ["Expected `key: value`, got a line without a colon and a space."];
    case "BLOCK_IN_FLOW":
      return ["Expected a comma between the entries, got another key."];
    case "UNEXPECTED_TOKEN":
      if (/node end$/.test(message)) {
        return [`Expected the value to end here, got ${got}.`, "Put a text that holds YAML's own signs in quotes."];
      }
      if (isLeftover({ code, message })) return [`Expected another key or the end of the text, got ${got}.`];
      if (/same line with key/.test(message)) return [`Expected a list to start on a line of its own, got ${got}.`];
      if (/^Block scalar/.test(message)) return [`Expected a new line after | or >, got ${got}.`];
      return [`Expected a value, got ${got}.`];
    case "BAD_SCALAR_START":
      return [`Expected text that starts with ${text[start]} to be in quotes, got ${got}.`];
    case "BAD_DQ_ESCAPE":
      return [
        "Expected an escape that YAML knows, such as \\n, got another.",
        "In 'single quotes' a backslash is only a backslash.",
      ];
    case "BAD_ALIAS":
      return ["Expected a name after & or *, got nothing.", "Put a text that starts with & or * in quotes."];
    case "MULTIPLE_DOCS":
      return [
        "Expected one document, got a second one after `---` or `...`.",
        "Write each experiment to a file of its own.",
      ];
    case "NON_STRING_KEY":
      return ["Expected a word as key, got something else."];
    case "TAG_RESOLVE_FAILED":
      return [
        "Expected a plain value, got one with a tag.",
        "Leave out the word that starts with an exclamation mark.",
      ];
    case "BAD_DIRECTIVE":
      return ["Expected no directive but %YAML 1.2, got another.", "Put a text that starts with % in quotes."];
    case "BAD_INDENT":
      if (/^Flow/.test(message)) return [`Expected ${message.at(-1)} to close what is open, got ${got}.`];
      return ["Expected the keys of a mapping to start in the same column."];
    case "MISSING_CHAR":
      if (/^Flow/.test(message)) return [`Expected ${message.at(-1)} to close what is open, got ${got}.`];
      if (/^Missing closing/.test(message))
        return [`Expected a closing ${message.includes("'") ? "'" : '"'}, got ${got}.`];
      if (/directives-end/.test(message))
        return ["Expected `---` after a directive.", "Put a text that starts with % in quotes."];
      return ["Expected `key: value`, got no colon and space after the key."];
    default:
      return [
        `Expected YAML, got a mistake at ${got}: ${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\.$/, "")}.`,
      ];
  }
}
