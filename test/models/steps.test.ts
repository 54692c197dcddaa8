import { describe, expect, it } from "vitest";
import { modelSchema } from "../../src/config/schema.ts";
import { buildGraph, inputsOf } from "../../src/models/graph.ts";
import { joinedSteps, type Step, stepsOf } from "../../src/models/steps.ts";

const input = { height: 32, width: 32, channels: 3, classes: 10 };
const nets = {
  "shortcut option B": { family: "cifar", depth: 8, width: 4, shortcut: "B" },
  "full pre-activation": { family: "cifar", depth: 8, width: 4, shortcut: "A", activation: "full-pre-activation" },
  "gated shortcuts": { family: "cifar", depth: 8, width: 4, shortcut: "exclusive-gating" },
} as const;
const graphFor = (net: keyof typeof nets) => buildGraph(modelSchema.parse(nets[net]), input);
const readsOf = ({ operation, convolution }: Step) =>
  convolution ? [convolution.input, ...inputsOf(operation)] : inputsOf(operation);

describe("the steps of a forward pass", () => {
  it.each(Object.keys(nets) as (keyof typeof nets)[])("say after which step nothing reads a value: %s", (net) => {
    const graph = graphFor(net);
    for (const steps of [stepsOf(graph), joinedSteps(graph)]) {
      const gone = new Set<number>();
      const made = new Set([0]);
      for (const step of steps) {
        const reads = readsOf(step).filter((value) => value !== step.convolution?.output);
        for (const value of reads) {
          expect(gone.has(value)).toBe(false);
          expect(made.has(value)).toBe(true);
        }
        for (const value of step.last) gone.add(value);
        made.add(step.operation.output);
      }
      // All but the logits.
      expect(gone.size).toBe(made.size - 1);
    }
  });

  it("are one for each operation, in order", () => {
    const graph = graphFor("shortcut option B");
    expect(stepsOf(graph).map(({ operation }) => operation)).toEqual(graph.operations);
  });

  it("join each convolution with the normalisation that alone reads its output", () => {
    const names = (net: keyof typeof nets) =>
      joinedSteps(graphFor(net)).flatMap(({ operation, convolution }) =>
        convolution ? [`${convolution.name} ${operation.name}`] : [],
      );
    expect(names("shortcut option B")).toEqual([
      "stem.conv stem.norm",
      "stage1.block1.conv1 stage1.block1.norm1",
      "stage1.block1.conv2 stage1.block1.norm2",
      "stage2.block1.shortcut.conv stage2.block1.shortcut.norm",
      "stage2.block1.conv1 stage2.block1.norm1",
      "stage2.block1.conv2 stage2.block1.norm2",
      "stage3.block1.shortcut.conv stage3.block1.shortcut.norm",
      "stage3.block1.conv1 stage3.block1.norm1",
      "stage3.block1.conv2 stage3.block1.norm2",
    ]);
    // The second normalisation of a block reads the first convolution; sums and the stem are read by more than it.
    expect(names("full pre-activation")).toEqual(
      [1, 2, 3].map((stage) => `stage${stage}.block1.conv1 stage${stage}.block1.norm2`),
    );
  });

  it("leave convolutions alone that have groups, a bias, or another reader", () => {
    const grouped = { family: "cifar", depth: 11, width: 8, block: "resnext", shortcut: "B" };
    const config = modelSchema.parse(grouped);
    const joined = joinedSteps(buildGraph(config, input)).flatMap(({ convolution }) => convolution ?? []);
    expect(joined.length).toBeGreaterThan(0);
    expect(joined.every(({ groups, bias }) => groups === 1 && !bias)).toBe(true);
  });
});
