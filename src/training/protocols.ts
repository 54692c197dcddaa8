// Tests that look at an image more than once: with several crops, scales or nets. They average the probabilities of all
// looks, then of all nets (section 3.4; Tables 3 to 5). Knows no data set and no file.
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../models/model.ts";
import type { Batch, Batches } from "../types.ts";
import { imagesOf } from "./evaluate.ts";

/** A net with its looks at the images. Each look has the same images in the same batches. */
export interface NetUnderTest {
  readonly model: Model;
  readonly looks: readonly Batches[];
}

/** Errors are fractions of the images. The loss is the mean of −ln of the right class's probability, in nats. */
export interface Score {
  readonly loss: number;
  readonly top1Error: number;
  /** The right class is not among the five most probable. Absent if there are five classes or fewer. */
  readonly top5Error?: number;
}

/** The scores of each net alone, and of the average of all nets' probabilities. */
export interface TestResult {
  readonly images: number;
  readonly each: readonly Score[];
  readonly together: Score;
  /** Of each net: how many images of a class it takes for a class, [classes, classes], a row for the class of the images. */
  readonly confusions: readonly Uint32Array[];
}

/**
 * Tests nets on the images of their looks.
 * @param onProgress is called after each batch with the images seen so far
 */
export async function testNets(
  nets: readonly NetUnderTest[],
  onProgress: (images: number) => void = () => {},
): Promise<TestResult> {
  const readers = nets.map(({ model, looks }) => ({ model, looks: looks.map(iterate), tally: new Tally() }));
  const together = new Tally();
  for (;;) {
    const parts: Float64Array[] = [];
    let labels: Int32Array | undefined;
    for (const { model, looks, tally } of readers) {
      const seen: Float64Array[] = [];
      for (const look of looks) {
        const { value: batch, done } = await look.next();
        if (done) continue;
        labels = batch.labels;
        seen.push(await classProbabilities(model, batch));
      }
      if (!labels || seen.length === 0) continue;
      const probabilities = mean(seen);
      tally.add(probabilities, labels);
      parts.push(probabilities);
    }
    if (!labels) break;
    together.add(mean(parts), labels);
    onProgress(together.images);
  }
  return {
    images: together.images,
    each: readers.map(({ tally }) => tally.score()),
    together: together.score(),
    confusions: readers.map(({ tally }) => tally.confusion),
  };
}

/** What a net takes the images of a batch for: [batch, classes], row by row. */
export async function classProbabilities(model: Model, batch: Batch): Promise<Float64Array> {
  return softmax(await logitsOf(model, batch), batch.labels.length);
}

/** [batch, classes], row by row. */
export async function logitsOf(model: Model, batch: Batch): Promise<ArrayLike<number>> {
  const logits = tf.tidy(() => model.evaluate(imagesOf(batch)));
  const values = await logits.data();
  logits.dispose();
  return values;
}

function iterate(batches: Batches): Iterator<Batch> | AsyncIterator<Batch> {
  return Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
}

/**
 * Softmax of logits [rows, classes]. It computes in float64, so that different logits give different probabilities. The
 * error of a single look is then the error by its logits.
 */
export function softmax(logits: ArrayLike<number>, rows: number): Float64Array {
  const classes = logits.length / rows;
  const probabilities = Float64Array.from(logits);
  for (let start = 0; start < logits.length; start += classes) {
    const row = probabilities.subarray(start, start + classes);
    const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let i = 0; i < classes; i++) sum += row[i] = Math.exp(row[i]! - largest);
    for (let i = 0; i < classes; i++) row[i] = row[i]! / sum;
  }
  return probabilities;
}

/** The mean of arrays of equal length, element by element. */
export function mean(arrays: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(arrays[0]?.length ?? 0);
  for (const array of arrays) for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + array[i]!;
  return sums.map((sum) => sum / arrays.length);
}

/**
 * The number of classes that rank above the label. Of equally probable classes, the first ranks higher. 0 is a right
 * answer.
 */
export function rankOf(probabilities: Float64Array, label: number): number {
  const own = probabilities[label]!;
  let rank = 0;
  for (let i = 0; i < probabilities.length; i++) {
    // A probability that is NaN is never a right answer.
    if (!(probabilities[i]! < own) && i !== label && (probabilities[i] !== own || i < label)) rank++;
  }
  return rank;
}

/** The class of the highest probability, the first of equal ones, without the label's. */
function mostProbable(probabilities: Float64Array, label: number): number {
  let best = label === 0 ? 1 : 0;
  for (let i = 0; i < probabilities.length; i++) {
    if (i !== label && probabilities[i]! > probabilities[best]!) best = i;
  }
  return best;
}

/** The classes of the highest probabilities, highest first; of equal ones the first. */
export function topClasses(probabilities: Float64Array, count = listed): number[] {
  const order = Array.from(probabilities, (_, i) => i);
  return order.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b).slice(0, count);
}

const listed = 5;

class Tally {
  images = 0;
  confusion = new Uint32Array();
  #loss = 0;
  #wrong = 0;
  #unlisted = 0;
  #classes = 0;

  /** @param probabilities [images, classes] */
  add(probabilities: Float64Array, labels: Int32Array): void {
    this.#classes = probabilities.length / labels.length;
    if (this.confusion.length === 0) this.confusion = new Uint32Array(this.#classes ** 2);
    labels.forEach((label, image) => {
      const row = probabilities.subarray(image * this.#classes, (image + 1) * this.#classes);
      const rank = rankOf(row, label);
      this.images++;
      this.#loss -= Math.log(row[label]!);
      if (rank >= 1) this.#wrong++;
      if (rank >= listed) this.#unlisted++;
      const place = label * this.#classes + (rank === 0 ? label : mostProbable(row, label));
      this.confusion[place] = this.confusion[place]! + 1;
    });
  }

  score(): Score {
    return {
      loss: this.#loss / this.images,
      top1Error: this.#wrong / this.images,
      ...(this.#classes > listed && { top5Error: this.#unlisted / this.images }),
    };
  }
}
