// Numbers in tables as people read them: percent with two digits. Data files hold the exact fractions.

import { percent } from "../../text/quantities.ts";
import type { Deviation } from "../analysis/deviation-phrases.ts";
import { interval, type Statistic } from "../analysis/statistics.ts";

/** "+0.25" or "−0.25" points; empty where there is no difference. */
export function points(difference: number | undefined): string {
  if (difference === undefined) return "";
  return `${difference < 0 ? "−" : "+"}${percent(Math.abs(difference))}`;
}

/** What ± means in `meanText`. */
export const scatterNote = "± is the standard deviation over runs, with n−1 in the denominator.";

/** "8.71 ± 0.15", the mean alone for one run, a dash for none. */
export function meanText(value: Statistic | undefined): string {
  if (!value) return "–";
  return value.std === undefined ? percent(value.mean) : `${percent(value.mean)} ± ${percent(value.std)}`;
}

/** "batches of 64, not 256; width 8, not 64"; empty for none. */
export function deviationsText(deviations: readonly Deviation[]): string {
  return deviations.map(({ text }) => text).join("; ");
}

/** "95 %: 8.52 to 8.90, n = 5", which goes with `meanText`; empty for none. */
export function statisticDetail(value: Statistic | undefined): string {
  if (!value) return "";
  const range = interval(value);
  const between = range ? `95 %: ${percent(range[0])} to ${percent(range[1])}, ` : "";
  return `${between}n = ${value.count}`;
}
