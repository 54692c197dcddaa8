// `bench MODEL`: the time of a training step (forward, backward, update) on random images, and what it makes a second.

import { type EngineName, openEngine } from "../engines/engine.ts";
import { describeModel } from "../models/describe.ts";
import type { Io } from "./io.ts";
import { type ModelOptions, parseModel } from "./model-name.ts";

export interface BenchOptions extends ModelOptions {
  readonly engine: EngineName | "auto";
  readonly threads?: number | undefined;
  readonly batch: number;
  readonly steps: number;
  readonly json?: boolean | undefined;
}

/** Steps before the clock starts: the first ones fill the engine's buffers. */
const warmUpSteps = 2;

/** Times a model's training step. Always 0. @throws UserError where there is no such model or engine */
export async function benchCommand(name: string, options: BenchOptions, io: Io): Promise<number> {
  const { model: config, input } = parseModel(name, options);
  const { parameters, multiplyAdds } = describeModel(config, input);
  const engine = await openEngine(options.engine, { threads: options.threads });
  const { timeSteps } = await import("../training/benchmark.ts");
  const { batch } = options;
  const seconds = await timeSteps(config, input, { batchSize: batch, steps: options.steps, warmUpSteps });
  const sorted = seconds.toSorted((a, b) => a - b);
  const median = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
  // A step is three passes of two operations for each multiply-add: forward, and the gradients of inputs and weights.
  const gigaflops = (6 * multiplyAdds * batch) / median / 1e9;
  const figures = {
    model: name,
    engine: engine.name,
    engineDescription: engine.description,
    batch,
    size: input.height,
    threads: engine.threads,
    steps: options.steps,
    secondsPerStep: median,
    fastestSeconds: sorted[0]!,
    slowestSeconds: sorted.at(-1)!,
    imagesPerSecond: batch / median,
    gigaflopsPerSecond: gigaflops,
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
    parameters,
  };
  if (options.json) {
    io.out(`${JSON.stringify(figures)}\n`);
    return 0;
  }
  const milliseconds = (value: number) => (1000 * value).toFixed(1);
  io.out(
    [
      `${name}, batch ${batch}, ${input.height}×${input.width}, on ${engine.description}`,
      `step    ${milliseconds(median)} ms (median of ${options.steps}; ${milliseconds(sorted[0]!)} to ${milliseconds(sorted.at(-1)!)})`,
      `speed   ${(batch / median).toFixed(1)} images/s, ${gigaflops.toFixed(1)} GFLOP/s`,
      `memory  ${figures.peakMB} MB at most`,
      "",
    ].join("\n"),
  );
  return 0;
}
