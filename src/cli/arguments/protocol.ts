// A testing protocol on the command line (--crops, --scales) to the looks it takes at an image.
import { centreLook, type Look, tenCrops } from "../../datasets/looks.ts";
import { UserError } from "../../errors.ts";

export interface ProtocolOptions {
  readonly crops: 1 | 10;
  /** Short sides; whole images are resized to each. */
  readonly scales?: readonly number[] | undefined;
  /** Images a forward pass; the run's own without it. */
  readonly batch?: number | undefined;
}

/** The looks of a protocol. @throws UserError where both crops and scales are asked for */
export function looksOf({ crops, scales }: ProtocolOptions): readonly Look[] {
  if (!scales) return crops === 10 ? tenCrops : [centreLook];
  if (crops === 1) return scales.map((size) => ({ ...centreLook, size }));
  throw new UserError("Expected --crops 10 or --scales, got both.", [
    "The paper crops at one scale (Tables 2 and 3) and tests whole images at several (Tables 4 and 5).",
  ]);
}

/** Images a forward pass at most, so that the largest scale takes no more memory than images as they are. */
export function batchSizeFor({ scales, batch }: ProtocolOptions, own: number, side: number): number {
  if (batch !== undefined) return batch;
  const largest = Math.max(side, ...(scales ?? []));
  return Math.max(1, Math.floor(own * (side / largest) ** 2));
}
