// How much the difference of two nets' training errors may be due to chance: to the scatter of runs, or, where a net has
// one run, to the number of images that its error was measured on.
import { differenceMargin } from "./statistics.ts";
import type { SummaryRow } from "./tabulate.ts";

/** Half the width of the 95 % interval of the difference of two training errors, a fraction; NaN without errors. */
export function trainErrorMargin(a: SummaryRow, b: SummaryRow): number {
  if (!a.trainError || !b.trainError) return Number.NaN;
  return differenceMargin(
    { ...a.trainError, noise: measurementVariance(a) },
    { ...b.trainError, noise: measurementVariance(b) },
  );
}

/** The variance of one run's training error: a share of the images of the iterations since the line before. */
function measurementVariance({ runs, trainError }: SummaryRow): number {
  const { metrics, run } = runs.find(({ done }) => done) ?? runs[0];
  const [before, last] = [metrics.at(-2)?.iteration ?? 0, metrics.at(-1)?.iteration ?? 0];
  const images = Math.max(1, last - before) * run.spec.sections.training.batchSize;
  const share = trainError?.mean ?? 0;
  return (share * (1 - share)) / images;
}
