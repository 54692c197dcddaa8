import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { modelSchema } from "../../../src/config/schema.ts";
import { openEngine } from "../../../src/engines/choice.ts";
import type { NativeBackend } from "../../../src/engines/native/backend.ts";
import { Model } from "../../../src/models/model.ts";
import { Optimizer } from "../../../src/training/optimizer.ts";
import { readStep, trainStep } from "../../../src/training/step.ts";
import type { Batch } from "../../../src/types.ts";
import { hashValues } from "../../helpers/hash-values.ts";

describe("200 steady training steps", () => {
  test("allocate no memory and do not change the resident size", async () => {
    await openEngine("native");
    const backend = tf.backend() as NativeBackend;
    const input = { height: 16, width: 16, channels: 3, classes: 10 };
    const model = new Model(modelSchema.parse({ family: "cifar", depth: 8 }), input, 0);
    const optimizer = new Optimizer(model, { momentum: 0.9, weightDecay: 1e-4, weightDecayOn: "all" });
    const batch: Batch = {
      images: Float32Array.from(hashValues(1, 8 * 16 * 16 * 3)),
      shape: [8, 16, 16, 3],
      labels: Int32Array.from({ length: 8 }, (_, i) => i),
    };
    const steps = async (count: number) => {
      for (let i = 0; i < count; i++)
        await readStep(trainStep(model, optimizer, batch, { iteration: i, learningRate: 0.01 }));
    };
    await steps(50);
    const before = { resident: process.memoryUsage.rss(), ...backend.memoryStatistics() };
    await steps(200);
    expect(backend.memoryStatistics()).toEqual({
      allocations: before.allocations,
      bytesInUse: before.bytesInUse,
      bytesIdle: before.bytesIdle,
    });
    // Half a megabyte per step would show. JavaScript's own garbage varies by tens of megabytes.
    expect(process.memoryUsage.rss() - before.resident).toBeLessThan(100e6);
    optimizer.dispose();
    model.dispose();
  });
});
