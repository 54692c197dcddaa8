// What may stand within a block beside its convolutions, as functions over layers.
import type { Layers, Value } from "./layers.ts";

/** A part of a block without normalisation of its own. */
export interface Part {
  /** Names its operations within the block, with the number of the convolution that it stands before. */
  readonly name: string;
  /** @param name opens the names of the operations that it adds; one operation may have it as it is */
  apply(layers: Layers, name: string, x: Value): Value;
}

/** Values left out at random, the others scaled up for them. */
export function dropout(rate: number): Part {
  return { name: "dropout", apply: (layers, name, x) => layers.dropout(name, x, { rate, rescaled: true }) };
}

/**
 * Each channel times a gate between 0 and 1, which two dense layers work out from the means of all channels (Hu et al.
 * 2017, section 3).
 * @param reduction how many times fewer units the first layer has than channels
 */
export function squeezeExcite(reduction: number): Part {
  return {
    name: "se",
    apply(layers, name, x) {
      const { channels } = layers.shapeOf(x);
      const units = Math.max(1, Math.floor(channels / reduction));
      let y = layers.globalAveragePool(`${name}.squeeze`, x);
      y = layers.relu(`${name}.relu`, layers.dense(`${name}.reduce`, y, { units, inner: true }));
      // The gate has the second layer's bias.
      y = layers.dense(`${name}.expand`, y, { units: channels, inner: true, bias: false });
      const gate = layers.gate(`${name}.gate`, y, { bias: 0 });
      return layers.gated(`${name}.excite`, x, layers.spread(`${name}.spread`, gate, { like: x }), {
        complement: false,
      });
    },
  };
}
