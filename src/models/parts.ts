// The parts that a block may have besides its convolutions, as functions over layers.
import type { Layers, Value } from "./layers.ts";

/** A part of a block that no normalisation follows. */
export interface Part {
  /** The name of its operations within the block. The number of the convolution after it is appended. */
  readonly name: string;
  /** @param name the prefix of the names of the operations that it adds; one operation may have exactly this name */
  apply(layers: Layers, name: string, x: Value): Value;
}

/** Sets values to zero at random, and scales the others up to make up for them. */
export function dropout(rate: number): Part {
  return { name: "dropout", apply: (layers, name, x) => layers.dropout(name, x, { rate, rescaled: true }) };
}

/** Multiplies by a trained number. If it starts at 0, the block starts as its shortcut (De and Smith 2020, SkipInit). */
export function multiplier(initial: number): Part {
  return { name: "multiplier", apply: (layers, name, x) => layers.multiplier(name, x, { initial }) };
}

/**
 * Multiplies each channel by a gate between 0 and 1. Two dense layers compute the gates from the means of all channels
 * (Hu et al. 2017, section 3).
 * @param reduction the number of channels for each unit of the first layer
 */
export function squeezeExcite(reduction: number): Part {
  return {
    name: "se",
    apply(layers, name, x) {
      const { channels } = layers.shapeOf(x);
      const units = Math.max(1, Math.floor(channels / reduction));
      let y = layers.globalAveragePool(`${name}.squeeze`, x);
      y = layers.relu(`${name}.relu`, layers.dense(`${name}.reduce`, y, { units, inner: true }));
      // The gate adds the second layer's bias.
      y = layers.dense(`${name}.expand`, y, { units: channels, inner: true, bias: false });
      const gate = layers.gate(`${name}.gate`, y, { bias: 0 });
      return layers.gated(`${name}.excite`, x, layers.spread(`${name}.spread`, gate, { like: x }), {
        complement: false,
      });
    },
  };
}
