// The check that a net's tensors fit the engine. Graphics adapters limit the size of a tensor.
import type { ModelConfig } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import type { ModelInput } from "../types.ts";
import { buildGraph } from "./graph.ts";

const bytesPerNumber = 4;

/**
 * Checks that the largest activation of a batch has at most `maximumBytes`. Weights are always smaller.
 * @param key how the user sets the batch: "training.batchSize"
 * @throws UserError with the tensor, the limit and the largest batch that fits
 */
export function requireTensorsFit(
  model: ModelConfig,
  input: ModelInput,
  batch: { readonly size: number; readonly key: string },
  maximumBytes: number,
): void {
  const { operations, shapes } = buildGraph(model, input);
  const sizes = shapes.map(({ height, width, channels }) => height * width * channels * bytesPerNumber);
  const bytesPerImage = Math.max(...sizes);
  if (bytesPerImage * batch.size <= maximumBytes) return;
  const value = sizes.indexOf(bytesPerImage);
  const { height, width, channels } = shapes[value]!;
  const name = operations.find(({ output }) => output === value)?.name ?? "the images";
  const fitting = Math.floor(maximumBytes / bytesPerImage);
  throw new UserError(
    `Expected each tensor to have at most ${megabytes(maximumBytes)}, the adapter's limit, but ${name} has ` +
      `${megabytes(bytesPerImage * batch.size)} at ${batch.key} ${batch.size}: ` +
      `[${[batch.size, height, width, channels].join(", ")}].`,
    [fitting > 0 ? `A ${batch.key} of ${fitting} fits.` : "Not even one image fits: choose another engine."],
  );
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}
