// The order of normalisation, ReLU and addition in a unit: normalisation and ReLU after each convolution, as in the paper,
// one of the orders of "Identity Mappings in Deep Residual Networks" (He et al. 2016, Fig. 4 and Table 2), or the paper's
// without the last ReLU.
import type { Activation } from "../config/schema.ts";
import type { ConvOptions, Layers, Value } from "./layers.ts";
import type { Part } from "./parts.ts";
import type { Path } from "./shortcuts.ts";

/** A convolution and the parts right before it. */
export interface UnitConv extends ConvOptions {
  readonly before: readonly Part[];
}

/** One unit: its convolutions, and the path around them. */
export interface Unit {
  readonly name: string;
  readonly convs: readonly UnitConv[];
  /** The initial γ of the last normalisation. */
  readonly lastGamma: number;
  /** The path from the unit's input. Where the unit opens with normalisation and ReLU, projections read their output. */
  readonly shortcut: (activated?: Value) => Path;
}

export interface ActivationOrder {
  unit(layers: Layers, x: Value, unit: Unit): Value;
  /** The layers after the stem's convolution. */
  stem(layers: Layers, name: string, x: Value): Value;
  /** The layers after the last unit. */
  end(layers: Layers, x: Value): Value;
}

const activated = (layers: Layers, name: string, x: Value) => layers.norm(name, x, { relu: true });
const asItIs = (_layers: Layers, x: Value) => x;

/** Units with normalisation and ReLU after each convolution. `close` says what follows the last convolution. */
function postActivation(close: (layers: Layers, y: Value, unit: Unit, path: Path) => Value): ActivationOrder {
  return {
    unit(layers, x, unit) {
      const path = unit.shortcut();
      let y = x;
      unit.convs.forEach((_, index) => {
        if (index > 0) y = layers.norm(`${unit.name}.norm${index}`, y, { relu: true });
        y = convolve(layers, y, unit, index);
      });
      return close(layers, y, unit, path);
    },
    stem: activated,
    end: asItIs,
  };
}

export const activations = {
  /** conv, BN, ReLU, conv, BN, addition, ReLU (Fig. 2). */
  original: postActivation((layers, y, unit, path) => {
    // Normalisation, addition and ReLU are one operation where nothing stands between them.
    if (!path.weigh) return lastNorm(layers, y, unit, { add: path.add, relu: true });
    return join(layers, lastNorm(layers, y, unit, { relu: false }), unit, path, { relu: true });
  }),
  "bn-after-addition": postActivation((layers, y, unit, path) =>
    lastNorm(layers, join(layers, y, unit, path, { relu: false }), unit, { relu: true }),
  ),
  "relu-before-addition": postActivation((layers, y, unit, path) =>
    join(layers, lastNorm(layers, y, unit, { relu: true }), unit, path, { relu: false }),
  ),
  /** conv, BN, ReLU, conv, BN, addition (Gross and Wilber 2016): nothing stands between a shortcut and the next. */
  "no-last-relu": postActivation((layers, y, unit, path) => {
    if (!path.weigh) return lastNorm(layers, y, unit, { add: path.add, relu: false });
    return join(layers, lastNorm(layers, y, unit, { relu: false }), unit, path, { relu: false });
  }),
  "relu-only-pre-activation": {
    unit(layers, x, unit) {
      const path = unit.shortcut();
      let y = x;
      unit.convs.forEach((_, index) => {
        const last = index === unit.convs.length - 1;
        y = layers.relu(`${unit.name}.relu${index + 1}`, y);
        y = convolve(layers, y, unit, index);
        y = last
          ? lastNorm(layers, y, unit, { relu: false })
          : layers.norm(`${unit.name}.norm${index + 1}`, y, { relu: false });
      });
      return join(layers, y, unit, path, { relu: false });
    },
    stem: (layers, name, x) => layers.norm(name, x, { relu: false }),
    end: (layers, x) => layers.relu("end.relu", x),
  },
  "full-pre-activation": {
    unit(layers, x, unit) {
      const first = layers.norm(`${unit.name}.norm1`, x, { relu: true });
      const path = unit.shortcut(first);
      let y = first;
      unit.convs.forEach((_, index) => {
        if (index > 0) y = layers.norm(`${unit.name}.norm${index + 1}`, y, { relu: true });
        y = convolve(layers, y, unit, index);
      });
      return join(layers, y, unit, path, { relu: false });
    },
    stem: (_layers, _name, x) => x,
    end: (layers, x) => layers.norm("end.norm", x, { relu: true }),
  },
} satisfies Record<Activation, ActivationOrder>;

/** The parts before a convolution of the unit, then the convolution. */
function convolve(layers: Layers, x: Value, { name, convs }: Unit, index: number): Value {
  const { before, ...conv } = convs[index]!;
  const read = before.reduce((y, part) => part.apply(layers, `${name}.${part.name}${index + 1}`, y), x);
  return layers.conv(`${name}.conv${index + 1}`, read, conv);
}

function lastNorm(layers: Layers, y: Value, unit: Unit, options: { add?: Value | undefined; relu: boolean }): Value {
  return layers.norm(`${unit.name}.norm${unit.convs.length}`, y, { ...options, initialGamma: unit.lastGamma });
}

/** Weighs the unit's output, and adds the shortcut if there is one. */
function join(layers: Layers, y: Value, unit: Unit, path: Path, { relu }: { relu: boolean }): Value {
  const weighed = path.weigh ? path.weigh(y) : y;
  if (path.add !== undefined) return layers.add(`${unit.name}.add`, weighed, path.add, { relu });
  return relu ? layers.relu(`${unit.name}.relu`, weighed) : weighed;
}
