// The path around a block: options A, B and C of section 3.3, "none" for a plain net, and the variants of "Identity
// Mappings in Deep Residual Networks" (He et al. 2016, section 3), which weigh an option A shortcut.
import type { ModelConfig, Shortcut } from "../config/schema.ts";
import type { Layers, Value } from "./layers.ts";

/** The path around a block, and what it does to the block's own output before the two are added. */
export interface Path {
  /** The value to add; undefined for a plain block. */
  readonly add: Value | undefined;
  /** Applied to the block's own output before the addition. */
  readonly weigh?: (y: Value) => Value;
}

export interface ShortcutOptions {
  readonly channels: number;
  readonly stride: number;
  readonly model: ModelConfig;
  /** x after the normalisation and ReLU that open a unit. Projections read it; without it they read x. */
  readonly activated: Value | undefined;
}

export type ShortcutFunction = (layers: Layers, name: string, x: Value, options: ShortcutOptions) => Path;

export const shortcuts = {
  /** No shortcut: a plain net. */
  none: () => ({ add: undefined }),
  /** Identity: new channels are zeros, and a stride of 2 takes every second pixel. No parameters. */
  A: (layers, name, x, options) => ({ add: layers.identity(name, x, options) }),
  /** Projection where the dimensions grow, identity elsewhere. */
  B: (layers, name, x, options) => {
    const same = options.stride === 1 && layers.shapeOf(x).channels === options.channels;
    return { add: same ? layers.identity(name, x, options) : projection(layers, name, x, options) };
  },
  /** Projection on every shortcut. */
  C: (layers, name, x, options) => ({ add: projection(layers, name, x, options) }),
  /** Both paths times a constant (section 3.1). */
  scaling: (layers, name, x, options) => {
    const { shortcutScale, residualScale } = options.model.weighing;
    const identity = layers.identity(name, x, options);
    return {
      add: layers.scale(`${name}.scale`, identity, { factor: shortcutScale }),
      ...(residualScale !== 1 && {
        weigh: (y) => layers.scale(`${name}.residual-scale`, y, { factor: residualScale }),
      }),
    };
  },
  /** The shortcut times 1 − g(x), the block's output times g(x), as in Highway networks (section 3.2). */
  "exclusive-gating": (layers, name, x, options) => {
    const { gate, add } = gatedShortcut(layers, name, x, options);
    return { add, weigh: (y) => layers.gated(`${name}.residual`, y, gate, { complement: false }) };
  },
  /** The shortcut times 1 − g(x); the block's output does not change (section 3.3). */
  "shortcut-only-gating": (layers, name, x, options) => ({ add: gatedShortcut(layers, name, x, options).add }),
  /** A 1×1 convolution and, where the shape stays, the identity, each with normalisation (Ding et al. 2021, Fig. 2b). */
  branches: (layers, name, x, { channels, stride }) => {
    const pointwise = layers.conv(`${name}.conv`, x, { kernel: 1, projection: true, channels, stride });
    const same = stride === 1 && layers.shapeOf(x).channels === channels;
    const identity = same ? layers.norm(`${name}.identity`, x, { relu: false }) : undefined;
    return { add: layers.norm(`${name}.norm`, pointwise, { add: identity, relu: false }) };
  },
  /** Dropout on the shortcut (section 3.3). The other values are not scaled up, so the shortcut is halved on average. */
  dropout: (layers, name, x, options) => {
    const rate = options.model.weighing.dropoutRate;
    return { add: layers.dropout(`${name}.dropout`, layers.identity(name, x, options), { rate }) };
  },
} satisfies Record<Shortcut, ShortcutFunction>;

/**
 * 1×1 convolution and batch normalisation, without ReLU, as in the released nets. In pre-activation units the
 * normalisation comes before the convolution, and none after it.
 */
function projection(layers: Layers, name: string, x: Value, options: ShortcutOptions): Value {
  const { channels, stride, activated } = options;
  const y = layers.conv(`${name}.conv`, activated ?? x, { kernel: 1, projection: true, channels, stride });
  return activated === undefined ? layers.norm(`${name}.norm`, y, { relu: false }) : y;
}

/** g(x) = σ(W x + b) by a 1×1 convolution, and option A's shortcut times 1 − g(x). */
function gatedShortcut(layers: Layers, name: string, x: Value, options: ShortcutOptions) {
  const { channels, stride, model } = options;
  const logits = layers.conv(`${name}.gate.conv`, x, { kernel: 1, projection: true, channels, stride });
  const gate = layers.gate(`${name}.gate`, logits, { bias: model.weighing.gateBias });
  const identity = layers.identity(name, x, options);
  return { gate, add: layers.gated(`${name}.gated`, identity, gate, { complement: true }) };
}
