import { describe, expect, test } from "vitest";
import { progressDisplay } from "../../../src/cli/terminal/progress.ts";
import { runSchema } from "../../../src/config/schema.ts";
import type { RunSpec } from "../../../src/types.ts";

const sections = runSchema.parse({
  dataset: { name: "synthetic" },
  model: { family: "cifar", depth: 20 },
  training: { batchSize: 64, iterations: 600 },
});
const spec: RunSpec = { experiment: "e", label: "plain-20", seed: 1, axes: {}, sections };

describe("without a terminal, progress", () => {
  function display() {
    let text = "";
    const io = {
      out: () => {},
      err: (line: string) => {
        text += line;
      },
      columns: 80,
      tableWidth: 100,
      stderrIsTerminal: false,
      isUtf8: true,
      signal: new AbortController().signal,
    };
    const show = progressDisplay(io, 4).begin(spec);
    return { shown: { show }, text: () => text };
  }

  test("is a line for each test, with the time left", () => {
    const { shown, text } = display();
    shown.show({ kind: "start", id: "x", iteration: 0, iterations: 600 });
    shown.show({ kind: "step", id: "x", iteration: 1, loss: 2, error: 0.9, learningRate: 0.1, seconds: 0.16 });
    shown.show({
      kind: "metric",
      id: "x",
      metric: { iteration: 100, learningRate: 0.1, trainLoss: 2, trainError: 0.9 },
    });
    expect(text()).toBe("");
    const metric = {
      iteration: 200,
      learningRate: 0.1,
      trainLoss: 1.23456,
      trainError: 0.4567,
      testError: 0.5,
      testLoss: 1,
    };
    shown.show({ kind: "metric", id: "x", metric });
    expect(text()).toBe(
      "[1/4] plain-20 seed 1: iteration 200/600, loss 1.235, train error 45.7%, test error 50.0%, learning rate 0.1, 400 images/s, 1:04 left\n",
    );
  });

  test.each([
    ["skipped", undefined, "already done"],
    ["failed", "it diverged", "failed: it diverged"],
    ["crashed", "its process ended by SIGKILL", "crashed: its process ended by SIGKILL"],
    ["busy", "another process is training it", "left alone: another process is training it"],
    ["interrupted", undefined, "stopped at a checkpoint; the same command resumes"],
  ] as const)("says why a run is %s", (outcome, message, line) => {
    const { shown, text } = display();
    shown.show({ kind: "end", id: "x", outcome, ...(message && { message }) });
    expect(text()).toBe(`[1/4] plain-20 seed 1: ${line}\n`);
  });

  test("says from which iteration a run resumes", () => {
    const { shown, text } = display();
    shown.show({ kind: "start", id: "x", iteration: 120, iterations: 600 });
    expect(text()).toBe("[1/4] plain-20 seed 1: resumes from iteration 120\n");
  });
});
