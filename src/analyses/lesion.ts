// How much a trained net loses without a block, without several, and with blocks in another order: Veit, Wilber and Belongie,
// "Residual Networks Behave Like Ensembles of Relatively Shallow Networks" (2016), sections 4.1 to 4.3, Figs. 3 to 5.
import type { Settings } from "../config/analysis-schemas.ts";
import { isPlain } from "../config/names.ts";
import type { RunSections } from "../config/schema.ts";
import { permutation, randomStream } from "../random.ts";
import type { NamedTensor } from "../types.ts";
import type { Analysis, Part, Row, Subject } from "./analysis.ts";
import { testChanged } from "./changed-net.ts";
import { type Unit, unitsOf } from "./units.ts";

type LesionSettings = Settings<"lesion">;

/** Settings allow fewer draws than this. */
const drawsApart = 2 ** 16;

export const lesion: Analysis<LesionSettings> = {
  version: 1,

  unsuited({ model: { block, activation } }: RunSections) {
    if (!isPlain(block) || activation === "original") return undefined;
    return `the layers of a plain net with activation ${activation} get negative numbers, which no ReLU passes on`;
  },

  parts(subject, settings) {
    const units = unitsOf(subject.sections, subject.input, subject.weights);
    const part = (name: string, row: Row, weights: () => readonly NamedTensor[]): Part => ({
      name,
      measure: async () => {
        const { error, loss } = await testChanged(subject, weights(), settings.images);
        return [{ ...row, error, loss }];
      },
    });
    const { weights } = subject;
    return [
      part("whole", { change: "none", unit: "", count: 0, draw: 0, tau: 1 }, () => weights),
      ...units.flatMap(({ name, without }) => {
        if (!without) return [];
        return [
          part(`without ${name}`, { change: "deleted", unit: name, count: 1, draw: 0, tau: null }, () =>
            without(weights),
          ),
        ];
      }),
      ...manyDeleted(subject, units, settings).map(({ count, draw, weights }) =>
        part(`${count} deleted, draw ${draw}`, { change: "deleted", unit: "", count, draw, tau: null }, weights),
      ),
      ...swapped(subject, units, settings).map(({ count, draw, tau, weights }) =>
        part(`${count} swaps, draw ${draw}`, { change: "swapped", unit: "", count, draw, tau }, weights),
      ),
    ];
  },
};

interface Draw {
  readonly count: number;
  /** From 1. */
  readonly draw: number;
  readonly weights: () => readonly NamedTensor[];
}

/** Units deleted at random, all at once. */
function manyDeleted({ seed, weights }: Subject, units: readonly Unit[], { deleted, draws }: LesionSettings): Draw[] {
  const candidates = units.flatMap(({ without }) => without ?? []);
  return eachDraw(
    deleted.filter((count) => count <= candidates.length),
    draws,
  ).map(({ count, draw }) => {
    const order = permutation(randomStream(seed, "delete", count * drawsApart + draw), candidates.length);
    const chosen = [...order.subarray(0, count)].map((index) => candidates[index]!);
    return { count, draw, weights: () => chosen.reduce((left, without) => without(left), weights) };
  });
}

/** Units of the same shape that change places at random, one pair after the other. */
function swapped({ seed, weights }: Subject, units: readonly Unit[], settings: LesionSettings) {
  const shapes = new Map(weights.map(({ name, shape }) => [name, shape]));
  const shapeOf = ({ keepsShape, tensors }: Unit) =>
    JSON.stringify([keepsShape, tensors.map((name) => shapes.get(name))]);
  const pairs = units.flatMap((first, i) =>
    units.flatMap((second, j) => (j > i && shapeOf(first) === shapeOf(second) ? [[i, j] as const] : [])),
  );
  if (pairs.length === 0) return [];
  return eachDraw(settings.swapped, settings.draws).map(({ count, draw }) => {
    const uniform = randomStream(seed, "permute", count * drawsApart + draw);
    const order = units.map((_, index) => index);
    for (let swap = 0; swap < count; swap++) {
      const [i, j] = pairs[Math.floor(uniform(swap) * pairs.length)]!;
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return { count, draw, tau: kendallTau(order), weights: () => inOrder(weights, units, order) };
  });
}

function eachDraw(counts: readonly number[], draws: number) {
  const each = Array.from({ length: draws }, (_, index) => index + 1);
  return [...new Set(counts)].flatMap((count) => each.map((draw) => ({ count, draw })));
}

/** The weights of the net with unit `order[i]` in the place of unit i. */
function inOrder(weights: readonly NamedTensor[], units: readonly Unit[], order: readonly number[]): NamedTensor[] {
  const byName = new Map(weights.map((tensor) => [tensor.name, tensor]));
  const moved = new Map(
    order.flatMap((from, to) =>
      units[to]!.tensors.map((name, k) => [name, byName.get(units[from]!.tensors[k]!)!.data] as const),
    ),
  );
  return weights.map((tensor) => ({ ...tensor, data: moved.get(tensor.name) ?? tensor.data }));
}

/** Kendall's rank correlation with the original order: 1 for the same order, −1 for the reverse. */
export function kendallTau(order: readonly number[]): number {
  const pairs = (order.length * (order.length - 1)) / 2;
  let reversed = 0;
  order.forEach((value, i) => {
    for (const later of order.slice(i + 1)) if (later < value) reversed++;
  });
  return pairs === 0 ? 1 : 1 - (2 * reversed) / pairs;
}
