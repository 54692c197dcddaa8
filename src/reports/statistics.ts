// Mean and standard deviation over runs.

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
