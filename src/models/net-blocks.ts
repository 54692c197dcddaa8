// The blocks of a net by the names of their tensors: where a block's branch ends, and which layers keep the shape of their
// input. For analyses that take a net apart by its weights, so that every engine can test what is left.
import type { ModelConfig } from "../config/schema.ts";
import type { ModelInput } from "../types.ts";
import { buildGraph, type ConvOperation, type Graph, type NormOperation, type Operation } from "./graph.ts";

/** A convolution of a block and the normalisation that follows it. */
export interface BlockLayer {
  /** Of the convolution. */
  readonly name: string;
  /** Undefined where something else follows. */
  readonly norm: string | undefined;
  /** Whether its output has the shape of its input. */
  readonly keepsShape: boolean;
}

export interface NetBlock {
  /** "stage1.block2" */
  readonly name: string;
  /** Whether it has a path around its convolutions. */
  readonly hasShortcut: boolean;
  /** Whether its output has the shape of its input. */
  readonly keepsShape: boolean;
  /** In order, without the layers of the shortcut. */
  readonly layers: readonly BlockLayer[];
  /** The last of its own operations with weights before the addition of the shortcut. */
  readonly end: { readonly kind: "norm" | "conv"; readonly name: string };
}

/** The blocks of a net, in order. */
export function netBlocks(model: ModelConfig, input: ModelInput): NetBlock[] {
  const graph = buildGraph(model, input);
  const byName = new Map<string, Operation[]>();
  for (const operation of graph.operations) {
    const name = /^stage\d+\.block\d+(?=\.)/.exec(operation.name)?.[0];
    if (name === undefined) continue;
    byName.set(name, [...(byName.get(name) ?? []), operation]);
  }
  return [...byName].map(([name, operations]) => netBlock(name, operations, graph));
}

function netBlock(name: string, operations: readonly Operation[], graph: Graph): NetBlock {
  const own = operations.filter((operation) => !operation.name.startsWith(`${name}.shortcut`));
  const joint = own.findIndex((operation) => "add" in operation && operation.add !== undefined);
  const branch = joint < 0 ? own : own.slice(0, joint + 1);
  const end = branch.findLast(isWeighted)!;
  const layers = own.filter(isConv).map((conv) => layerOf(conv, own, graph));
  return {
    name,
    hasShortcut: joint >= 0,
    keepsShape: sameShape(graph, own.find(isConv)!.input, own.at(-1)!.output),
    layers,
    end: { kind: end.kind, name: end.name },
  };
}

function layerOf(conv: ConvOperation, own: readonly Operation[], graph: Graph): BlockLayer {
  const norm = own.find((operation) => operation.kind === "norm" && operation.input === conv.output);
  return { name: conv.name, norm: norm?.name, keepsShape: sameShape(graph, conv.input, conv.output) };
}

function sameShape({ shapes }: Graph, a: number, b: number): boolean {
  return JSON.stringify(shapes[a]) === JSON.stringify(shapes[b]);
}

function isConv(operation: Operation): operation is ConvOperation {
  return operation.kind === "conv";
}

// In `bn-after-addition` the normalisation comes after the addition, so it is not in the branch.
function isWeighted(operation: Operation): operation is ConvOperation | NormOperation {
  return operation.kind === "conv" || operation.kind === "norm";
}
