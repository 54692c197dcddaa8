// Mean, standard deviation and confidence interval over runs.
import { criticalValue } from "./student.ts";

/** Of `count` runs; the standard deviation has n−1 in its denominator, and one run has none. */
export interface Statistic {
  readonly count: number;
  readonly mean: number;
  readonly std?: number;
}

/** The statistic of some numbers; undefined for none. */
export function statistic(values: readonly number[]): Statistic | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { count, mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, std: Math.sqrt(squares / (count - 1)) };
}

/** The 95 % confidence interval of the mean by Student's t, supposing normal errors; undefined for one run. */
export function interval(of: Statistic): readonly [low: number, high: number] | undefined {
  if (of.std === undefined) return undefined;
  const half = (quantileOf(of.count - 1) * of.std) / Math.sqrt(of.count);
  return [of.mean - half, of.mean + half];
}

const normalQuantile = 1.959964;

/** What |T| exceeds with a probability of 5 %. */
function quantileOf(freedom: number): number {
  return criticalValue(0.05, freedom);
}

/** A statistic with the variance that the measurement of one value has by itself, however alike runs are. */
export interface Measurable extends Statistic {
  readonly noise: number;
}

/**
 * Half the width of the 95 % interval of the difference of two means by Student's t, supposing that both nets scatter alike.
 * Where each has one run, only the noise of measurement is known, so the interval is too narrow.
 */
export function differenceMargin(a: Measurable, b: Measurable): number {
  const freedom = a.count + b.count - 2;
  const scatter = [a, b].reduce((sum, { std = 0, count }) => sum + (count - 1) * std ** 2, 0) / Math.max(1, freedom);
  const variance = Math.max(scatter, (a.noise + b.noise) / 2);
  return (freedom > 0 ? quantileOf(freedom) : normalQuantile) * Math.sqrt(variance * (1 / a.count + 1 / b.count));
}

/**
 * The same by Welch's t, which lets the two scatter differently, as a high learning rate does. Undefined where either has one run,
 * or neither scatters.
 */
export function welchMargin(a: Statistic, b: Statistic): number | undefined {
  if (a.std === undefined || b.std === undefined) return undefined;
  const { variance, freedom } = weightedVariance([
    { ...a, weight: 1 },
    { ...b, weight: -1 },
  ]);
  if (variance === 0) return undefined;
  return quantileOf(freedom) * Math.sqrt(variance);
}

/** Of a weighted sum of means: its variance, and the degrees of freedom by Welch and Satterthwaite, not rounded. */
export function weightedVariance(means: readonly (Statistic & { readonly weight: number })[]): {
  readonly variance: number;
  readonly freedom: number;
} {
  const parts = means.map(({ weight, std = 0, count }) => ({ part: (weight * std) ** 2 / count, freedom: count - 1 }));
  const variance = parts.reduce((sum, { part }) => sum + part, 0);
  const squares = parts.reduce((sum, { part, freedom }) => sum + part ** 2 / Math.max(1, freedom), 0);
  return { variance, freedom: variance ** 2 / squares };
}
