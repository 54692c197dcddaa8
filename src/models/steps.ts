// The steps of a forward pass, and which values nothing reads after each.
import { type ConvOperation, type Graph, inputsOf, type NormOperation, type Operation } from "./graph.ts";
import type { Value } from "./layers.ts";

/** An operation, or a normalisation together with the convolution before it. */
export type Step = (
  | { readonly operation: Operation; readonly convolution?: undefined }
  | { readonly operation: NormOperation; readonly convolution: ConvOperation }
) & {
  /** The values that no later step reads. */
  readonly last: readonly Value[];
};

/** One step for each operation. */
export function stepsOf(graph: Graph): Step[] {
  return stepsWith(graph, new Map());
}

/** The same, but each convolution whose output only a normalisation reads is computed together with it. */
export function joinedSteps(graph: Graph): Step[] {
  return stepsWith(graph, joinedConvolutions(graph));
}

/** The steps where these convolutions are computed with a normalisation, by the normalisation. */
function stepsWith(graph: Graph, joined: ReadonlyMap<Operation, ConvOperation>): Step[] {
  const gone = new Set<Operation>(joined.values());
  const operations = graph.operations.filter((operation) => !gone.has(operation));
  const reads = operations.map((operation) => {
    const convolution = joined.get(operation);
    const inputs = inputsOf(operation);
    return convolution ? [convolution.input, ...inputs.filter((value) => value !== convolution.output)] : inputs;
  });
  const lastReader = new Map(reads.flatMap((values, step) => values.map((value) => [value, step] as const)));
  return operations.map((operation, step) => {
    const last = [...new Set(reads[step])].filter((value) => lastReader.get(value) === step);
    const convolution = joined.get(operation);
    return convolution && operation.kind === "norm" ? { operation, convolution, last } : { operation, last };
  });
}

function joinedConvolutions({ operations }: Graph): Map<Operation, ConvOperation> {
  const readers = new Map<Value, number>();
  for (const value of operations.flatMap(inputsOf)) readers.set(value, (readers.get(value) ?? 0) + 1);
  const made = new Map(operations.map((operation) => [operation.output, operation]));
  const joined = new Map<Operation, ConvOperation>();
  for (const operation of operations) {
    if (operation.kind !== "norm" || readers.get(operation.input) !== 1) continue;
    const before = made.get(operation.input);
    if (before?.kind === "conv" && before.groups === 1 && !before.bias) joined.set(operation, before);
  }
  return joined;
}
