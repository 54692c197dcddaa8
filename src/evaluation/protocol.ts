// A testing protocol: which looks a test takes at an image, and which statistics batch normalisation uses.
import { centreLook, type Look, tenCrops } from "../datasets/looks.ts";
import { UserError } from "../errors.ts";
import type { EvaluationRecord } from "../records/evaluations.ts";

export interface Protocol {
  readonly crops: 1 | 10;
  /** Short sides; whole images are resized to each. */
  readonly scales?: readonly number[] | undefined;
  /** Images per forward pass; absent: the run's own batch size. */
  readonly batch?: number | undefined;
  readonly statistics: "running" | "precise";
  /** Training batches that precise statistics are averaged over. */
  readonly statisticsBatches: number;
}

/** The looks of a protocol. @throws UserError where both crops and scales are asked for */
export function looksOf({ crops, scales }: Pick<Protocol, "crops" | "scales">): readonly Look[] {
  if (!scales) return crops === 10 ? tenCrops : [centreLook];
  if (crops === 1) return scales.map((size) => ({ ...centreLook, size }));
  throw new UserError("Expected --crops 10 or --scales, got both.", [
    "The paper crops at one scale (Tables 2 and 3) and tests whole images at several (Tables 4 and 5).",
  ]);
}

/** Most images per forward pass, so that the largest scale takes no more memory than unscaled images. */
export function batchSizeFor({ scales, batch }: Pick<Protocol, "scales" | "batch">, own: number, side: number): number {
  if (batch !== undefined) return batch;
  const largest = Math.max(side, ...(scales ?? []));
  return Math.max(1, Math.floor(own * (side / largest) ** 2));
}

/** The protocol in the form of the record. */
export function recordedProtocol(protocol: Protocol): EvaluationRecord["protocol"] {
  const { crops, scales, statistics, statisticsBatches } = protocol;
  return {
    crops,
    scales: scales ? [...scales] : null,
    statistics,
    statisticsBatches: statistics === "precise" ? statisticsBatches : null,
  };
}
