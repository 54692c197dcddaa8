// The answer to the paper's question from the rows of one set-up: does a deeper net end with more training error, and do
// shortcuts cure that? The training error decides, as in the paper: degradation is not overfitting.
import { isNearChance } from "./chance.ts";
import { groupBy } from "./group.ts";
import { trainErrorMargin } from "./scatter.ts";
import { isResidual, type SummaryRow } from "./tabulate.ts";

/** A deeper net degrades if its training error is more than this many points higher, and beyond the scatter. */
export const degradationPoints = 0.5;

/** The training error of the deepest net of a kind compared with the shallowest. */
export interface DepthEffect {
  readonly residual: boolean;
  /** The rest of the nets' labels, without the depth: "A", "bottleneck B", or nothing. */
  readonly variant: string;
  readonly shallow: number;
  readonly deep: number;
  /** Training error of the deep net minus that of the shallow one, in points; NaN where an error is not a number. */
  readonly points: number;
  /** Whether a difference of so many points may be due to chance. */
  readonly isWithinScatter: boolean;
}

/**
 * The effect of depth in each kind of net that has two depths, plain nets first. Where there are plain and residual nets,
 * only depths count that both have. A kind whose shallowest net is still near chance shows no effect yet.
 */
export function depthEffects(rows: readonly SummaryRow[]): DepthEffect[] {
  const trained = rows.filter(({ trainError }) => trainError);
  const kinds = [...groupBy(trained, (row) => `${isResidual(row)} ${variantOf(row)}`).values()];
  const depths = (residual: boolean) =>
    new Set(trained.filter((row) => isResidual(row) === residual).map(({ model }) => model.depth));
  const both = depths(true).size > 0 && depths(false).size > 0;
  return kinds
    .flatMap((kind) => {
      const [first] = kind as [SummaryRow];
      const residual = isResidual(first);
      const shared = kind
        .filter(({ model }) => !both || depths(!residual).has(model.depth))
        .sort((a, b) => a.model.depth - b.model.depth);
      const [shallow, deep] = [shared[0], shared.at(-1)];
      if (!shallow || !deep || shallow.model.depth === deep.model.depth || isNearChance(shallow)) return [];
      const difference = (deep.trainError?.mean ?? Number.NaN) - (shallow.trainError?.mean ?? Number.NaN);
      return [
        {
          residual,
          variant: variantOf(first),
          shallow: shallow.model.depth,
          deep: deep.model.depth,
          points: difference * 100,
          isWithinScatter: Math.abs(difference) <= trainErrorMargin(shallow, deep),
        },
      ];
    })
    .sort((a, b) => Number(a.residual) - Number(b.residual));
}

/** "Plain nets degrade, residual nets do not: without shortcuts, 34 layers …"; undefined where no kind has two depths. */
export function degradationClause(rows: readonly SummaryRow[]): string | undefined {
  const effects = depthEffects(rows);
  if (effects.length === 0) return undefined;
  let last = "";
  const clauses = effects.map((effect) => {
    const { shallow, deep, residual, variant } = effect;
    // A clause leaves out what it shares with the one before.
    const pair = `${shallow} ${deep}`;
    const repeated = pair === last;
    last = pair;
    const which = `${residual ? "with" : "without"} shortcuts${variant ? ` (${variant})` : ""}`;
    return `${which}, ${repeated ? "" : `${deep} layers end with `}${amount(effect, repeated ? undefined : shallow)}`;
  });
  return `${headline(effects)}: ${clauses.join("; ")}`;
}

function headline(effects: readonly DepthEffect[]): string {
  const plain = effects.filter(({ residual }) => !residual);
  const residual = effects.filter((effect) => effect.residual);
  if (effects.some(({ points }) => Number.isNaN(points)))
    return "Some nets end with a training error that is not a number";
  if (plain.length === 0 || residual.length === 0) {
    const kind = plain.length === 0 ? "Residual" : "Plain";
    return `${kind} nets ${verb(degradationOf(effects))}`;
  }
  const [ofPlain, ofResidual] = [degradationOf(plain), degradationOf(residual)];
  if (ofPlain === "yes" && ofResidual === "yes") {
    const worst = Math.max(...residual.map(({ points }) => points));
    return worst < Math.min(...plain.map(({ points }) => points))
      ? "Plain nets degrade, and residual nets degrade less"
      : "Plain nets degrade, and so do residual nets";
  }
  if (ofPlain === "yes") return `Plain nets degrade, residual nets ${verb(ofResidual, "do not")}`;
  if (ofResidual === "yes") return `Residual nets degrade, plain nets ${verb(ofPlain, "do not")}`;
  return ofPlain === "no" && ofResidual === "no" ? "No net degrades" : "No net degrades beyond the scatter";
}

type Degradation = "yes" | "no" | "unclear";

/** Unclear where an error is higher but within the scatter. */
function degradationOf(effects: readonly DepthEffect[]): Degradation {
  const higher = effects.filter(({ points }) => points > degradationPoints);
  if (higher.length === 0) return "no";
  return higher.every(({ isWithinScatter }) => isWithinScatter) ? "unclear" : "yes";
}

function verb(degradation: Degradation, denial = "do not degrade"): string {
  if (degradation === "yes") return "degrade";
  return degradation === "no" ? denial : `${denial} beyond the scatter`;
}

function amount({ points, isWithinScatter }: DepthEffect, shallow: number | undefined): string {
  const rounded = Math.abs(points).toFixed(1);
  const than = shallow === undefined ? "" : ` training error than ${shallow}`;
  if (Number.isNaN(points)) return "a training error that is not a number";
  if (rounded === "0.0")
    return `the same training error${shallow === undefined ? "" : ` as ${shallow}`}, to 0.1 points`;
  const scatter = isWithinScatter && Math.abs(points) > degradationPoints ? ", which is within the scatter" : "";
  return `${rounded} points ${points > 0 ? "more" : "less"}${than}${scatter}`;
}

function variantOf({ label }: SummaryRow): string {
  return label.split(" ").slice(1).join(" ");
}
