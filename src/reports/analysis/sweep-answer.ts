// The answer of a sweep: which setting has the lowest test error, by how much, and whether seeds alone could explain that.
import { percent } from "../../text/quantities.ts";
import { type Statistic, welchMargin } from "./statistics.ts";
import { axisTitle, axisWords, type Sweep } from "./sweeps.ts";
import type { SummaryRow } from "./tabulate.ts";

/** A setting whose test error is a number. */
interface Tested {
  readonly row: SummaryRow;
  readonly error: Statistic;
}

/** "The lowest test error is 12.34 %, with width 16. The next is 1.20 points higher, with width 8; that is beyond …". */
export function sweepClause({ axes, rows }: Pick<Sweep, "axes" | "rows">): string {
  const paths = axes.flatMap((axis) => axis.paths);
  const tested = testedRows(rows);
  const setting = ({ row }: Tested) => paths.map((path) => `${axisTitle(path)} ${axisWords(row, path)}`).join(", ");
  const settings = tested.map(setting);
  // Profiles may have trained several nets at one setting. Then labels tell them apart.
  const name = (one: Tested) =>
    settings.filter((other) => other === setting(one)).length > 1 ? one.row.label : setting(one);
  const [best, next] = tested;
  if (!best) return "No setting has a test error that is a number";
  const lowest = percent(best.error.mean);
  if (!next) return `Only ${name(best)} has a test error, ${lowest} %`;
  const equal = tested.filter(({ error }) => percent(error.mean) === lowest);
  if (equal.length === tested.length) return `All ${tested.length} settings have the same test error, ${lowest} %`;
  const worst = tested.at(-1) as Tested;
  const highest = `The highest is ${percent(worst.error.mean)} %, with ${name(worst)}`;
  if (equal.length > 1)
    return `${equal.length} settings share the lowest test error, ${lowest} %: ${equal.map(name).join("; ")}. ${highest}`;
  return [
    `The lowest test error is ${lowest} %, with ${name(best)}`,
    `The next is ${percent(next.error.mean - best.error.mean)} points higher, with ${name(next)}; ${scatterWords(best.error, next.error)}`,
    ...(worst === next ? [] : [highest]),
  ].join(". ");
}

/** The rows with a test error, lowest first. */
export function testedRows(rows: readonly SummaryRow[]): Tested[] {
  return rows
    .flatMap((row) => (row.testError && Number.isFinite(row.testError.mean) ? [{ row, error: row.testError }] : []))
    .sort((a, b) => a.error.mean - b.error.mean);
}

function scatterWords(best: Statistic, next: Statistic): string {
  if (best.count < 2 || next.count < 2) return "one run of a setting cannot tell that from the scatter of seeds";
  const margin = welchMargin(best, next);
  if (margin === undefined) return "their runs do not scatter, so no test applies";
  const difference = next.mean - best.mean;
  const [low, high] = [difference - margin, difference + margin].map(
    (each) => `${each < 0 ? "−" : ""}${percent(Math.abs(each))}`,
  );
  return `that is ${difference > margin ? "beyond" : "within"} the scatter of seeds (Welch's t-test, 95 % interval ${low} to ${high} points)`;
}
