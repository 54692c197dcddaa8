// The paper's question, answered from the rows: does a deeper net train to more error, and do shortcuts cure it?
import { groupBy } from "./group.ts";
import { isResidual, type SummaryRow } from "./tabulate.ts";

interface Kind {
  readonly name: string;
  readonly residual: boolean;
  /** Training error by depth. */
  readonly errors: ReadonlyMap<number, number>;
}

/**
 * A line for each set-up that has a net at two depths: "Plain: 34 layers train to 12.3 points more error than 18.
 * Residual: 34 layers train to 2.1 points less." Where plain and residual nets are both there, their common depths are compared.
 */
export function degradationLines(rows: readonly SummaryRow[]): string[] {
  const setups = groupBy(rows, ({ setup }) => setup);
  const lines = [...setups.values()].flatMap((setup) => {
    const text = describeSetup(setup);
    return text ? [{ text, name: setupName(setup[0] as SummaryRow) }] : [];
  });
  return lines.map(({ text, name }) => (lines.length > 1 ? `${name}. ${text}` : text));
}

function describeSetup(rows: readonly SummaryRow[]): string {
  const kinds = listKinds(rows);
  const both = kinds.some(({ residual }) => residual) && kinds.some(({ residual }) => !residual);
  const sentences: string[] = [];
  let last: string | undefined;
  for (const { name, residual, errors } of kinds) {
    const others = kinds.filter((kind) => kind.residual !== residual);
    const depths = [...errors.keys()]
      .filter((depth) => !both || others.some((kind) => kind.errors.has(depth)))
      .sort((a, b) => a - b);
    const [shallow, deep] = [depths[0], depths.at(-1)];
    if (shallow === undefined || deep === undefined || shallow === deep) continue;
    const points = ((errors.get(deep) ?? Number.NaN) - (errors.get(shallow) ?? Number.NaN)) * 100;
    // The second sentence leaves out what it shares with the first.
    const pair = `${shallow} ${deep}`;
    sentences.push(`${name}: ${deep} layers train to ${difference(points, pair === last ? undefined : shallow)}.`);
    last = pair;
  }
  return sentences.join(" ");
}

function difference(points: number, shallow: number | undefined): string {
  const rounded = Math.abs(points).toFixed(1);
  const than = shallow === undefined ? "" : ` error than ${shallow}`;
  if (Number.isNaN(points)) return "an error that is no number";
  if (rounded === "0.0") return `the same error${shallow === undefined ? "" : ` as ${shallow}`}, to 0.1 points`;
  return `${rounded} points ${points > 0 ? "more" : "less"}${than}`;
}

// Plain first; nets of one kind that differ in block or shortcut are kinds of their own, and named apart.
function listKinds(rows: readonly SummaryRow[]): Kind[] {
  const trained = rows.filter(({ trainError }) => trainError);
  return [false, true].flatMap((residual) => {
    const same = trained.filter((row) => isResidual(row) === residual);
    const blocks = new Set(same.map(({ model }) => model.block));
    const shortcuts = new Set(same.map(({ model }) => model.shortcut));
    const groups = groupBy(same, ({ model }) =>
      [
        residual ? "Residual" : "Plain",
        blocks.size > 1 ? `, ${model.block}` : "",
        shortcuts.size > 1 ? `, option ${model.shortcut}` : "",
      ].join(""),
    );
    return [...groups].map(([name, group]) => ({
      name,
      residual,
      errors: new Map(group.map(({ model, trainError }) => [model.depth, trainError?.mean ?? Number.NaN])),
    }));
  });
}

/** What tells a set-up from the others of its experiment. */
export function setupName({ dataset, iterations }: SummaryRow): string {
  return `${dataset}, ${iterations} iterations`;
}
