import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { binomial, paths } from "../../src/analyses/paths.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { Model } from "../../src/models/model.ts";
import type { BackwardOptions } from "../../src/models/passes.ts";
import { firstGradient } from "../../src/training/path-gradient.ts";
import { softmax } from "../../src/training/protocols.ts";
import type { Batch } from "../../src/types.ts";
import { hashSubject } from "./hash-subject.ts";

beforeAll(async () => {
  await openEngine("native", { threads: 2 });
});

async function netOf(model: object, change = (_name: string, value: number) => value) {
  const subject = await hashSubject(model);
  const net = new Model(subject.sections.model, subject.input, subject.seed);
  net.write(subject.weights.map((each) => ({ ...each, data: each.data.map((value) => change(each.name, value)) })));
  return { net, batch: await subject.trainingBatch(0) };
}

/** The gradient at the first block's input, value by value. */
function gradientOf(net: Model, batch: Batch, route?: BackwardOptions["route"]): Float32Array {
  const gradient = firstGradient(net, batch, route);
  const values = gradient.dataSync() as Float32Array;
  gradient.dispose();
  return values;
}

describe("the gradient", () => {
  test.each([
    { shortcut: "A" },
    { shortcut: "B" },
    { shortcut: "B", activation: "full-pre-activation" },
    { shortcut: "A", activation: "bn-after-addition" },
    { shortcut: "A", block: "se-basic" },
  ])("of all paths together is that of the whole net, for %o", async (model) => {
    const { net, batch } = await netOf({ depth: 8, ...model });
    const blocks = ["stage1.block1", "stage2.block1", "stage3.block1"];
    const whole = gradientOf(net, batch);
    const sum = new Float64Array(whole.length);
    for (let path = 0; path < 2 ** blocks.length; path++) {
      const part = gradientOf(net, batch, (block) => ((path >> blocks.indexOf(block)) & 1 ? "branch" : "trunk"));
      part.forEach((value, i) => {
        sum[i] = sum[i]! + value;
      });
    }
    net.dispose();
    const largest = Math.max(...whole.map(Math.abs));
    expect(largest).toBeGreaterThan(0);
    for (let i = 0; i < sum.length; i++) expect(Math.abs(sum[i]! - whole[i]!)).toBeLessThan(1e-5 * largest);
  });

  test("agrees with finite differences of the loss", async () => {
    // With so large a β, the stem's ReLU passes every value, and a step of β moves all values of its channel alike.
    const step = 1e-2;
    const lossAt = async (channel: number, by: number) => {
      const { net, batch } = await netOf({ depth: 8 }, (name, value) => (name === "stem.norm.beta" ? 6 : value));
      const beta = net.parameters.find(({ name }) => name === "stem.norm.beta")!.variable;
      const values = await beta.data();
      values[channel] = values[channel]! + by;
      const moved = tf.tensor(values);
      beta.assign(moved);
      const { logits } = net.train(tf.tensor4d(batch.images, [...batch.shape]));
      const probabilities = softmax(await logits.data(), batch.labels.length);
      tf.dispose([moved, logits]);
      const classes = probabilities.length / batch.labels.length;
      const losses = [...batch.labels].map((label, image) => -Math.log(probabilities[image * classes + label]!));
      const gradient = by === 0 ? gradientOf(net, batch) : new Float32Array();
      net.dispose();
      return { loss: losses.reduce((a, b) => a + b, 0) / losses.length, gradient };
    };
    for (const channel of [0, 3]) {
      const { gradient } = await lossAt(channel, 0);
      const ours = gradient.reduce((sum, value, i) => (i % 4 === channel ? sum + value : sum), 0);
      const [above, below] = [await lossAt(channel, step), await lossAt(channel, -step)];
      const difference = (above.loss - below.loss) / (2 * step);
      expect(Math.abs(ours - difference)).toBeLessThan(0.02 * Math.abs(difference) + 1e-5);
    }
  });
});

describe("paths", () => {
  test("are sampled for each length, with the number of such paths", async () => {
    const subject = await hashSubject({ depth: 14 });
    const parts = paths.parts(subject, { samples: 2 });
    expect(parts.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4, 5, 6].map((length) => `${length} blocks`));
    const rows = (await Promise.all(parts.map((part) => part.measure()))).flat();
    expect(rows.filter(({ sample }) => sample === 1).map((row) => row.paths)).toEqual([1, 6, 15, 20, 15, 6, 1]);
    expect(rows.filter(({ sample }) => sample === 2).map(({ length }) => length)).toEqual([1, 2, 3, 4, 5]);
  });

  test("of a plain net are one", async () => {
    const { sections } = await hashSubject({ depth: 8, block: "plain" });
    expect(paths.unsuited(sections, { samples: 1 })).toBe("a plain net has only one path");
  });

  test("are as many as binomial numbers say", () => {
    expect([binomial(5, 0), binomial(5, 2), binomial(54, 27)]).toEqual([1, 10, 1_946_939_425_648_112]);
  });
});
