// The loss around a trained net: Li et al., "Visualizing the Loss Landscape of Neural Nets" (2018), section 4. A direction has
// a random number for each weight. It is normalised by filters: what belongs to an output of a layer gets the length of
// that output's weights. γ, β and biases do not change.
import type { Settings } from "../config/analysis-schemas.ts";
import { normal, randomStream } from "../random.ts";
import { evaluate } from "../training/evaluate.ts";
import type { NamedTensor } from "../types.ts";
import type { Analysis, Part, Row, Subject } from "./analysis.ts";
import { laterBatches, withNet } from "./changed-net.ts";

type LandscapeSettings = Settings<"landscape">;
type Direction = readonly NamedTensor[];

export const landscape: Analysis<LandscapeSettings> = {
  version: 1,

  unsuited: () => undefined,

  parts(subject, settings) {
    const { directions, points, plane } = settings;
    const along = (first: number, second: number, alphas: readonly number[], beta: number) => async () => {
      const [a, b] = [first, second].map((number) => directionOf(subject, number));
      const rows: Row[] = [];
      for (const alpha of alphas) {
        const weights = moved(moved(subject.weights, a!, alpha), b!, beta);
        const { loss, error } = await testOnTraining(subject, settings, weights);
        rows.push({ alpha, beta, loss, error });
      }
      return rows;
    };
    const withPlace = (place: Row, measure: () => Promise<readonly Row[]>) => async () =>
      (await measure()).map((row) => ({ ...place, ...row }));
    const lines = Array.from({ length: directions }, (_, index): Part => {
      const direction = index + 1;
      const measure = along(direction, direction, evenly(points), 0);
      return { name: `direction ${direction}`, measure: withPlace({ drawn: "line", direction }, measure) };
    });
    const rows = evenly(plane).map((beta): Part => {
      const measure = along(1, 2, evenly(plane), beta);
      return { name: `plane at ${beta}`, measure: withPlace({ drawn: "plane", direction: 1 }, measure) };
    });
    return [...lines, ...rows];
  },
};

async function testOnTraining(subject: Subject, { batches }: LandscapeSettings, weights: readonly NamedTensor[]) {
  return withNet(subject, subject.sections.model, weights, (model) => evaluate(model, laterBatches(subject, batches)));
}

/** Numbers from −1 to 1, both included. */
function evenly(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (2 * i) / (count - 1) - 1);
}

function moved(weights: readonly NamedTensor[], direction: Direction, by: number): NamedTensor[] {
  if (by === 0) return [...weights];
  return weights.map((tensor, index) => {
    const { data } = direction[index]!;
    return { ...tensor, data: tensor.data.map((value, i) => value + by * data[i]!) };
  });
}

/** A direction by its number, from 1: of each tensor a step. */
export function directionOf({ seed, weights }: Pick<Subject, "seed" | "weights">, number: number): Direction {
  return weights.map((tensor, index) => {
    const { name, shape, data } = tensor;
    if (!name.endsWith(".weights")) return { ...tensor, data: new Float32Array(data.length) };
    const uniform = randomStream(seed, "direction", number * weights.length + index);
    const step = Float32Array.from(data, (_, i) => normal(uniform, i));
    return { name, shape, data: asLongAs(step, data, shape.at(-1)!) };
  });
}

/** The step with the length of the weights, output by output. The outputs are the last axis. */
function asLongAs(step: Float32Array, weights: Float32Array, outputs: number): Float32Array {
  const length = (values: Float32Array, output: number) => {
    let squares = 0;
    for (let i = output; i < values.length; i += outputs) squares += values[i]! ** 2;
    return Math.sqrt(squares);
  };
  const factors = Array.from({ length: outputs }, (_, output) => length(weights, output) / length(step, output));
  return step.map((value, i) => value * factors[i % outputs]!);
}
