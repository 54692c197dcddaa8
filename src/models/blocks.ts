// The building blocks (Fig. 2 and 5): which convolutions a block has. What stands between them is in activations.ts, the
// path around them in shortcuts.ts. A new block is one entry here and its name in the schema.
import type { Block, ModelConfig } from "../config/schema.ts";
import { activations } from "./activations.ts";
import type { ConvOptions, Layers, Value } from "./layers.ts";
import { type Path, shortcuts } from "./shortcuts.ts";

export interface BlockOptions {
  /** Channels of the block's 3×3 convolutions; a bottleneck puts out four times as many. */
  readonly channels: number;
  readonly stride: number;
  /** Where the block stands in the net: 0 is the stem's output, 1 the last block. */
  readonly position: number;
  readonly model: ModelConfig;
}

/** A block's convolutions, in order. The last one's channels are the block's. */
type BlockConvolutions = (options: BlockOptions) => ConvOptions[];

/** Two 3×3 convolutions (Fig. 5, left), or as many as `span` says. */
const basic: BlockConvolutions = ({ channels, stride, model }) =>
  Array.from({ length: model.span }, (_, index) => ({ kernel: 3, channels, stride: index === 0 ? stride : 1 }));

/** 1×1, 3×3 and 1×1 convolutions, the last with four times the channels (Fig. 5, right). */
const bottleneck: BlockConvolutions = ({ channels, stride, model }) => {
  const [stride1, stride2] = model.strideIn === "1x1" ? [stride, 1] : [1, stride];
  return [
    { kernel: 1, channels, stride: stride1 },
    { kernel: 3, channels, stride: stride2 },
    { kernel: 1, channels: 4 * channels, stride: 1 },
  ];
};

/** Every block of the vocabulary; a plain block is its residual twin with shortcut "none". */
const blocks = {
  basic,
  plain: basic,
  bottleneck,
  "plain-bottleneck": bottleneck,
} satisfies Record<Block, BlockConvolutions>;

/** One block of a network. */
export function applyBlock(layers: Layers, name: string, x: Value, options: BlockOptions): Value {
  const { stride, position, model } = options;
  const convs = blocks[model.block](options);
  const { channels } = convs.at(-1)!;
  return activations[model.activation].unit(layers, x, {
    name,
    convs,
    lastGamma: model.lastGamma,
    shortcut: (activated) => {
      const path = shortcuts[model.shortcut](layers, `${name}.shortcut`, x, { channels, stride, model, activated });
      return model.stochasticDepth ? dropped(layers, name, path, survival(position, model.stochasticDepth)) : path;
    },
  });
}

/** Stochastic depth (Huang et al. 2016, equation 4): the probability falls linearly from 1 before the first block. */
function survival(position: number, { lastSurvival }: { readonly lastSurvival: number }): number {
  return 1 - position * (1 - lastSurvival);
}

/** The path around a block that is dropped now and then. */
function dropped(layers: Layers, name: string, path: Path, probability: number): Path {
  const weigh = (y: Value) => layers.survival(`${name}.survival`, path.weigh ? path.weigh(y) : y, { probability });
  return probability < 1 ? { ...path, weigh } : path;
}

/** Weighted layers in a block of the model. */
export function layersInBlock(model: ModelConfig): number {
  return blocks[model.block]({ channels: model.width, stride: 1, position: 0, model }).length;
}
