import { beforeAll, describe, expect, test } from "vitest";
import { testChanged } from "../../src/analyses/changed-net.ts";
import { directionOf, landscape } from "../../src/analyses/landscape.ts";
import { analysisSchemas } from "../../src/config/analysis-schemas.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { hashSubject } from "./hash-subject.ts";

beforeAll(async () => {
  await openEngine("native", { threads: 2 });
});

const measure = async (settings: object) => {
  const subject = await hashSubject({ depth: 8 });
  const parts = landscape.parts(subject, analysisSchemas.landscape.parse({ batches: 1, ...settings }));
  const rows = (await Promise.all(parts.map((part) => part.measure()))).flat();
  return { subject, names: parts.map(({ name }) => name), rows };
};

test("a direction has for each filter the length of its weights, and leaves γ, β, biases and statistics alone", async () => {
  const subject = await hashSubject({ depth: 8 });
  const direction = directionOf(subject, 1);
  const filters = (values: Float32Array, outputs: number) =>
    Array.from({ length: outputs }, (_, output) => Math.hypot(...values.filter((_, i) => i % outputs === output)));
  for (const [i, { name, shape, data }] of subject.weights.entries()) {
    const step = direction[i]!;
    expect(step.name).toBe(name);
    if (!name.endsWith(".weights")) {
      expect(step.data.every((value) => value === 0)).toBe(true);
      continue;
    }
    const [ours, theirs] = [filters(step.data, shape.at(-1)!), filters(data, shape.at(-1)!)];
    for (const [filter, length] of ours.entries()) expect(length / theirs[filter]!).toBeCloseTo(1, 5);
  }
  expect(directionOf(subject, 2)[0]!.data).not.toEqual(direction[0]!.data);
});

describe("the loss", () => {
  test("at no step is that of the trained net on the training batches, whatever the direction", async () => {
    const { subject, rows } = await measure({ directions: 2, points: 5 });
    const batch = await subject.trainingBatch(subject.sections.training.iterations);
    const { loss } = await testChanged({ ...subject, testBatches: () => [batch] }, subject.weights);
    const middle = rows.filter(({ alpha }) => alpha === 0);
    expect(middle.map((row) => row.loss)).toEqual([loss, loss]);
    expect(rows.map(({ direction, alpha }) => `${direction} ${alpha}`)).toEqual(
      [1, 2].flatMap((direction) => [-1, -0.5, 0, 0.5, 1].map((alpha) => `${direction} ${alpha}`)),
    );
  });

  test("of the plane is that of the lines where one step is 0", async () => {
    const { names, rows } = await measure({ directions: 2, points: 3, plane: 3 });
    expect(names).toEqual(["direction 1", "direction 2", "plane at -1", "plane at 0", "plane at 1"]);
    const at = (drawn: string, place: object) => rows.find((row) => row.drawn === drawn && matches(row, place))!.loss;
    expect(at("plane", { alpha: 1, beta: 0 })).toBe(at("line", { alpha: 1, direction: 1 }));
    expect(at("plane", { alpha: 0, beta: -1 })).toBe(at("line", { alpha: -1, direction: 2 }));
  });
});

function matches(row: object, place: object): boolean {
  const values = new Map(Object.entries(row));
  return Object.entries(place).every(([key, value]) => values.get(key) === value);
}
