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
export function stepsOf({ operations }: Graph): Step[] {
  const lastReader = lastReaders(operations.map(inputsOf));
  return operations.map((operation, index) => ({ operation, last: lastReader(inputsOf(operation), index) }));
}

/** The same, but each convolution whose output only a normalisation reads is computed together with it. */
export function joinedSteps(graph: Graph): Step[] {
  const joined = joinedConvolutions(graph);
  const gone = new Set<Operation>(joined.values());
  const operations = graph.operations.filter((operation) => !gone.has(operation));
  const reads = operations.map((operation) => {
    const convolution = joined.get(operation);
    const inputs = inputsOf(operation);
    return convolution ? [convolution.input, ...inputs.filter((value) => value !== convolution.output)] : inputs;
  });
  const lastReader = lastReaders(reads);
  return operations.map((operation, index) => {
    const last = lastReader(reads[index]!, index);
    const convolution = joined.get(operation);
    return convolution && operation.kind === "norm" ? { operation, convolution, last } : { operation, last };
  });
}

/** The convolutions to compute with a normalisation, by the normalisation. */
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

/** From what each step reads: which of some values no step after that one reads. */
function lastReaders(reads: readonly (readonly Value[])[]): (values: readonly Value[], step: number) => Value[] {
  const last = new Map<Value, number>();
  reads.forEach((values, step) => {
    for (const value of values) last.set(value, step);
  });
  return (values, step) => [...new Set(values)].filter((value) => last.get(value) === step);
}
