// The building blocks (Fig. 2 and 5): the convolutions and parts of each block, in order. Normalisation and ReLU are in
// activations.ts, the path around a block is in shortcuts.ts, and the parts are in parts.ts. A new block is one entry
// here and its name in config/names.ts.
import type { Block, ModelConfig } from "../config/schema.ts";
import { activations, type UnitConv } from "./activations.ts";
import type { ConvOptions, Layers, Value } from "./layers.ts";
import { dropout, multiplier, type Part, squeezeExcite } from "./parts.ts";
import { type Path, shortcuts } from "./shortcuts.ts";
import { unnormalised } from "./unnormalised.ts";

export interface BlockOptions {
  /** Channels of the block's 3×3 convolutions. The output of a bottleneck has four times as many. */
  readonly channels: number;
  readonly stride: number;
  /** The block's place in the net: 0 is the stem's output, 1 the last block. */
  readonly position: number;
  readonly model: ModelConfig;
}

/**
 * The convolutions of a block and the parts between them, in order. A part before a convolution comes right before it,
 * after any normalisation and ReLU of the unit. The output of the last part joins the shortcut. The block has as many
 * output channels as its last convolution.
 */
type BlockParts = (options: BlockOptions) => (ConvOptions | Part)[];

/** Two 3×3 convolutions (Fig. 5, left), or as many as `span` says. */
const basic = ({ channels, stride, model }: BlockOptions): ConvOptions[] =>
  Array.from({ length: model.span }, (_, index) => ({ kernel: 3, channels, stride: index === 0 ? stride : 1 }));

/** 1×1, 3×3 and 1×1 convolutions, the last with four times the channels (Fig. 5, right). */
const bottleneck = ({ channels, stride, model }: BlockOptions): ConvOptions[] => {
  const [stride1, stride2] = model.strideIn === "1x1" ? [stride, 1] : [1, stride];
  return [
    { kernel: 1, channels, stride: stride1 },
    { kernel: 3, channels, stride: stride2 },
    { kernel: 1, channels: 4 * channels, stride: 1 },
  ];
};

/** One 3×3 convolution. */
const single = ({ channels, stride }: BlockOptions): ConvOptions[] => [{ kernel: 3, channels, stride }];

/** Every block of the vocabulary. A plain block is a residual block with the shortcut "none". */
const blocks = {
  basic,
  plain: basic,
  bottleneck,
  "plain-bottleneck": bottleneck,
  /** Dropout between the 3×3 convolutions (Wide Residual Networks, Zagoruyko and Komodakis 2016, section 2.4). */
  "wide-dropout": (options) =>
    basic(options).flatMap((conv, index) => (index === 0 ? [conv] : [dropout(options.model.inside.dropoutRate), conv])),
  /** Squeeze and excitation before the addition (Hu et al. 2017, Fig. 3). */
  "se-basic": (options) => [...basic(options), squeezeExcite(options.model.inside.reduction)],
  "se-bottleneck": (options) => [...bottleneck(options), squeezeExcite(options.model.inside.reduction)],
  /** A bottleneck with a wider 3×3 convolution, in groups (ResNeXt, Xie et al. 2017, Table 1). */
  resnext(options) {
    const { groups, groupWidth } = options.model.inside;
    const channels = groups * Math.max(1, Math.floor((options.channels * groupWidth) / 64));
    const [first, middle, last] = bottleneck(options) as [ConvOptions, ConvOptions, ConvOptions];
    return [{ ...first, channels }, { ...middle, channels, groups }, last];
  },
  /** A trained number weighs the block's output, in place of normalisation (De and Smith 2020, SkipInit). */
  "skip-init": (options) => [...basic(options), multiplier(options.model.inside.multiplier)],
  /** One convolution, with the shortcut "branches" around it (Ding et al. 2021, section 3.2). */
  repvgg: single,
  /** All branches in one convolution (section 3.3). */
  "repvgg-folded": single,
} satisfies Record<Block, BlockParts>;

/** The blocks of nets without normalisation. */
const unnormalisedBlocks: readonly Block[] = ["skip-init", "repvgg-folded"];

/** The layers that the net is written with. */
export function layersOf(model: ModelConfig, layers: Layers): Layers {
  return unnormalisedBlocks.includes(model.block) ? unnormalised(layers) : layers;
}

/** One block of a net. */
export function applyBlock(layers: Layers, name: string, x: Value, options: BlockOptions): Value {
  const { stride, position, model } = options;
  const { convs, last } = arrange(blocks[model.block](options));
  const { channels } = convs.at(-1)!;
  return activations[model.activation].unit(layers, x, {
    name,
    convs,
    lastGamma: model.lastGamma,
    shortcut: (activated) => {
      const path = shortcuts[model.shortcut](layers, `${name}.shortcut`, x, { channels, stride, model, activated });
      const closed = last.reduceRight((path, part) => partBefore(layers, name, part, path), path);
      return model.stochasticDepth ? dropped(layers, name, closed, survival(position, model.stochasticDepth)) : closed;
    },
  });
}

/** Each convolution with the parts before it, and the parts after the last one. */
function arrange(parts: readonly (ConvOptions | Part)[]): { convs: UnitConv[]; last: Part[] } {
  const convs: UnitConv[] = [];
  let before: Part[] = [];
  for (const part of parts) {
    if ("apply" in part) before.push(part);
    else {
      convs.push({ ...part, before });
      before = [];
    }
  }
  return { convs, last: before };
}

/** A path that applies the part to the block's output before it weighs it. */
function partBefore(layers: Layers, name: string, part: Part, path: Path): Path {
  const passed = (y: Value) => part.apply(layers, `${name}.${part.name}`, y);
  return { ...path, weigh: (y) => (path.weigh ? path.weigh(passed(y)) : passed(y)) };
}

/** Stochastic depth (Huang et al. 2016, equation 4): the probability falls linearly from 1 before the first block. */
function survival(position: number, { lastSurvival }: { readonly lastSurvival: number }): number {
  return 1 - position * (1 - lastSurvival);
}

/** The path around a block that training drops at random. */
function dropped(layers: Layers, name: string, path: Path, probability: number): Path {
  const weigh = (y: Value) => layers.survival(`${name}.survival`, path.weigh ? path.weigh(y) : y, { probability });
  return probability < 1 ? { ...path, weigh } : path;
}

/** Weighted layers in a block of the model. */
export function layersInBlock(model: ModelConfig): number {
  return arrange(blocks[model.block]({ channels: model.width, stride: 1, position: 0, model })).convs.length;
}
