// An experiment to its runs: cells × seeds with their labels, and the choice among them that `--only` makes. Pure.
import { nearestWord, UserError } from "../errors.ts";
import type { RunSpec } from "../types.ts";
import type { Cell } from "./cells.ts";
import { labelCells } from "./label.ts";
import type { Experiment } from "./load.ts";

const listedLabels = 20;

/**
 * Every run of an experiment: cells in the file's order with the last axis varying fastest, seeds innermost.
 * Cells that come out equal, as a plain net with shortcut A and with B, are one run.
 * @param only a glob (`*`, `?`, `{a,b}`) over the label or over "label seed 0"; case does not matter
 * @throws UserError where two cells have one label, and with the labels where nothing matches
 */
export function planRuns(experiment: Experiment, only?: string): RunSpec[] {
  const cells = distinctCells(experiment.cells);
  const labels = labelCells(cells);
  requireDistinct(labels, cells);
  const runs = cells.flatMap(({ axes, sections }, i) =>
    experiment.document.seeds.map((seed) => ({
      experiment: experiment.document.name,
      label: labels[i]!,
      seed,
      axes,
      sections,
    })),
  );
  if (only === undefined) return runs;
  const matches = globMatcher(only);
  const chosen = runs.filter(({ label, seed }) => matches(label) || matches(`${label} seed ${seed}`));
  if (chosen.length > 0) return chosen;
  const nearest = nearestWord(only, labels);
  const more = labels.length > listedLabels ? ` and ${labels.length - listedLabels} more` : "";
  throw new UserError(`Expected --only to match a run of ${experiment.document.name}, got ${JSON.stringify(only)}.`, [
    ...(nearest ? [`Did you mean ${JSON.stringify(nearest)}?`] : []),
    `Its runs: ${labels.slice(0, listedLabels).join(", ")}${more}.`,
  ]);
}

/** Tables, bars and directories tell runs by their labels. */
function requireDistinct(labels: readonly string[], cells: readonly Cell[]): void {
  const second = labels.findIndex((label, i) => labels.indexOf(label) < i);
  if (second < 0) return;
  const axes = [labels.indexOf(labels[second]!), second].map((i) =>
    Object.entries(cells[i]!.axes)
      .map(([path, value]) => `${path}: ${value}`)
      .join(", "),
  );
  throw new UserError(`Expected each cell of the matrix to have a label of its own, got ${labels[second]} twice.`, [
    `The cells: { ${axes.join(" } and { ")} }. No value that tells them apart decides a number; leave one of them out.`,
  ]);
}

function distinctCells(cells: readonly Cell[]): Cell[] {
  const distinct = new Map<string, Cell>();
  for (const cell of cells) {
    const key = JSON.stringify(cell.sections);
    if (!distinct.has(key)) distinct.set(key, cell);
  }
  return [...distinct.values()];
}

/** Whether a text matches a glob as a whole. */
export function globMatcher(glob: string): (text: string) => boolean {
  const patterns = expandBraces(glob.toLowerCase());
  return (text) => patterns.some((pattern) => matchesPattern(pattern, text.toLowerCase()));
}

/** "a{b,c}" to "ab" and "ac"; braces do not nest, and one without its partner is itself. */
function expandBraces(glob: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(glob);
  if (!braces) return [glob];
  const [whole, words = ""] = braces;
  const before = glob.slice(0, braces.index);
  const ends = expandBraces(glob.slice(braces.index + whole.length));
  return words.split(",").flatMap((word) => ends.map((end) => before + word + end));
}

// Goes back to the last star only, which is enough as a star can take any text; so time is pattern × text at most.
function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let afterStar = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      afterStar = t;
    } else if (pattern[p] === "?" || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++afterStar;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
