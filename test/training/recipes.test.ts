// Ten steps by recipes that came after the paper follow PyTorch's losses (fixture: test/fixtures/pytorch_trajectory.py).
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { TrainingConfig } from "../../src/config/schema.ts";
import type { ReferenceNet } from "../../src/conformance/reference-nets.ts";
import { trajectory } from "../../src/conformance/trajectory.ts";
import { openEngine } from "../../src/engines/choice.ts";
import type { EngineName } from "../../src/engines/names.ts";
import { installed } from "../engines/tensorflow/installed.ts";

interface Recipe {
  readonly net: string;
  readonly training: Partial<TrainingConfig>;
  readonly losses: readonly number[];
}

const path = new URL("../fixtures/pytorch-trajectory.json", import.meta.url);
const fixture = JSON.parse(readFileSync(path, "utf8")) as { cases: ReferenceNet[]; recipes: Recipe[] };
const recipes = fixture.recipes.map((recipe) => ({ ...recipe, title: JSON.stringify(recipe.training) }));
const netOf = ({ net }: Recipe) => fixture.cases.find(({ title }) => title === net)!;

function largestDifference(losses: readonly number[], expected: readonly number[]): number {
  return Math.max(...losses.map((loss, step) => Math.abs(loss / expected[step]! - 1)));
}

describe.each<EngineName>(["native", "cpu", ...(installed ? (["tensorflow"] as const) : [])])(
  "on the %s engine ten steps",
  (engine) => {
    beforeAll(async () => {
      await openEngine(engine, { threads: 2 });
    });

    test.each(recipes)("with $title follow PyTorch's losses within 1e-5", async (recipe) => {
      const losses = await trajectory(netOf(recipe), "float32", recipe.training);
      expect(losses).toHaveLength(recipe.losses.length);
      expect(largestDifference(losses, recipe.losses)).toBeLessThan(1e-5);
    });
  },
);

test.each(recipes)("with $title change the losses by more than the tolerance", (recipe) => {
  expect(largestDifference(netOf(recipe).losses, recipe.losses)).toBeGreaterThan(1e-3);
});

test.each(recipes)("with $title have the same bits for any number of threads, also in bf16-mixed", async (recipe) => {
  for (const precision of ["float32", "bf16-mixed"] as const) {
    const losses: number[][] = [];
    for (const threads of [1, 3]) {
      await openEngine("native", { threads });
      losses.push(await trajectory(netOf(recipe), precision, recipe.training));
    }
    expect(losses[1]).toEqual(losses[0]);
  }
});
