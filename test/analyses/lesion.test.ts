import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Part, Row, Subject } from "../../src/analyses/analysis.ts";
import { kendallTau, lesion } from "../../src/analyses/lesion.ts";
import { analysisSchemas } from "../../src/config/analysis-schemas.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { hashSubject } from "./hash-subject.ts";

interface Score {
  readonly loss: number;
  readonly error: number;
}
interface Fixture {
  depth: number;
  cases: {
    block: string;
    shortcut?: string;
    activation: string;
    whole: Score;
    without: Record<string, Score>;
  }[];
}

const path = new URL("../fixtures/pytorch-lesion.json", import.meta.url);
const fixture = JSON.parse(readFileSync(path, "utf8")) as Fixture;
const settings = analysisSchemas.lesion.parse({ deleted: [1, 2, 99], swapped: [1, 3], draws: 2 });

beforeAll(async () => {
  await openEngine("native", { threads: 2 });
});

const named = (parts: readonly Part[], name: string) => parts.find((part) => part.name === name)!;
const only = async (part: Part) => (await part.measure())[0]!;
const parts = (subject: Subject) => lesion.parts(subject, settings);

describe("without each block or layer, the loss is that of PyTorch without it", () => {
  test.each(fixture.cases)("in nets of $block blocks, shortcut $shortcut, $activation", async (one) => {
    const { whole, without, ...model } = one;
    const subject = await hashSubject({ depth: fixture.depth, ...model });
    const all = parts(subject);
    const alone = all.filter(({ name }) => name.startsWith("without "));
    expect(alone.map(({ name }) => name.slice("without ".length))).toEqual(Object.keys(without));
    const near = ({ loss, error }: Row, expected: Score, name: string) => {
      expect(Math.abs((loss as number) - expected.loss) / expected.loss, name).toBeLessThan(1e-5);
      expect(error, name).toBe(expected.error);
    };
    near(await only(named(all, "whole")), whole, "whole");
    for (const part of alone) near(await only(part), without[part.name.slice("without ".length)]!, part.name);
  });
});

describe("blocks deleted at random", () => {
  test("are as many as asked for, where the net has as many", async () => {
    const subject = await hashSubject({ depth: 14 });
    const names = parts(subject).flatMap(({ name }) => (name.includes("deleted, draw") ? name : []));
    expect(names).toEqual(["1 deleted, draw 1", "1 deleted, draw 2", "2 deleted, draw 1", "2 deleted, draw 2"]);
  });

  test("give the loss of a net without one of the blocks, where one is deleted", async () => {
    const subject = await hashSubject({ depth: 14 });
    const all = parts(subject);
    const { loss } = await only(named(all, "1 deleted, draw 1"));
    const alone = await Promise.all(all.filter(({ name }) => name.startsWith("without ")).map(only));
    expect(alone.map((row) => row.loss)).toContain(loss);
  });
});

describe("swapped blocks", () => {
  test("of the same shape are exchanged with all their tensors: a net of equal blocks does not change", async () => {
    const subject = await hashSubject({ depth: 20 });
    const blocks = new Map(subject.weights.map(({ name, data }) => [name, data]));
    const equal = {
      ...subject,
      weights: subject.weights.map((tensor) => ({
        ...tensor,
        data: blocks.get(tensor.name.replace(/block3\./, "block2.").replace(/^stage1.block1\./, "stage1.block2."))!,
      })),
    };
    const all = parts(equal);
    const { loss } = await only(named(all, "whole"));
    for (const draw of [1, 2]) expect((await only(named(all, `3 swaps, draw ${draw}`))).loss).toBe(loss);
  });

  test("change a net of different blocks, and say by how much the order differs", async () => {
    const all = parts(await hashSubject({ depth: 20 }));
    const whole = await only(named(all, "whole"));
    const swapped = await only(named(all, "1 swaps, draw 1"));
    expect(whole.tau).toBe(1);
    expect(swapped.tau).toBeLessThan(1);
    expect(swapped.loss).not.toBe(whole.loss);
  });

  test("are none in a net without two blocks of the same shape", async () => {
    const subject = await hashSubject({ depth: 8 });
    expect(parts(subject).filter(({ name }) => name.includes("swaps"))).toEqual([]);
  });
});

test("Kendall's τ is 1 for the same order, −1 for the reverse, and falls by 4/n(n − 1) with each reversed pair", () => {
  expect(kendallTau([0, 1, 2, 3])).toBe(1);
  expect(kendallTau([3, 2, 1, 0])).toBe(-1);
  expect(kendallTau([1, 0, 2, 3])).toBeCloseTo(1 - 2 / 6, 12);
  expect(kendallTau([2, 1, 0, 3])).toBeCloseTo(1 - 6 / 6, 12);
});

test("says nothing about plain nets whose layers get negative numbers", async () => {
  const { sections } = await hashSubject({ depth: 14, block: "plain", activation: "full-pre-activation" });
  expect(lesion.unsuited(sections, settings)).toBe(
    "the layers of a plain net with activation full-pre-activation get negative numbers, which no ReLU passes on",
  );
});
