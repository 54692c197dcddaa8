import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { signal } from "../../src/analyses/signal.ts";
import { openEngine } from "../../src/engines/choice.ts";
import { Model } from "../../src/models/model.ts";
import { hashSubject } from "./hash-subject.ts";

beforeAll(async () => {
  await openEngine("native", { threads: 2 });
});

const rowsOf = async (model: object, batches = 1) => {
  const subject = await hashSubject(model);
  const parts = signal.parts(subject, { batches });
  return { subject, rows: (await Promise.all(parts.map((part) => part.measure()))).flat() };
};

describe("the variances of the untrained net", () => {
  test("of branches that end in a normalisation are its γ²", async () => {
    const { rows } = await rowsOf({ depth: 14, lastGamma: 0.5 });
    const untrained = rows.filter(({ state }) => state === "untrained");
    expect(untrained.map(({ block }) => block)).toEqual([
      "stage1.block1",
      "stage1.block2",
      "stage2.block1",
      "stage2.block2",
      "stage3.block1",
      "stage3.block2",
    ]);
    for (const { branch, trunk, ratio } of untrained) {
      expect(branch).toBeCloseTo(0.25, 2);
      expect(ratio).toBeCloseTo((branch as number) / (trunk as number), 12);
    }
  });

  test.each([{ activation: "original" }, { activation: "relu-before-addition" }])(
    "of the first trunk is that of the stem's output, computed directly, for %o",
    async (model) => {
      const { subject, rows } = await rowsOf({ depth: 8, ...model });
      const net = new Model(subject.sections.model, subject.input, subject.seed);
      const batch = await subject.trainingBatch(subject.sections.training.iterations);
      let convolved: Float32Array | undefined;
      tf.tidy(() =>
        net.look(tf.tensor4d(batch.images, [...batch.shape]), (name, output) => {
          if (name === "stem.conv") convolved = output.dataSync() as Float32Array;
        }),
      );
      net.dispose();
      const channels = 4;
      const perChannel = Array.from({ length: channels }, (_, channel) => {
        const values = [...convolved!].filter((_, i) => i % channels === channel);
        const deviation = Math.sqrt(variance(values) + 1e-5);
        return variance(values.map((value) => Math.max(0, (value - mean(values)) / deviation)));
      });
      expect(rows[0]!.trunk).toBeCloseTo(mean(perChannel), 4);
    },
  );
});

test("a plain net has none", async () => {
  const { sections } = await hashSubject({ depth: 8, block: "plain" });
  expect(signal.unsuited(sections, { batches: 1 })).toBe("a plain net has no shortcuts");
});

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function variance(values: readonly number[]): number {
  return mean(values.map((value) => (value - mean(values)) ** 2));
}
