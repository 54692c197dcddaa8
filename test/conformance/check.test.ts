import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { relativeError } from "../../src/conformance/check.ts";
import { Draw } from "../../src/conformance/draw.ts";
import {
  mixedOperationNames,
  type OperationCase,
  type OperationName,
  operationNames,
  operations,
} from "../../src/conformance/operations.ts";
import { referenceNets } from "../../src/conformance/reference-nets.ts";
import { trajectory } from "../../src/conformance/trajectory.ts";
import { openEngine } from "../../src/engines/choice.ts";
import type { Operation } from "../../src/models/graph.ts";
import { inPrecision, observeKernels } from "../../src/ops/kernel.ts";
import * as fusedKernels from "../../src/ops/kernels.ts";

const tensor = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) });

describe("the relative error", () => {
  test("is the largest difference in units of each tensor's largest number", () => {
    expect(relativeError([tensor(0, -4, 1)], [tensor(1, -4, 1)])).toBe(0.25);
    expect(relativeError([tensor(100), tensor(2)], [tensor(101), tensor(1)])).toBe(0.5);
    expect(relativeError([tensor(0)], [tensor(0.5)])).toBe(0.5);
  });

  test("is infinite for NaN, for infinity and for a different shape", () => {
    expect(relativeError([tensor(1, 2)], [tensor(1, Number.NaN)])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([tensor(1, 2)], [{ ...tensor(1, 2), shape: [2, 1] }])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([tensor(1), tensor(2)], [tensor(1)])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the cases of a check", () => {
  const titles = (seed: number) => {
    const draw = new Draw(seed);
    return Array.from({ length: 12 }, (_, turn) => operations.convolution(draw, turn).title);
  };

  test("are equal for equal seeds, and differ for different seeds", () => {
    expect(titles(0)).toEqual(titles(0));
    expect(titles(0)).not.toEqual(titles(1));
  });

  test("combine every kernel size with every stride", () => {
    const kinds = new Set(titles(0).map((title) => /^(\d)×\d, stride \d/.exec(title)![0]));
    const expected = [1, 3, 7].flatMap((kernel) => [1, 2].map((stride) => `${kernel}×${kernel}, stride ${stride}`));
    expect([...kinds].sort()).toEqual(expected);
  });

  test("cover every kind of operation in a net", () => {
    const covering = {
      conv: ["convolution", "grouped convolution", "bias of a convolution"],
      norm: ["batch norm, training", "batch norm, evaluation", "normalised convolution"],
      add: ["addition and ReLU"],
      relu: ["addition and ReLU"],
      scale: ["scaled path"],
      multiplier: ["trained multiplier"],
      dropout: ["gated path", "scaled path"],
      survival: ["scaled path"],
      gate: ["gate"],
      gated: ["gated path"],
      "max-pool": ["max pooling"],
      identity: ["identity shortcut"],
      "average-pool": ["average pooling"],
      spread: ["spread over an image"],
      dense: ["dense layer"],
    } satisfies Record<Operation["kind"], OperationName[]>;
    // The trainer's own operations are not part of a net.
    const own = ["softmax and loss", "momentum update"];
    expect(new Set([...Object.values(covering).flat(), ...own])).toEqual(new Set(operationNames));
  });

  test("call every fused kernel, and every kernel that the reference nets call in training", async () => {
    await openEngine("native");
    const called = async (run: () => unknown): Promise<Set<string>> => {
      const kernels = new Set<string>();
      observeKernels((kernel) => kernels.add(kernel));
      await run();
      observeKernels(undefined);
      return kernels;
    };
    const draw = new Draw(0);
    const check = (names: readonly OperationName[]) => {
      for (const name of names) {
        const { inputs, forward, gradient }: OperationCase = operations[name](draw, 0);
        tf.tidy(() => {
          const tensors = inputs.map(({ shape, values }) =>
            tf.tensor(values, [...shape], values instanceof Int32Array ? "int32" : "float32"),
          );
          const outputs = forward(tensors);
          return gradient?.(tensors, outputs, tf.zerosLike(outputs[0]!));
        });
      }
    };
    const checked = await called(() => {
      check(operationNames);
      inPrecision("bf16-mixed", () => check(mixedOperationNames));
    });
    const trained = await called(async () => {
      for (const net of referenceNets) await trajectory(net);
    });
    expect([...Object.values(fusedKernels), ...trained].filter((kernel) => !checked.has(kernel))).toEqual([]);
  });
});
