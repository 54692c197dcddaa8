// Parses YAML text into located values. Refuses what no experiment needs: tags, alias bombs, several documents, other
// versions of YAML. Does not know the vocabulary.
import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import type { Entry, Located, Origin, Path, Place } from "./located.ts";
import { type Problem, printableKey } from "./problem.ts";
import { maximumDepth, type Placer, scanTokens, syntaxProblems } from "./syntax.ts";

export interface ParsedYaml {
  /** Undefined if the text is empty or is not YAML. */
  readonly root: Located | undefined;
  readonly problems: readonly Problem[];
}

const maximumKeys = 1000;
/** An alias counts as all the values that it stands for. */
const maximumValues = 50_000;

/** Parses one YAML 1.2 document. Returns all problems of its syntax, or else all problems of its structure. Throws none. */
export function parseYaml(text: string, placer: Placer): ParsedYaml {
  const refused = scanTokens(text, placer);
  if (refused) return { root: undefined, problems: [refused] };
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    resolveKnownTags: false,
    stringKeys: true,
    // Checked below, in linear time.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
  const problems = syntaxProblems([...document.errors, ...document.warnings], text, placer);
  if (document.directives.yaml.explicit && document.directives.yaml.version !== "1.2") {
    const place = placer(0, 5, []);
    problems.unshift({
      place,
      message: `Expected YAML 1.2, got a %YAML ${document.directives.yaml.version} directive.`,
      hints: [],
    });
  }
  if (problems.length > 0 || !document.contents) return { root: undefined, problems };
  return locate(document.contents, text, placer);
}

/** The located values of a document with sound syntax. Reports duplicate keys, unknown aliases and too many values. */
function locate(contents: Node, text: string, placer: Placer): ParsedYaml {
  const problems: Problem[] = [];
  // Whether any further problem would only follow from one already reported.
  let fatal = false;
  // Aliases share the value of their anchor; its size counts for each as if it were copied.
  const anchors = new Map<string, { value: Located; size: number }>();
  let values = 0;

  function problem(place: Place, message: string, ...hints: string[]): void {
    problems.push({ place, message, hints });
  }

  function refuse(place: Place, message: string, ...hints: string[]): void {
    fatal = true;
    problem(place, message, ...hints);
  }

  function placeOf(node: Node, path: Path): Place {
    const [start, end] = node.range ?? [0, 0];
    return placer(start, Math.max(end, start + 1), path);
  }

  function visit(node: Node | null, path: Path, keyPlace: Place): Located {
    const place = node?.range && node.range[1] > node.range[0] ? placeOf(node, path) : keyPlace;
    const nothing: Located = { kind: "scalar", value: null, place };
    values++;
    if (!node || values > maximumValues) return nothing;
    if (path.length > maximumDepth) {
      refuse(place, `Expected at most ${maximumDepth} levels of nesting, got more.`);
      values = maximumValues;
      return nothing;
    }
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      values += target?.size ?? 0;
      if (!target) refuse(place, `Expected *${node.source} to name an anchor that ends above it.`, knownAnchors());
      else if (values > maximumValues)
        refuse(place, `Expected at most ${maximumValues} values, got more with this alias.`);
      return target?.value ?? nothing;
    }
    const before = values;
    const value = convert(node, path, place);
    if ("anchor" in node && node.anchor) anchors.set(node.anchor, { value, size: values - before + 1 });
    return value;
  }

  function convert(node: Node, path: Path, place: Place): Located {
    if (isSeq(node)) {
      const items = node.items.map((item, i) => visit(item as Node | null, [...path, i], place));
      return { kind: "list", items, place };
    }
    if (isMap(node)) {
      if (node.items.length > maximumKeys)
        refuse(place, `Expected at most ${maximumKeys} keys, got ${node.items.length}.`);
      const entries = new Map<string, Entry>();
      const merged: [key: string, entry: Entry][] = [];
      for (const pair of node.items) {
        const keyNode = pair.key as Node | null;
        const keyPlace = keyNode?.range ? placeOf(keyNode, path) : place;
        const key = isScalar(keyNode) ? keyNode.value : undefined;
        if (typeof key !== "string" || key === "") {
          problem(keyPlace, "Expected a word as key, got nothing.");
          continue;
        }
        const value = visit(pair.value as Node | null, [...path, key], keyPlace);
        if (key === "<<") {
          merged.push(...mergedEntries(value, keyPlace));
          continue;
        }
        const first = entries.get(key);
        if (key === "__proto__") problem(keyPlace, "Expected a word as key, got __proto__.");
        else if (first)
          problem(
            keyPlace,
            `Expected each key once, got ${printableKey(key)} again.`,
            `It is first given on line ${lineOf(first.key)}.`,
          );
        else entries.set(key, { key: keyPlace, value });
      }
      // A key written beside the merge wins over a merged one; of several merged, the first wins.
      for (const [key, entry] of merged) if (!entries.has(key)) entries.set(key, entry);
      return { kind: "mapping", entries, place };
    }
    const value = isScalar(node) ? node.value : null;
    // −0 becomes 0, so that both are the same seed and the same cell.
    if (typeof value === "number") return { kind: "scalar", value: value === 0 ? 0 : value, place };
    if (typeof value === "string" || typeof value === "boolean") return { kind: "scalar", value, place };
    return { kind: "scalar", value: null, place };
  }

  /** The entries that a merge key brings: those of a mapping, or of each mapping in a list. */
  function mergedEntries(value: Located, keyPlace: Place): [key: string, entry: Entry][] {
    const parts = value.kind === "list" ? value.items : [value];
    return parts.flatMap((part) => {
      if (part.kind === "mapping") return [...part.entries];
      problem(
        keyPlace,
        "Expected << to merge a mapping, got another value.",
        "For example <<: *base, or <<: [*base, *more].",
      );
      return [];
    });
  }

  function lineOf(place: Place): number {
    return "flag" in place ? 1 : text.slice(0, place.start).split("\n").length;
  }

  function knownAnchors(): string {
    if (anchors.size === 0) return "There are no anchors. Put text that starts with * in quotes.";
    return `Known: ${[...anchors.keys()]
      .slice(0, 10)
      .map((name) => `*${name}`)
      .join(", ")}.`;
  }

  const root = visit(contents, [], placer(0, 1, []));
  return { root: fatal ? undefined : root, problems };
}

/** The placer of a whole file. What is under `profiles` belongs to its profile. */
export function filePlacer(start: number, end: number, path: Path): Place {
  const origin: Origin = path[0] === "profiles" && path.length > 1 ? `profile ${path[1]}` : "file";
  return { origin, start, end };
}
