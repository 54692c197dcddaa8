// Changes of a net's weights, as lists of tensors: a layer that passes its input on, and tensors that change places.
import type { NamedTensor } from "../types.ts";

/** Replaces the tensors that have the names of `changed`. */
export function withTensors(weights: readonly NamedTensor[], changed: readonly NamedTensor[]): NamedTensor[] {
  const byName = new Map(changed.map((tensor) => [tensor.name, tensor]));
  return weights.map((tensor) => byName.get(tensor.name) ?? tensor);
}

export function filled({ name, shape, data }: NamedTensor, value: number): NamedTensor {
  return { name, shape, data: new Float32Array(data.length).fill(value) };
}

/** A convolution that changes nothing: 1 in the middle of each channel's own kernel, else 0. Of shape [k, k, in / groups, out]. */
export function identityConvolution({ name, shape }: Pick<NamedTensor, "name" | "shape">): NamedTensor {
  const [kernel = 1, , inputs = 1, outputs = 1] = shape;
  const data = new Float32Array(kernel * kernel * inputs * outputs);
  const middle = (kernel * kernel - 1) / 2;
  for (let channel = 0; channel < outputs; channel++) {
    data[(middle * inputs + (channel % inputs)) * outputs + channel] = 1;
  }
  return { name, shape, data };
}

/**
 * A normalisation by running statistics that changes nothing. With the mean μ and the variance σ² of what it gets, γ is
 * √(σ² + ε) and β is μ, so that it changes nothing in training either, but for the difference between a batch and all.
 */
export function identityNormalisation(
  name: string,
  epsilon: number,
  { mean, variance }: { readonly mean: Float64Array; readonly variance: Float64Array },
): NamedTensor[] {
  const tensor = (end: string, values: Float64Array): NamedTensor => ({
    name: `${name}.${end}`,
    shape: [values.length],
    data: Float32Array.from(values),
  });
  // By the variance as it is stored, so that the two cancel.
  return [
    tensor(
      "gamma",
      variance.map((value) => Math.sqrt(Math.fround(value) + epsilon)),
    ),
    tensor("beta", mean),
    tensor("mean", mean),
    tensor("variance", variance),
  ];
}

/** The statistics of channels with mean 0, and a variance that makes σ² + ε equal to 1. */
export function unitStatistics(channels: number, epsilon: number) {
  return { mean: new Float64Array(channels), variance: new Float64Array(channels).fill(1 - epsilon) };
}
