// The description of a net: its layers, shapes, parameters and multiply-adds. It makes no tensors.
import type { ModelConfig } from "../config/schema.ts";
import type { ModelInput } from "../types.ts";
import { buildGraph, type Graph, type Operation } from "./graph.ts";
import type { Shape } from "./layers.ts";

/** The initial values of a trainable parameter or a running statistic: drawn around 0, or a constant. */
export type Initialiser =
  | { readonly kind: "normal"; readonly deviation: number }
  | { readonly kind: "constant"; readonly value: number };

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
  readonly kind: Operation["kind"] | "projection";
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
  /** Of the convolutions and the dense layer, for one image: the "FLOPs" of Table 1. */
  readonly multiplyAdds: number;
  /** The net's depth as the paper counts it: without projections and the dense layers within blocks. */
  readonly weightedLayers: number;
  readonly projections: number;
}

/**
 * Describes a net for images of the given size.
 * It counts as Tables 1 and 6 do: convolutions have no bias where a normalisation follows, batch normalisation has γ and
 * β, and the dense layer has a bias. Running statistics do not count as parameters.
 */
export function describeModel(model: ModelConfig, input: ModelInput): ModelDescription {
  const graph = buildGraph(model, input);
  const layers = graph.operations.map((operation) => describeLayer(operation, graph));
  return {
    layers,
    parameters: sum(layers.map((layer) => layer.parameters)),
    multiplyAdds: sum(layers.map((layer) => layer.multiplyAdds)),
    weightedLayers: graph.operations.filter(isCounted).length,
    projections: layers.filter(({ kind }) => kind === "projection").length,
  };
}

function isCounted(operation: Operation): boolean {
  return (operation.kind === "conv" && !operation.projection) || (operation.kind === "dense" && !operation.inner);
}

/**
 * The least memory that a training step needs, in bytes: each activation once, and the weights, velocity and gradient of
 * each parameter.
 */
export function stepBytes(model: ModelConfig, input: ModelInput, batchSize: number): number {
  const { layers, parameters } = describeModel(model, input);
  const activations = sum(layers.map(({ output }) => output.height * output.width * output.channels));
  return 4 * (activations * batchSize + 3 * parameters);
}

/** The parameters and statistics of a net, in the order in which it uses them. */
export function listParameters(graph: Graph): ParameterDescription[] {
  return graph.operations.flatMap((operation) => parametersOf(operation, graph));
}

function describeLayer(operation: Operation, graph: Graph): LayerDescription {
  const { name, kind } = operation;
  const output = graph.shapes[operation.output]!;
  const parameters = parametersOf(operation, graph);
  const sizes = (wanted: (parameter: ParameterDescription) => boolean) =>
    sum(parameters.filter(wanted).map(({ shape }) => product(shape)));
  return {
    name,
    kind: "projection" in operation && operation.projection ? "projection" : kind,
    ...("kernel" in operation && { kernel: operation.kernel }),
    ...("stride" in operation && { stride: operation.stride }),
    output,
    parameters: sizes(({ role }) => role !== "statistic"),
    multiplyAdds: sizes(({ role }) => role === "weights") * output.height * output.width,
  };
}

function parametersOf(operation: Operation, graph: Graph): ParameterDescription[] {
  const channels = { inputs: channelsOf(operation.input, graph), outputs: channelsOf(operation.output, graph) };
  // TypeScript does not see that the operation and the entry are of the same kind.
  return (parameters[operation.kind] as ParametersOf<Operation["kind"]>)(operation, channels);
}

type ParametersOf<Kind extends Operation["kind"]> = (
  operation: Extract<Operation, { kind: Kind }>,
  channels: { readonly inputs: number; readonly outputs: number },
) => ParameterDescription[];

const none = (): ParameterDescription[] => [];

/** The parameters and statistics of each kind of operation, in the order in which it uses them. */
const parameters: { readonly [Kind in Operation["kind"]]: ParametersOf<Kind> } = {
  conv({ name, kernel, groups, bias }, { inputs, outputs }) {
    // He et al. 2015b, with the fan-out: the number of outputs that one input reaches. The paper does not say which fan
    // it uses. Most reproductions use this one.
    const initial = { kind: "normal", deviation: Math.sqrt(2 / (kernel * kernel * (outputs / groups))) } as const;
    const shape = [kernel, kernel, inputs / groups, outputs];
    return withBias({ name: `${name}.weights`, role: "weights", shape, initial }, name, bias ? outputs : 0);
  },
  norm: ({ name, initialGamma }, { outputs }) => [
    { name: `${name}.gamma`, role: "gamma", shape: [outputs], initial: constant(initialGamma) },
    { name: `${name}.beta`, role: "beta", shape: [outputs], initial: constant(0) },
    { name: `${name}.mean`, role: "statistic", shape: [outputs], initial: constant(0) },
    { name: `${name}.variance`, role: "statistic", shape: [outputs], initial: constant(1) },
  ],
  gate: ({ name, bias }, { outputs }) => [
    { name: `${name}.bias`, role: "bias", shape: [outputs], initial: constant(bias) },
  ],
  dense({ name, bias, deviation }, { inputs, outputs }) {
    const initial = { kind: "normal", deviation: deviation ?? Math.sqrt(2 / outputs) } as const;
    return withBias(
      { name: `${name}.weights`, role: "weights", shape: [inputs, outputs], initial },
      name,
      bias ? outputs : 0,
    );
  },
  multiplier: ({ name, initial }) => [{ name: `${name}.gamma`, role: "gamma", shape: [1], initial: constant(initial) }],
  add: none,
  relu: none,
  scale: none,
  dropout: none,
  survival: none,
  gated: none,
  "max-pool": none,
  identity: none,
  "average-pool": none,
  spread: none,
};

/** The weights, and if there are any outputs to add it to, a bias of zeros. */
function withBias(weights: ParameterDescription, name: string, outputs: number): ParameterDescription[] {
  if (outputs === 0) return [weights];
  return [weights, { name: `${name}.bias`, role: "bias", shape: [outputs], initial: constant(0) }];
}

function constant(value: number): Initialiser {
  return { kind: "constant", value };
}

function channelsOf(value: number, { shapes }: Graph): number {
  return shapes[value]!.channels;
}

function product(values: readonly number[]): number {
  return values.reduce((result, value) => result * value, 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((result, value) => result + value, 0);
}
