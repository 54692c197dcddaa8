// The diagram of a net or of one block: its nodes with their lanes and rows, and the wires between them (Fig. 2, 3 and 5).
// Lane 0 is the main path, from the input down. Shortcuts run right of it. diagram-svg.ts gives it coordinates and draws it.
import type { ModelConfig } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import type { ModelInput } from "../types.ts";
import { buildGraph, type Graph, inputsOf, type Operation } from "./graph.ts";
import type { Value } from "./layers.ts";

export interface DiagramNode {
  /** A box has weights or pools, a pill has no parameters, and a "join" is an addition. */
  readonly shape: "box" | "pill" | "join";
  readonly text: string;
  readonly lane: number;
  readonly row: number;
}

export interface Wire {
  /** Indices of nodes; undefined is the diagram's input. */
  readonly from: number | undefined;
  readonly to: number;
  /** Whether the wire is an identity that adds channels, which is dotted as in Fig. 3. */
  readonly dotted: boolean;
  /** "identity" on a shortcut that has no layers. */
  readonly label?: string;
}

export interface Diagram {
  readonly title: string;
  readonly nodes: readonly DiagramNode[];
  readonly wires: readonly Wire[];
}

/** The whole net: its convolutions, pooling, dense layer and additions (Fig. 3). */
export function drawNet(name: string, model: ModelConfig, input: ModelInput): Diagram {
  const graph = buildGraph(model, input);
  return draw(name, graph, graph.operations, false);
}

/**
 * One block with its normalisations and ReLUs (Fig. 2 and 5).
 * @param block its name: "stage1.block2"
 * @throws UserError if the net has no such block
 */
export function drawBlock(name: string, model: ModelConfig, input: ModelInput, block: string): Diagram {
  const graph = buildGraph(model, input);
  const operations = graph.operations.filter((operation) => operation.name.startsWith(`${block}.`));
  if (operations.length === 0) {
    const blocks = [...new Set(graph.operations.flatMap(({ name }) => /^stage\d+\.block\d+/.exec(name)?.[0] ?? []))];
    throw new UserError(`Expected a block of ${name}, ${blocks[0]} to ${blocks.at(-1)}, or net, got ${block}.`);
  }
  return draw(`${name}, ${block}`, graph, operations, true);
}

/** The source of a value in the diagram, which is a node or the input, and the look of the wires from it. */
interface Source {
  readonly node: number | undefined;
  readonly dotted: boolean;
}

function draw(title: string, graph: Graph, operations: readonly Operation[], details: boolean): Diagram {
  const lanes = lanesOf(operations);
  const nodes: DiagramNode[] = [];
  const wires: Wire[] = [];
  const sources = new Map<Value, Source>();
  const sourceOf = (value: Value): Source => sources.get(value) ?? { node: undefined, dotted: false };
  const rowOf = ({ node }: Source) => (node === undefined ? -1 : nodes[node]!.row);

  const place = (shape: DiagramNode["shape"], text: string, lane: number, inputs: readonly Source[]): Source => {
    const node = nodes.length;
    const row = Math.max(...inputs.map(rowOf), lane === 0 ? lastRow(nodes) : -1) + 1;
    nodes.push({ shape, text, lane, row });
    inputs.forEach(({ node: from, dotted }, index) => {
      const leaps = index > 0 && lane === (from === undefined ? 0 : nodes[from]!.lane);
      wires.push({ from, to: node, dotted, ...(details && leaps && !dotted && { label: "identity" }) });
    });
    return { node, dotted: false };
  };

  for (const operation of operations) {
    const lane = lanes.get(operation) ?? 0;
    const [input, second] = inputsOf(operation).map(sourceOf) as [Source, Source | undefined];
    let at = input;
    const text = textOf(operation, graph);
    if (operation.kind === "identity") at = { node: input.node, dotted: input.dotted || !operation.same };
    else if (operation.kind === "spread") at = input;
    else if (operation.kind === "conv" || operation.kind === "dense" || /pool/.test(operation.kind)) {
      at = place("box", text, lane, [input]);
    } else if (operation.kind === "gated") at = place("pill", text, lane, [input, second!]);
    else if (details && operation.kind !== "add" && operation.kind !== "relu") at = place("pill", text, lane, [input]);
    if ("add" in operation && second) at = place("join", "+", lane, [at, second]);
    if (details && (operation.kind === "relu" || ("relu" in operation && operation.relu))) {
      at = place("pill", "ReLU", lane, [at]);
    }
    sources.set(operation.output, at);
  }
  return { title, nodes, wires };
}

function textOf(operation: Operation, graph: Graph): string {
  const { channels } = graph.shapes[operation.output]!;
  const by = "stride" in operation && operation.stride > 1 ? `, /${operation.stride}` : "";
  switch (operation.kind) {
    case "conv": {
      const groups = operation.groups === 1 ? "" : ` in ${operation.groups} groups`;
      return `${operation.kernel}×${operation.kernel} conv, ${channels}${groups}${by}`;
    }
    case "max-pool":
      return `${operation.kernel}×${operation.kernel} max pool${by}`;
    case "average-pool":
      return "global average pool";
    case "dense":
      return `dense, ${channels}`;
    case "norm":
      return "BN";
    case "scale":
      return `× ${operation.factor}`;
    case "multiplier":
      return "× α";
    case "dropout":
      return `dropout ${operation.rate}`;
    case "survival":
      return `kept by ${Number(operation.probability.toFixed(3))}`;
    case "gate":
      return "σ";
    case "gated":
      return operation.complement ? "× (1 − g)" : "× g";
    case "add":
      return "+";
    case "relu":
      return "ReLU";
    case "identity":
      return "identity";
    case "spread":
      return "to each pixel";
  }
}

/**
 * The lane of each operation: on the way to the second input of an addition one more than the addition's, which is 1 for
 * those of the main path; 2 on the way to a gate; else 0.
 */
function lanesOf(operations: readonly Operation[]): Map<Operation, number> {
  const producers = new Map(operations.map((operation) => [operation.output, operation]));
  const main = new Set<Operation>();
  for (let at = operations.at(-1); at; at = producers.get(at.input)) main.add(at);
  const lanes = new Map<Operation, number>();
  const assign = (value: Value | undefined, lane: number): void => {
    for (
      let at = value === undefined ? undefined : producers.get(value);
      at && !main.has(at);
      at = producers.get(at.input)
    )
      lanes.set(at, lane);
  };
  for (const operation of operations.toReversed())
    if ("add" in operation) assign(operation.add, (lanes.get(operation) ?? 0) + 1);
  for (const operation of operations) if (operation.kind === "gated") assign(operation.gate, 2);
  return lanes;
}

/** The last row of the main path. */
function lastRow(nodes: readonly DiagramNode[]): number {
  return nodes.findLast(({ lane }) => lane === 0)?.row ?? -1;
}
