// A network on paper: its layers, shapes, parameters and multiply-adds, found by running it on shapes. No tensors.
import type { ModelConfig } from "../config/schema.ts";
import type { Layers, ModelInput, Shape } from "./layers.ts";
import { resnet } from "./resnet.ts";

/** What a trainable parameter or a running statistic starts as. */
export type Initialiser =
  /** Normal with mean 0 and standard deviation sqrt(2 / fan) (He et al. 2015b). */
  { readonly kind: "he"; readonly fan: number } | { readonly kind: "constant"; readonly value: number };

/** A trainable parameter ("weights", "gamma", "beta", "bias") or a running statistic ("statistic"). */
export interface ParameterDescription {
  readonly name: string;
  readonly role: "weights" | "gamma" | "beta" | "bias" | "statistic";
  readonly shape: readonly number[];
  readonly initial: Initialiser;
}

/** One layer as a row of `describe`. */
export interface LayerDescription {
  readonly name: string;
  readonly kind: "conv" | "projection" | "norm" | "max-pool" | "identity" | "average-pool" | "dense";
  /** Square kernel's side, for convolutions and pooling. */
  readonly kernel?: number;
  readonly stride?: number;
  readonly output: Shape;
  readonly parameters: number;
  readonly multiplyAdds: number;
}

export interface ModelDescription {
  readonly layers: readonly LayerDescription[];
  readonly parameters: number;
  /** For one image, convolutions and the dense layer; the "FLOPs" of Table 1. */
  readonly multiplyAdds: number;
  /** The net's depth as the paper counts it: projections left out. */
  readonly weightedLayers: number;
  readonly projections: number;
  readonly parameterList: readonly ParameterDescription[];
}

/**
 * Describes a network for images of the given size.
 * Counts as in Table 1 and 6: convolutions have no bias, batch normalisation has γ and β, the dense layer a bias; running statistics are no parameters.
 */
export function describeModel(model: ModelConfig, input: ModelInput): ModelDescription {
  const layers: LayerDescription[] = [];
  const parameterList: ParameterDescription[] = [];

  const recorder: Layers<Shape> = {
    conv(name, x, { kernel, channels, stride, projection }) {
      const output = { height: down(x.height, stride), width: down(x.width, stride), channels };
      const shape = [kernel, kernel, x.channels, channels];
      // Fan-out, the outputs that one input reaches: the paper leaves the fan open, most reproductions take this one.
      const initial = { kind: "he", fan: kernel * kernel * channels } as const;
      parameterList.push({ name: `${name}.weights`, role: "weights", shape, initial });
      const multiplyAdds = product(shape) * output.height * output.width;
      const kind = projection ? "projection" : "conv";
      layers.push({ name, kind, kernel, stride, output, parameters: product(shape), multiplyAdds });
      return output;
    },
    norm(name, x) {
      const shape = [x.channels];
      const one = { kind: "constant", value: 1 } as const;
      const zero = { kind: "constant", value: 0 } as const;
      parameterList.push(
        { name: `${name}.gamma`, role: "gamma", shape, initial: one },
        { name: `${name}.beta`, role: "beta", shape, initial: zero },
        { name: `${name}.mean`, role: "statistic", shape, initial: zero },
        { name: `${name}.variance`, role: "statistic", shape, initial: one },
      );
      layers.push({ name, kind: "norm", output: x, parameters: 2 * x.channels, multiplyAdds: 0 });
      return x;
    },
    maxPool(name, x, { kernel, stride }) {
      const output = { ...x, height: down(x.height, stride), width: down(x.width, stride) };
      layers.push({ name, kind: "max-pool", kernel, stride, output, parameters: 0, multiplyAdds: 0 });
      return output;
    },
    identity(name, x, { channels, stride }) {
      const output = { height: down(x.height, stride), width: down(x.width, stride), channels };
      layers.push({ name, kind: "identity", stride, output, parameters: 0, multiplyAdds: 0 });
      return output;
    },
    globalAveragePool(name, x) {
      const output = { height: 1, width: 1, channels: x.channels };
      layers.push({ name, kind: "average-pool", output, parameters: 0, multiplyAdds: 0 });
      return output;
    },
    dense(name, x, { units }) {
      const shape = [x.channels, units];
      parameterList.push(
        { name: `${name}.weights`, role: "weights", shape, initial: { kind: "he", fan: x.channels } },
        { name: `${name}.bias`, role: "bias", shape: [units], initial: { kind: "constant", value: 0 } },
      );
      const output = { height: 1, width: 1, channels: units };
      const multiplyAdds = product(shape);
      layers.push({ name, kind: "dense", output, parameters: multiplyAdds + units, multiplyAdds });
      return output;
    },
    shapeOf: (x) => x,
  };

  resnet(recorder, input, model, input.classes);
  const counted = layers.filter((layer) => layer.kind === "conv" || layer.kind === "dense");
  return {
    layers,
    parameters: sum(layers.map((layer) => layer.parameters)),
    multiplyAdds: sum(layers.map((layer) => layer.multiplyAdds)),
    weightedLayers: counted.length,
    projections: layers.filter((layer) => layer.kind === "projection").length,
    parameterList,
  };
}

// Kernels are odd and padded by (k−1)/2, so the size after a stride does not depend on the kernel.
function down(size: number, stride: number): number {
  return Math.ceil(size / stride);
}

function product(values: readonly number[]): number {
  return values.reduce((result, value) => result * value, 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((result, value) => result + value, 0);
}
