// The checks of one engine: every operation against the reference engine, ten steps of six nets against PyTorch, and speed.
// A check that fails or throws is a finding. The next check still runs.
import * as tf from "@tensorflow/tfjs-core";
import { modelSchema } from "../config/schema.ts";
import { openEngine, probeEngine } from "../engines/choice.ts";
import type { EngineOptions } from "../engines/engine.ts";
import { type EngineName, mixedEngines, referenceEngine } from "../engines/names.ts";
import { errorMessage } from "../errors.ts";
import { inPrecision } from "../ops/kernel.ts";
import { roundToBfloat16 } from "../ops/mixed.ts";
import type { Precision } from "../ops/precision.ts";
import { benchmark } from "../training/benchmark.ts";
import type { Batch, ModelInput } from "../types.ts";
import { Draw, type InputValues } from "./draw.ts";
import { type CheckEvent, errorLimit, type Finding, mixedCheck, mixedLimit, timedNet } from "./finding.ts";
import {
  mixedOperationNames,
  type OperationCase,
  type OperationName,
  operationNames,
  operations,
} from "./operations.ts";
import { type ReferenceNet, referenceNets } from "./reference-nets.ts";
import { trajectory } from "./trajectory.ts";

const seed = 0;
const casesPerOperation = { float32: 12, "bf16-mixed": 3 };

/** Runs every check on the engine, in this process; the engine stays open. */
export async function* checkEngine(name: EngineName, options: EngineOptions): AsyncGenerator<CheckEvent, void> {
  const probed = await probeEngine(name, options);
  if ("unavailable" in probed) {
    yield { kind: "unavailable", reason: probed.unavailable };
    return;
  }
  yield { kind: "opened", engine: probed };
  const isReference = name === referenceEngine;
  const expected = isReference ? [] : await expectedOperations(operationNames, "float32");
  const isMixed = !isReference && mixedEngines.includes(name);
  const expectedMixed = isMixed ? await expectedOperations(mixedOperationNames, "bf16-mixed") : [];
  await openEngine(name, options);
  for (const { operation, cases } of expected) {
    yield { kind: "checking", check: operation };
    const found = [new Worst(operation, "forward"), new Worst(operation, "gradient")] as const;
    for (const finding of await checkOperation(found, cases)) yield { kind: "finding", finding };
  }
  if (isMixed) {
    const check = mixedCheck;
    yield { kind: "checking", check };
    const found = [new Worst(check, "forward", mixedError), new Worst(check, "gradient", mixedError)] as const;
    const cases = expectedMixed.flatMap((expected) => expected.cases.map((one) => named(one, expected.operation)));
    for (const finding of await checkOperation(found, cases)) yield { kind: "finding", finding };
  }
  for (const net of referenceNets) {
    yield { kind: "checking", check: net.title };
    yield { kind: "finding", finding: await checkNet(net) };
  }
  yield { kind: "checking", check: "the speed" };
  yield { kind: "speed", ...(await measureSpeed()) };
}

/** A case with the results of the reference engine. */
interface ExpectedCase {
  readonly operation: OperationCase;
  readonly precision: Precision;
  readonly outputs: readonly InputValues[];
  /** The gradient of the output, and the gradients of the inputs. */
  readonly dy: InputValues;
  readonly gradients: readonly InputValues[];
}

/** Draws cases of the operations and computes them on the reference engine. */
async function expectedOperations(
  names: readonly OperationName[],
  precision: Precision,
): Promise<{ operation: OperationName; cases: ExpectedCase[] }[]> {
  await openEngine(referenceEngine);
  const draw = new Draw(seed);
  const expected: { operation: OperationName; cases: ExpectedCase[] }[] = [];
  for (const operation of names) {
    const cases: ExpectedCase[] = [];
    for (let i = 0; i < casesPerOperation[precision]; i++) {
      const drawn = stored(operations[operation](draw, i), precision);
      const outputs = await compute(drawn.inputs, precision, (inputs) => drawn.forward(inputs));
      const dy = storedValues(draw.normal(outputs[0]!.shape), precision);
      const expected = { operation: drawn, precision, outputs, dy };
      cases.push({ ...expected, gradients: await computeGradients(expected) });
    }
    expected.push({ operation, cases });
  }
  return expected;
}

function named(expected: ExpectedCase, name: OperationName): ExpectedCase {
  const { operation } = expected;
  return { ...expected, operation: { ...operation, title: `${name}, ${operation.title}` } };
}

/** The case with its numbers rounded like the activations of this precision. */
function stored(operation: OperationCase, precision: Precision): OperationCase {
  return { ...operation, inputs: operation.inputs.map((input) => storedValues(input, precision)) };
}

function storedValues({ shape, values }: InputValues, precision: Precision): InputValues {
  const isRounded = precision === "bf16-mixed" && values instanceof Float32Array;
  return { shape, values: isRounded ? roundToBfloat16(values) : values };
}

async function checkOperation(
  [forward, gradient]: readonly [Worst, Worst],
  cases: readonly ExpectedCase[],
): Promise<Finding[]> {
  for (const expected of cases) {
    const { operation, precision, outputs, gradients } = expected;
    const again = () => compute(operation.inputs, precision, (x) => operation.forward(x));
    await forward.compare(operation.title, outputs, again);
    // It starts from the reference's outputs, so that neither an earlier error nor rounding at ReLU's kink counts here.
    if (operation.gradient) await gradient.compare(operation.title, gradients, () => computeGradients(expected));
  }
  return [forward, gradient].filter(({ cases }) => cases > 0).map((worst) => worst.finding());
}

async function computeGradients({
  operation,
  precision,
  outputs,
  dy,
}: Omit<ExpectedCase, "gradients">): Promise<InputValues[]> {
  const [inputs, before] = [operation.inputs.length, operation.inputs.length + outputs.length];
  return compute(
    [...operation.inputs, ...outputs, dy],
    precision,
    (tensors) => operation.gradient?.(tensors.slice(0, inputs), tensors.slice(inputs, before), tensors[before]!) ?? [],
  );
}

/** Copies the inputs to the current engine, computes, copies the results back, and frees everything on the engine. */
async function compute(
  inputs: readonly InputValues[],
  precision: Precision,
  run: (tensors: tf.Tensor[]) => tf.Tensor[],
): Promise<InputValues[]> {
  const outputs = tf.tidy(() => {
    const tensors = inputs.map(({ shape, values }) =>
      tf.tensor(values, [...shape], values instanceof Int32Array ? "int32" : "float32"),
    );
    return inPrecision(precision, () => run(tensors));
  });
  try {
    const values = await Promise.all(outputs.map((tensor) => tensor.data()));
    return outputs.map(({ shape }, i) => ({ shape, values: values[i] as Float32Array | Int32Array }));
  } finally {
    tf.dispose(outputs);
  }
}

async function checkNet(net: ReferenceNet): Promise<Finding> {
  const worst = new Worst(net.title, "steps");
  let losses: readonly number[];
  try {
    losses = await trajectory(net);
  } catch (error) {
    worst.refuse("training", error);
    return worst.finding();
  }
  net.losses.forEach((expected, step) => {
    worst.add(`step ${step + 1}`, Math.abs((losses[step] ?? Number.NaN) - expected) / expected);
  });
  return worst.finding();
}

/** The speed of training a small net: on one image if the engine is slow, else on the batch. */
async function measureSpeed(): Promise<{ imagesPerSecond: number; peakMB: number }> {
  const { depth, width, batch } = timedNet;
  const model = modelSchema.parse({ family: "cifar", depth, width });
  const input = { height: 32, width: 32, channels: 3, classes: 10 };
  const rate = async (images: number, steps: number, warmUpSteps: number): Promise<number> => {
    const made = randomBatch(images, input);
    const times = await benchmark(model, input, { batchOf: () => made, steps, warmUpSteps, evaluate: false });
    return images / Math.min(...times.steps.map(({ total }) => total));
  };
  // The first step is not timed: an engine may compile its kernels in it.
  const single = await rate(1, 1, 1);
  const imagesPerSecond = single < 5 ? single : await rate(batch, 5, 1);
  return { imagesPerSecond, peakMB: Math.round(process.resourceUsage().maxRSS / 1024) };
}

function randomBatch(count: number, { height, width, channels, classes }: ModelInput): Batch {
  const draw = new Draw(seed);
  const shape = [count, height, width, channels] as const;
  const [images, labels] = [draw.normal(shape), draw.labels(count, classes)];
  return { images: images.values as Float32Array, shape, labels: labels.values as Int32Array };
}

/** The largest error of a check's cases. */
class Worst {
  readonly #check: string;
  readonly #part: Finding["part"];
  readonly #errorOf: typeof relativeError;
  #error = 0;
  #worst = "";
  cases = 0;

  constructor(check: string, part: Finding["part"], errorOf = relativeError) {
    this.#check = check;
    this.#part = part;
    this.#errorOf = errorOf;
  }

  async compare(
    title: string,
    expected: readonly InputValues[],
    actual: () => Promise<readonly InputValues[]>,
  ): Promise<void> {
    try {
      this.add(title, this.#errorOf(expected, await actual()));
    } catch (error) {
      this.refuse(title, error);
    }
  }

  add(title: string, error: number): void {
    this.cases++;
    // The first error that is not finite stays.
    if (!(error <= this.#error) && Number.isFinite(this.#error)) {
      this.#error = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
      this.#worst = title;
    }
  }

  refuse(title: string, error: unknown): void {
    this.add(`${title}: ${errorMessage(error)}`, Number.POSITIVE_INFINITY);
  }

  finding(): Finding {
    const error = Number.isFinite(this.#error) ? this.#error : null;
    const held = error !== null && error <= errorLimit;
    return { check: this.#check, part: this.#part, cases: this.cases, error, held, worst: this.#worst };
  }
}

/**
 * The largest difference, in units of each tensor's largest expected number. Rounding grows with the terms of a sum, and a
 * small result may have large terms. Infinite if a number is not finite or the shapes differ.
 */
export function relativeError(expected: readonly InputValues[], actual: readonly InputValues[]): number {
  if (expected.length !== actual.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [i, { shape, values }] of expected.entries()) {
    const other = actual[i]!;
    if (shape.join() !== other.shape.join()) return Number.POSITIVE_INFINITY;
    const scale = largestOf(values) || 1;
    for (let at = 0; at < values.length; at++) {
      const error = Math.abs(values[at]! - other.values[at]!) / scale;
      if (!Number.isFinite(error)) return Number.POSITIVE_INFINITY;
      if (error > largest) largest = error;
    }
  }
  return largest;
}

/**
 * The same for bf16-mixed precision: the mean of the differences, or the largest difference if it is more than one rounding.
 * A float32 rounding in a sum may change the bfloat16 to which the sum is rounded.
 */
function mixedError(expected: readonly InputValues[], actual: readonly InputValues[]): number {
  const largest = relativeError(expected, actual);
  if (!(largest <= mixedLimit.single)) return largest;
  const means = expected.map(({ values }, i) => {
    const other = actual[i]!.values;
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += Math.abs(values[at]! - other[at]!);
    return sum / values.length / (largestOf(values) || 1);
  });
  return Math.max(...means);
}

function largestOf(values: Float32Array | Int32Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
