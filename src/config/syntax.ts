// Checks YAML before it is parsed, so that hostile text cannot hang or crash the parser, and words the parser's errors.
import { Lexer, type YAMLError } from "yaml";
import type { Path, Place } from "./located.ts";
import { type Problem, startOfLine } from "./problem.ts";

/** Makes a place from a range of the text. `path` is the path of the key above it. */
export type Placer = (start: number, end: number, path: Path) => Place;

/** How deep mappings and lists may nest. */
export const maximumDepth = 32;
// The parser recurses once or twice for each column of indentation, and a stack overflow there ends the process.
// So no key or list may start further to the right.
const maximumColumn = 120;
// Values and punctuation. Bounds the time to parse; no real experiment comes near it.
const maximumTokens = 50_000;
const wordedErrors = 200;

/** Checks the tokens before parsing, in linear time and without recursion. */
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

/** The parser's errors in our words. Keeps the first of each line; the rest mostly follow from it. */
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
    const start = /^Expected a closing ["']/.test(message) ? lastQuote(text) : Math.min(error.pos[0], end);
    const line = startOfLine(text, start);
    if (lines.has(line)) return [];
    lines.add(line);
    return [{ place: placer(start, Math.max(error.pos[1], start + 1), []), message, hints }];
  });
}

/** Whether an error only follows from an earlier one: once the parser gives up, each further line has an error. */
function isLeftover({ code, message }: Pick<YAMLError, "code" | "message">): boolean {
  return code === "UNEXPECTED_TOKEN" && / in YAML (stream|document)/.test(message);
}

/** The start of the quote that is never closed. It is the last quote, because it takes all text after it. */
function lastQuote(text: string): number {
  let offset = 0;
  let quote = 0;
  for (const token of new Lexer().lex(text)) {
    if (/^["']/.test(token)) quote = offset;
    if (!isMark(token)) offset += token.length;
  }
  return quote;
}

/** Whether a token is a mark of the lexer, which stands for no characters of the text. */
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
        "Start each key on its own line, in the same column as its neighbours. Put text with `: ` in quotes.",
      ];
    case "MULTILINE_IMPLICIT_KEY":
      return ["Expected `key: value`, got a line without a colon and a space."];
    case "BLOCK_IN_FLOW":
      return ["Expected a comma between the entries, got another key."];
    case "UNEXPECTED_TOKEN":
      if (/node end$/.test(message)) {
        return [
          `Expected the value to end here, got ${got}.`,
          "Put text that has characters special to YAML in quotes.",
        ];
      }
      if (isLeftover({ code, message })) return [`Expected another key or the end of the text, got ${got}.`];
      if (/same line with key/.test(message)) return [`Expected a list to start on its own line, got ${got}.`];
      if (/^Block scalar/.test(message)) return [`Expected a new line after | or >, got ${got}.`];
      return [`Expected a value, got ${got}.`];
    case "BAD_SCALAR_START":
      return [`Expected text that starts with ${text[start]} to be in quotes, got ${got} without quotes.`];
    case "BAD_DQ_ESCAPE":
      return [
        "Expected an escape that YAML knows, such as \\n, got another.",
        "Use single quotes for text with backslashes.",
      ];
    case "BAD_ALIAS":
      return ["Expected a name after & or *, got nothing.", "Put text that starts with & or * in quotes."];
    case "MULTIPLE_DOCS":
      return ["Expected one document, got a second one after `---` or `...`.", "Put each experiment in its own file."];
    case "NON_STRING_KEY":
      return ["Expected a word as key, got another value."];
    case "TAG_RESOLVE_FAILED":
      return ["Expected a plain value, got one with a tag.", "Delete the word that starts with an exclamation mark."];
    case "BAD_DIRECTIVE":
      return ["Expected no directive except %YAML 1.2, got another.", "Put text that starts with % in quotes."];
    case "BAD_INDENT":
      if (/^Flow/.test(message)) return [`Expected a closing ${message.at(-1)}, got ${got}.`];
      return ["Expected the keys of a mapping to start in the same column."];
    case "MISSING_CHAR":
      if (/^Flow/.test(message)) return [`Expected a closing ${message.at(-1)}, got ${got}.`];
      if (/^Missing closing/.test(message))
        return [`Expected a closing ${message.includes("'") ? "'" : '"'}, got ${got}.`];
      if (/directives-end/.test(message))
        return ["Expected `---` after a directive.", "Put text that starts with % in quotes."];
      return ["Expected `key: value`, got no colon and space after the key."];
    default:
      return [
        `Expected YAML, got a mistake at ${got}: ${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\.$/, "")}.`,
      ];
  }
}
