import { beforeAll, describe, expect, test } from "vitest";
import { construction } from "../../src/analyses/construction.ts";
import { identityConvolution, identityNormalisation } from "../../src/analyses/tensors.ts";
import { analysisSchemas } from "../../src/config/analysis-schemas.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { hashSubject } from "./hash-subject.ts";

beforeAll(async () => {
  await openEngine("native", { threads: 2 });
});

const settings = (given: object) => analysisSchemas.construction.parse(given);

describe("a layer of the identity", () => {
  test("has a kernel with 1 in the middle of its own channel, and else 0", () => {
    const { data } = identityConvolution({ name: "c.weights", shape: [3, 3, 2, 2] });
    // Four places before the middle one, of 2 × 2 weights each.
    expect([...data].flatMap((value, i) => (value === 0 ? [] : [[i, value]]))).toEqual([
      [16, 1],
      [19, 1],
    ]);
  });

  test("has γ = √(σ² + ε) and β = μ, by hand for two channels", () => {
    const statistics = { mean: Float64Array.of(0.5, 2), variance: Float64Array.of(0.25, 4) };
    const tensors = identityNormalisation("n", 1e-5, statistics).map(({ name, data }) => [name, [...data]]);
    expect(tensors).toEqual([
      ["n.gamma", [Math.fround(Math.sqrt(0.25001)), Math.fround(Math.sqrt(4.00001))]],
      ["n.beta", [0.5, 2]],
      ["n.mean", [0.5, 2]],
      ["n.variance", [0.25, 4]],
    ]);
  });
});

describe("a deeper net made of a trained one", () => {
  test.each([
    ["plain", {}],
    ["basic", { shortcut: "A" }],
    ["basic", { shortcut: "B" }],
  ])("of %s blocks %o has the same error, and the same outputs up to rounding", async (block, more) => {
    const subject = await hashSubject({ depth: 14, block, ...more });
    const [part] = construction.parts(subject, settings({ depth: 26, iterations: 0, statisticsBatches: 2 }));
    const [trained, constructed, ...rest] = await part!.measure();
    expect([trained!.depth, constructed!.depth, rest]).toEqual([14, 26, []]);
    expect(constructed!.error).toBe(trained!.error);
    expect(Math.abs((constructed!.loss as number) - (trained!.loss as number))).toBeLessThan(1e-5);
    expect(constructed!.difference).toBeLessThan(1e-5);
    // A branch that is zero adds nothing, so residual nets do not even round otherwise.
    if (block === "basic") expect(constructed!.difference).toBe(0);
  });

  test("of plain blocks changes little where it normalises by the batches that it is trained on", async () => {
    const subject = await hashSubject({ depth: 14, block: "plain" });
    const few = settings({ depth: 26, iterations: 1, every: 1, learningRate: 1e-9, statisticsBatches: 2 });
    const [part] = construction.parts(subject, few);
    const [, constructed, after] = await part!.measure();
    expect(after).toMatchObject({ step: "trained on", depth: 26, iteration: 1, difference: null });
    expect(after!.loss).not.toBe(constructed!.loss);
    expect(Math.abs((after!.loss as number) - (constructed!.loss as number))).toBeLessThan(1);
  });

  test("is trained on and tested as often as asked for", async () => {
    const subject = await hashSubject({ depth: 8, block: "plain" });
    const [part] = construction.parts(subject, settings({ depth: 14, iterations: 4, every: 2, statisticsBatches: 1 }));
    const rows = await part!.measure();
    expect(rows.map(({ step, iteration }) => `${step} ${iteration}`)).toEqual([
      "trained 0",
      "constructed 0",
      "trained on 2",
      "trained on 4",
    ]);
  });
});

test.each([
  [{ depth: 56 }, "it has 56 layers, and construction.depth is 56"],
  [{ depth: 20, shortcut: "C" }, "a block with shortcut C does not pass its input on"],
  [
    { depth: 20, activation: "full-pre-activation" },
    "activation full-pre-activation leaves negative numbers between blocks",
  ],
  [{ depth: 29, block: "bottleneck" }, "a block bottleneck has more than layers that can pass on their input"],
])("says nothing about a net of %o", async (model, reason) => {
  const { sections } = await hashSubject(model);
  expect(construction.unsuited(sections, settings({ depth: 56 }))).toBe(reason);
});
