// The building blocks (Fig. 2 and 5). A new block is one function here and its name in the schema.
import type { Block, ModelConfig } from "../config/schema.ts";
import type { Layers, Value } from "./layers.ts";
import { shortcuts } from "./shortcuts.ts";

export interface BlockOptions {
  /** Channels of the block's 3×3 convolutions; a bottleneck puts out `expansion` times as many. */
  readonly channels: number;
  readonly stride: number;
  readonly model: ModelConfig;
}

export interface BlockDefinition {
  /** Weighted layers in a block. */
  readonly layers: number;
  /** Output channels over those of the 3×3 convolution. */
  readonly expansion: number;
  apply(layers: Layers, name: string, x: Value, options: BlockOptions): Value;
}

/** Two 3×3 convolutions (Fig. 5, left). With shortcut "none" this is the plain net's pair of layers. */
const basic: BlockDefinition = {
  layers: 2,
  expansion: 1,
  apply(layers, name, x, { channels, stride, model }) {
    const add = shortcuts[model.shortcut](layers, `${name}.shortcut`, x, { channels, stride });
    let y = layers.conv(`${name}.conv1`, x, { kernel: 3, channels, stride });
    y = layers.norm(`${name}.norm1`, y, { relu: true });
    y = layers.conv(`${name}.conv2`, y, { kernel: 3, channels, stride: 1 });
    return layers.norm(`${name}.norm2`, y, { add, relu: true });
  },
};

/** 1×1, 3×3 and 1×1 convolutions, the last with four times the channels (Fig. 5, right). */
const bottleneck: BlockDefinition = {
  layers: 3,
  expansion: 4,
  apply(layers, name, x, { channels, stride, model }) {
    const wide = channels * bottleneck.expansion;
    const add = shortcuts[model.shortcut](layers, `${name}.shortcut`, x, { channels: wide, stride });
    const [stride1, stride2] = model.strideIn === "1x1" ? [stride, 1] : [1, stride];
    let y = layers.conv(`${name}.conv1`, x, { kernel: 1, channels, stride: stride1 });
    y = layers.norm(`${name}.norm1`, y, { relu: true });
    y = layers.conv(`${name}.conv2`, y, { kernel: 3, channels, stride: stride2 });
    y = layers.norm(`${name}.norm2`, y, { relu: true });
    y = layers.conv(`${name}.conv3`, y, { kernel: 1, channels: wide, stride: 1 });
    return layers.norm(`${name}.norm3`, y, { add, relu: true });
  },
};

/** Every block of the vocabulary; a plain block is its residual twin with shortcut "none". */
export const blocks = {
  basic,
  plain: basic,
  bottleneck,
  "plain-bottleneck": bottleneck,
} satisfies Record<Block, BlockDefinition>;
