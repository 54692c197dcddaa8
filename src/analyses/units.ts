// What a net is taken apart into: a residual net into its blocks, a plain net into its layers.
import type { RunSections } from "../config/schema.ts";
import { type BlockLayer, type NetBlock, netBlocks } from "../models/net-blocks.ts";
import type { ModelInput, NamedTensor } from "../types.ts";
import { filled, identityConvolution, identityNormalisation, unitStatistics, withTensors } from "./tensors.ts";

export interface Unit {
  /** "stage1.block2" of a residual net, "stage1.block2.conv1" of a plain one. */
  readonly name: string;
  /** Whether its output has the shape of its input. */
  readonly keepsShape: boolean;
  /** The names of its tensors. */
  readonly tensors: readonly string[];
  /** The weights of the net without it; undefined where nothing else has the shape of its output. */
  readonly without: ((weights: readonly NamedTensor[]) => NamedTensor[]) | undefined;
}

/**
 * The units of a net. Without a block of a residual net, its shortcut is left, and the ReLU after the addition; so it is
 * where the shape changes too. Without a layer of a plain net, convolution, normalisation and ReLU are gone; a layer that
 * changes the shape cannot be left out.
 */
export function unitsOf({ model }: RunSections, input: ModelInput, weights: readonly NamedTensor[]): Unit[] {
  const blocks = netBlocks(model, input);
  const named = (prefix: string) => weights.map(({ name }) => name).filter((name) => name.startsWith(`${prefix}.`));
  return blocks.flatMap((block) => {
    if (block.hasShortcut) {
      const { name, keepsShape } = block;
      return [{ name, keepsShape, tensors: named(name), without: (all: readonly NamedTensor[]) => closed(all, block) }];
    }
    return block.layers.map((layer): Unit => {
      const { name, norm, keepsShape } = layer;
      const without = keepsShape ? (all: readonly NamedTensor[]) => passing(all, layer, model.batchNorm) : undefined;
      return { name, keepsShape, tensors: [...named(name), ...(norm === undefined ? [] : named(norm))], without };
    });
  });
}

/** Makes what a block adds to its shortcut zero: by γ and β of its last normalisation, or else by its last convolution. */
export function closed(weights: readonly NamedTensor[], { end }: NetBlock): NamedTensor[] {
  const names = end.kind === "norm" ? [`${end.name}.gamma`, `${end.name}.beta`] : [`${end.name}.weights`];
  return weights.map((tensor) => (names.includes(tensor.name) ? filled(tensor, 0) : tensor));
}

/** Makes a layer of a plain net pass its input on. What it gets is not negative, so that its ReLU changes nothing. */
function passing(
  weights: readonly NamedTensor[],
  { name, norm }: BlockLayer,
  { epsilon }: { readonly epsilon: number },
): NamedTensor[] {
  const convolution = weights.find((tensor) => tensor.name === `${name}.weights`)!;
  const changed = [identityConvolution(convolution)];
  if (norm !== undefined) {
    changed.push(...identityNormalisation(norm, epsilon, unitStatistics(convolution.shape.at(-1)!, epsilon)));
  }
  return withTensors(weights, changed);
}
