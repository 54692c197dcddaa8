// What a claim of the paper is, as data: a sentence, the nets that it compares, what is measured, and the side of a limit on
// which the paper says the difference lies. Decides nothing about runs.
import type { ClaimId } from "../../config/claim-names.ts";
import type { PaperModel } from "../tables.ts";

/**
 * What is measured on each run, or computed from the net alone: the parameters and multiply-adds of a net or of one unit.
 * - training error, test error: after the last iteration
 * - early training error: mean over the first quarter of the iterations
 * - responses: mean over the layers of the responses' standard deviations (Fig. 7)
 * - weakest gradient: smallest norm of a layer's weight gradient
 * - unit parameters, unit multiply-adds: of the second unit of the first stage, whose input and output have the same shape
 */
export type ClaimMetric =
  | "training error"
  | "test error"
  | "early training error"
  | "responses"
  | "weakest gradient"
  | "parameters"
  | "multiply-adds"
  | "unit parameters"
  | "unit multiply-adds";

/** A net of a comparison, with its name in messages. */
export interface ClaimNet {
  readonly label: string;
  readonly model: PaperModel;
}

/**
 * One comparison of a claim. Its difference is the sum of weight × metric over the nets; with two nets the weights are 1
 * and −1. The claim is that the difference lies between the limits. Errors are fractions. For "weakest gradient" and the
 * two costs it is a ratio: the product of metric ^ weight.
 */
export interface Comparison {
  readonly nets: readonly (ClaimNet & { readonly weight: number })[];
  readonly above?: number;
  readonly below?: number;
  /** The same difference in the paper, where it gives the numbers. */
  readonly paper?: number;
}

/** The command that trains the nets of a claim: an experiment that comes with the program, and how to run it. */
export interface ClaimTest {
  readonly experiment: string;
  readonly profile?: string;
  readonly set?: string;
}

/** A claim as src/paper/claims lists it. A claim of several comparisons is that all of them hold. */
export interface ClaimFacts {
  /** "Section 4.1, Table 2, Figure 4 left". */
  readonly place: string;
  /** In our words, about the paper's own nets. */
  readonly sentence: string;
  readonly metric: ClaimMetric;
  readonly comparisons: readonly Comparison[];
  /** At which scale the paper made it: "ImageNet, 600,000 iterations". */
  readonly scale: string;
  /** Absent where the claim needs no runs. */
  readonly test?: ClaimTest;
  /** Only the form of the units matters: nets of another depth test the claim too, if all have the same depth. */
  readonly anyDepth?: true;
  /** Only runs count that were trained this many times as long as others of their study on the same images. */
  readonly longer?: number;
  /** What a reader must know: whose the limit is, or where the paper's own numbers do not bear the sentence out. */
  readonly note?: string;
}

export interface Claim extends ClaimFacts {
  readonly id: ClaimId;
}

/** The paper's number for a net; undefined where it gives none. */
export type PaperNumber = (net: ClaimNet) => number | undefined;

/** The first net has a lower value than the second. */
export function lower(a: ClaimNet, b: ClaimNet, number?: PaperNumber): Comparison {
  return { ...difference([a, 1], [b, -1], number), below: 0 };
}

/** The first net has a higher value than the second. */
export function higher(a: ClaimNet, b: ClaimNet, number?: PaperNumber): Comparison {
  return { ...difference([a, 1], [b, -1], number), above: 0 };
}

/** The values of two nets differ by less than the margin. */
export function alike(a: ClaimNet, b: ClaimNet, margin: number, number?: PaperNumber): Comparison {
  return { ...difference([a, 1], [b, -1], number), above: -margin, below: margin };
}

/** Each net has a lower value than the one before. */
export function falling(nets: readonly ClaimNet[], number?: PaperNumber): Comparison[] {
  return nets.slice(1).map((net, i) => lower(net, nets[i] as ClaimNet, number));
}

/** Each net has a higher value than the one before. */
export function rising(nets: readonly ClaimNet[], number?: PaperNumber): Comparison[] {
  return nets.slice(1).map((net, i) => higher(net, nets[i] as ClaimNet, number));
}

/** The weighted sum of several nets, and the paper's where it has a number for each. */
export function contrast(weighted: readonly (readonly [ClaimNet, number])[], number?: PaperNumber): Comparison {
  const nets = weighted.map(([net, weight]) => ({ ...net, weight }));
  const numbers = weighted.map(([net]) => number?.(net));
  if (numbers.includes(undefined)) return { nets };
  return { nets, paper: nets.reduce((sum, { weight }, i) => sum + weight * (numbers[i] ?? Number.NaN), 0) };
}

function difference(
  a: readonly [ClaimNet, number],
  b: readonly [ClaimNet, number],
  number: PaperNumber | undefined,
): Comparison {
  return contrast([a, b], number);
}
