// The layers of a net without normalisation: each convolution has a bias, and what follows a normalisation follows it.
import type { Layers } from "./layers.ts";

export function unnormalised(layers: Layers): Layers {
  return {
    ...layers,
    conv: (name, x, options) => layers.conv(name, x, { ...options, bias: true }),
    norm(name, x, { add, relu }) {
      if (add !== undefined) return layers.add(name.replace(/norm(?=\d*$)/, "add"), x, add, { relu });
      return relu ? layers.relu(name.replace(/norm(?=\d*$)/, "relu"), x) : x;
    },
  };
}
