// Mean, standard deviation and confidence interval over runs.

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

// The 0.975 quantiles of Student's t, by degrees of freedom from 1 on.
// biome-ignore format: a table
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The 95 % confidence interval of the mean by Student's t, supposing normal errors; undefined for one run. */
export function interval(of: Statistic): readonly [low: number, high: number] | undefined {
  if (of.std === undefined) return undefined;
  const half = (quantileOf(of.count - 1) * of.std) / Math.sqrt(of.count);
  return [of.mean - half, of.mean + half];
}

const normalQuantile = 1.959964;

/** Whole degrees of freedom. Past the table, the first term of the expansion about the normal distribution: within 0.001. */
function quantileOf(freedom: number): number {
  return quantiles[freedom - 1] ?? normalQuantile + (normalQuantile ** 3 + normalQuantile) / (4 * freedom);
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
 * The same by Welch's t, which lets the two scatter differently, as a high learning rate does. Degrees of freedom are rounded
 * down. Undefined where either has one run, or neither scatters.
 */
export function welchMargin(a: Statistic, b: Statistic): number | undefined {
  if (a.std === undefined || b.std === undefined) return undefined;
  const { variance, freedom } = weightedVariance([
    { ...a, weight: 1 },
    { ...b, weight: -1 },
  ]);
  if (variance === 0) return undefined;
  return quantileOf(Math.max(1, Math.floor(freedom))) * Math.sqrt(variance);
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
