// Shortcut options A, B and C of section 3.3, and none, which makes a plain net.
import type { Shortcut } from "../config/schema.ts";
import type { Layers, Value } from "./layers.ts";

/** The path around a block: what is added to the block's output, or undefined for a plain block. */
export type ShortcutFunction = (
  layers: Layers,
  name: string,
  x: Value,
  options: { readonly channels: number; readonly stride: number },
) => Value | undefined;

export const shortcuts = {
  /** No shortcut: a plain net. */
  none: () => undefined,
  /** Identity; new channels are zeros, and a stride takes every second pixel. No parameters. */
  A: (layers, name, x, options) => layers.identity(name, x, options),
  /** Projection where the dimensions grow, identity elsewhere. */
  B: (layers, name, x, options) => {
    const same = options.stride === 1 && layers.shapeOf(x).channels === options.channels;
    return same ? layers.identity(name, x, options) : projection(layers, name, x, options);
  },
  /** Projection on every shortcut. */
  C: (layers, name, x, options) => projection(layers, name, x, options),
} satisfies Record<Shortcut, ShortcutFunction>;

/** 1×1 convolution and batch normalisation, no ReLU, as in the released networks. */
function projection(layers: Layers, name: string, x: Value, options: { channels: number; stride: number }): Value {
  const y = layers.conv(`${name}.conv`, x, { kernel: 1, projection: true, ...options });
  return layers.norm(`${name}.norm`, y, { relu: false });
}
