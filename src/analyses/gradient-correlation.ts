// How fast a net's gradients at nearby inputs become unlike: Balduzzi et al., "The Shattered Gradients Problem: If resnets are
// the answer, then what is the question?" (2017), Fig. 1. There the input is one number. Here it is the place on the straight
// line between two test images, and a gradient is the difference of the logits of neighbouring points. So it needs no
// derivative that an engine may lack.
import type { Settings } from "../config/analysis-schemas.ts";
import type { Model } from "../models/model.ts";
import { averageStatistics } from "../training/precise-statistics.ts";
import { logitsOf } from "../training/protocols.ts";
import type { Batch } from "../types.ts";
import type { Analysis, Row, Subject } from "./analysis.ts";
import { laterBatches, withNet, withUntrained } from "./changed-net.ts";

type CorrelationSettings = Settings<"gradient-correlation">;

export const gradientCorrelation: Analysis<CorrelationSettings> = {
  version: 1,

  unsuited: () => undefined,

  parts(subject, settings) {
    const { model } = subject.sections;
    return [
      {
        name: "untrained",
        measure: () =>
          withUntrained(subject, model, async (net) => {
            await averageStatistics(net, laterBatches(subject, settings.statisticsBatches));
            return measure("untrained", net, subject, settings);
          }),
      },
      {
        name: "trained",
        measure: () => withNet(subject, model, subject.weights, (net) => measure("trained", net, subject, settings)),
      },
    ];
  },
};

async function measure(state: string, model: Model, subject: Subject, settings: CorrelationSettings): Promise<Row[]> {
  const { points, pairs } = settings;
  const gradients: Float64Array[][] = [];
  for (const pair of await imagePairs(subject, pairs)) gradients.push(await gradientsBetween(model, pair, points));
  return correlations(gradients).map((correlation, lag) => ({ state, distance: lag / (points - 1), correlation }));
}

interface ImagePair {
  readonly images: readonly [Float32Array, Float32Array];
  readonly shape: Batch["shape"];
}

/** Neighbouring test images, from the first. */
async function imagePairs({ testBatches }: Subject, pairs: number): Promise<ImagePair[]> {
  const images: Float32Array[] = [];
  let shape: Batch["shape"] = [1, 0, 0, 0];
  for await (const batch of testBatches()) {
    const [count, height, width, channels] = batch.shape;
    const size = height * width * channels;
    shape = [1, height, width, channels];
    for (let i = 0; i < count; i++) images.push(batch.images.slice(i * size, (i + 1) * size));
    if (images.length >= 2 * pairs) break;
  }
  const count = Math.min(pairs, Math.floor(images.length / 2));
  return Array.from({ length: count }, (_, i) => ({ images: [images[2 * i]!, images[2 * i + 1]!], shape }));
}

const pointsAtOnce = 64;

/** Between neighbouring points of the line, the differences of the logits, less their mean: [points − 1][classes]. */
async function gradientsBetween(model: Model, { images, shape }: ImagePair, points: number): Promise<Float64Array[]> {
  const [from, to] = images;
  const logits: Float64Array[] = [];
  for (let first = 0; first < points; first += pointsAtOnce) {
    const count = Math.min(pointsAtOnce, points - first);
    const batch = new Float32Array(count * from.length);
    for (let i = 0; i < count; i++) {
      const t = (first + i) / (points - 1);
      batch.set(
        from.map((value, pixel) => value + t * (to[pixel]! - value)),
        i * from.length,
      );
    }
    const [, height, width, channels] = shape;
    const values = await logitsOf(model, {
      images: batch,
      shape: [count, height, width, channels],
      labels: new Int32Array(count),
    });
    const classes = values.length / count;
    for (let i = 0; i < count; i++) {
      logits.push(centred(Float64Array.from({ length: classes }, (_, c) => values[i * classes + c]!)));
    }
  }
  return logits.slice(1).map((after, i) => after.map((value, c) => value - logits[i]![c]!));
}

/** Probabilities do not depend on what all logits have in common. */
function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
}

/**
 * The cosine of the angle between gradients that are 0, 1, 2 … points apart, over all lines together. 1 at 0; it stays 1 for
 * a function that is linear on the line.
 * @param lines of each line its gradients in order, all of the same number
 */
export function correlations(lines: readonly (readonly Float64Array[])[]): number[] {
  const length = lines[0]?.length ?? 0;
  // Too few pairs are left at larger distances.
  return Array.from({ length: Math.ceil(length / 2) }, (_, lag) => {
    let [products, left, right] = [0, 0, 0];
    for (const gradients of lines) {
      for (let i = 0; i + lag < length; i++) {
        const [a, b] = [gradients[i]!, gradients[i + lag]!];
        products += dot(a, b);
        left += dot(a, a);
        right += dot(b, b);
      }
    }
    return products / Math.sqrt(left * right);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
