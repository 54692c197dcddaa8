// Student's t distribution, for any number of degrees of freedom above zero: the probability beyond a value, and the value
// beyond which a probability lies. Accurate to about 1e-10.

/** The probability that |T| exceeds |t|. */
export function twoSidedTail(t: number, freedom: number): number {
  return tailOf(freedom)(t);
}

/**
 * The t that |T| exceeds with a probability of at most 0.05. Newton's method from the normal quantile: the tail is convex
 * there and t is larger, so each step stays below t.
 */
export function criticalValue(probability: number, freedom: number): number {
  const tail = tailOf(freedom);
  const scale = Math.exp(logGamma((freedom + 1) / 2) - logGamma(freedom / 2)) / Math.sqrt(freedom * Math.PI);
  let t = 1.959963;
  for (let step = 0; step < 200; step++) {
    const density = scale * (1 + (t * t) / freedom) ** (-(freedom + 1) / 2);
    const change = (tail(t) - probability) / (2 * density);
    t += change;
    if (Math.abs(change) < 1e-9 * t) break;
  }
  return t;
}

function tailOf(freedom: number): (t: number) => number {
  const beta = incompleteBeta(freedom / 2, 0.5);
  return (t) => {
    if (!Number.isFinite(t)) return Number.isNaN(t) ? Number.NaN : 0;
    return beta(freedom / (freedom + t * t));
  };
}

/** The regularised incomplete beta function I_x(a, b) of x, by its continued fraction (Abramowitz and Stegun, 26.5.8). */
function incompleteBeta(a: number, b: number): (x: number) => number {
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b);
  return (x) => {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const front = Math.exp(logFront + a * Math.log(x) + b * Math.log1p(-x));
    // The fraction converges fast below the mean of the distribution; above it, the other tail's does.
    return x > (a + 1) / (a + b + 2) ? 1 - (front * fraction(1 - x, b, a)) / b : (front * fraction(x, a, b)) / a;
  };
}

/** By Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let value = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return value;
}

/** Stirling's series (Abramowitz and Stegun, 6.1.41), after the argument is raised above 10. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += Math.log(z);
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5) - 1 / (1680 * z ** 7);
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
