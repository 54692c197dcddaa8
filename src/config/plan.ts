// The runs of an experiment: each cell with each seed, with its label, and the choice that `--only` makes among them.
import { nearestWord, UserError } from "../errors.ts";
import type { RunSpec } from "../types.ts";
import { axisText } from "./axis-text.ts";
import type { Cell } from "./cells.ts";
import { labelCells } from "./label.ts";
import type { Experiment } from "./load.ts";

const listedLabels = 20;

/**
 * Every run of an experiment: cells in the order of the file, and each cell's seeds in a row.
 * Cells that resolve to the same sections are one run, such as a plain net with shortcut A and with B.
 * @param only a glob (`*`, `?`, `{a,b}`) that must match the label or "label seed 0"; case does not matter
 * @throws UserError if two cells have the same label, or if `only` matches no run
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

/** Refuses cells with the same label: tables, progress bars and directories tell runs apart by their labels. */
function requireDistinct(labels: readonly string[], cells: readonly Cell[]): void {
  const second = labels.findIndex((label, i) => labels.indexOf(label) < i);
  if (second < 0) return;
  const axes = [labels.indexOf(labels[second]!), second].map((i) =>
    Object.entries(cells[i]!.axes)
      .map(([path, value]) => `${path}: ${axisText(value)}`)
      .join(", "),
  );
  throw new UserError(`Expected each cell of the matrix to have its own label, got ${labels[second]} twice.`, [
    `The cells are { ${axes.join(" } and { ")} }. They would have the same results. Leave one of them out.`,
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

/** "a{b,c}" becomes "ab" and "ac". Braces do not nest; a brace without its partner stands for itself. */
function expandBraces(glob: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(glob);
  if (!braces) return [glob];
  const [whole, words = ""] = braces;
  const before = glob.slice(0, braces.index);
  const ends = expandBraces(glob.slice(braces.index + whole.length));
  return words.split(",").flatMap((word) => ends.map((end) => before + word + end));
}

// Goes back to the last star only. That is enough, because a star matches any text, and takes at most pattern × text steps.
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
