// `bench MODEL`: measures the time of a training step (data, forward, backward, update) or of an evaluation on random
// images, and prints images per second, arithmetic per second and memory.
import { noiseBatches } from "../../datasets/noise.ts";
import { measurePeak, openEngine } from "../../engines/choice.ts";
import { mixedEngines } from "../../engines/names.ts";
import { UserError } from "../../errors.ts";
import { describeModel } from "../../models/describe.ts";
import { requireTensorsFit } from "../../models/largest-tensor.ts";
import type { StepTime } from "../../training/benchmark.ts";
import { parseModel } from "../arguments/model-name.ts";
import type { bench } from "../syntax/bench.ts";
import type { OptionsOf } from "../syntax/definition.ts";
import type { Io } from "../terminal/io.ts";
import { kernelTable, milliseconds } from "../terminal/kernel-table.ts";

/** Warm-up steps that are not timed: the first steps fill the engine's buffers. */
const warmUpSteps = 2;

/** Times a net's steps. Always returns 0. @throws UserError where there is no such net or engine */
export async function benchCommand(name: string, options: OptionsOf<typeof bench>, io: Io): Promise<number> {
  const { model, input } = parseModel(name, options);
  const { parameters, multiplyAdds } = describeModel(model, input);
  const { engine } = await openEngine(options.engine, { adapter: options.adapter, threads: options.threads });
  const { benchmark } = await import("../../training/benchmark.ts");
  const { batch, steps, precision, evaluate = false } = options;
  if (precision === "bf16-mixed" && !mixedEngines.includes(engine.name)) {
    throw new UserError(`Expected --precision to be float32 on the ${engine.name} engine, got bf16-mixed.`, [
      "Use --engine native, or --engine cpu, which is slow.",
    ]);
  }
  const { maximumTensorBytes, stepsAhead } = engine;
  if (maximumTensorBytes) requireTensorsFit(model, input, { size: batch, key: "--batch" }, maximumTensorBytes);
  const peak = await measurePeak(engine);
  const batchOf = noiseBatches(input, batch, evaluate);
  const observed = options.kernels;
  const shared = { batchOf, steps, warmUpSteps, evaluate, observed, stepsAhead, precision };
  const times = await benchmark(model, input, shared);
  const totals = times.steps.map(({ total }) => total);
  const seconds = median(totals);
  // Two operations for each multiply-add; a training step has three passes: forward, and the gradients of inputs and
  // weights.
  const operations = (evaluate ? 2 : 6) * multiplyAdds * batch;
  const parts = partMedians(times.steps);
  const figures = {
    model: name,
    mode: evaluate ? "evaluate" : "train",
    precision,
    engine: engine.name,
    engineDescription: engine.description,
    batch,
    size: input.height,
    threads: engine.threads,
    steps,
    secondsPerStep: seconds,
    fastestSeconds: Math.min(...totals),
    slowestSeconds: Math.max(...totals),
    parts,
    // The thread that makes a batch also computes on it.
    dataOverlapsStep: false,
    imagesPerSecond: batch / seconds,
    gigaflopsPerSecond: operations / seconds / 1e9,
    // The most that direct convolution could reach. Winograd's counts as if it computed all the products.
    ...(peak !== undefined && { peakGigaflopsPerSecond: peak }),
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
    parameters,
    ...(options.kernels && { kernels: times.kernels }),
  };
  if (options.json) {
    io.out(`${JSON.stringify(figures)}\n`);
    return 0;
  }
  const { fastestSeconds, slowestSeconds, imagesPerSecond, gigaflopsPerSecond, peakMB } = figures;
  const groups =
    totals.length === steps
      ? `${steps}`
      : `${totals.length} ${totals.length === 1 ? "group" : "groups"}, ${steps} steps`;
  const spread = `median of ${groups}; ${milliseconds(fastestSeconds)} to ${milliseconds(slowestSeconds)}`;
  const shares = Object.entries(parts).map(([part, value]) => `${part} ${milliseconds(value)}`);
  io.out(
    [
      `${name}, batch ${batch}, ${input.height}×${input.width}, ${figures.mode}${precision === "float32" ? "" : `, ${precision}`}, on ${engine.description}`,
      `step    ${milliseconds(seconds)} ms (${spread})`,
      `parts   ${shares.join(" ms, ")} ms, in turn`,
      `speed   ${imagesPerSecond.toFixed(1)} images/s, ${gigaflopsPerSecond.toFixed(1)} GFLOP/s${shareOf(gigaflopsPerSecond, peak)}`,
      `memory  ${peakMB} MB at most`,
      "",
    ].join("\n"),
  );
  if (options.kernels) io.out(`\n${kernelTable(times.kernels, steps, io.tableWidth)}`);
  return 0;
}

/** ", 120% of the measured float32 peak of 234"; "" if the peak is unknown. */
function shareOf(gigaflops: number, peak: number | undefined): string {
  return peak === undefined
    ? ""
    : `, ${((100 * gigaflops) / peak).toFixed(0)}% of the measured float32 peak of ${peak.toFixed(0)}`;
}

/** The median of each part over the steps. */
function partMedians(steps: readonly StepTime[]): Record<string, number> {
  const names = Object.keys(steps[0]?.parts ?? {}) as (keyof StepTime["parts"])[];
  return Object.fromEntries(names.map((name) => [name, median(steps.map(({ parts }) => parts[name] ?? 0))]));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}
