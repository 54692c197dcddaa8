// The steps of a forward pass, and which values nothing reads after each.
import { type ConvOperation, type Graph, inputsOf, type NormOperation, type Operation } from "./graph.ts";
import type { Value } from "./layers.ts";

/** An operation, or a convolution and the normalisation of its output, which are computed together. */
export interface Step {
  readonly operation: Operation;
  /** Present if the operation is a normalisation that is computed with it. */
  readonly convolution?: ConvOperation;
  /** The values that no later step reads. */
  readonly last: readonly Value[];
}

/** One step for each operation. */
export function stepsOf({ operations }: Graph): Step[] {
  return withLast(operations.map((operation) => ({ operation, reads: inputsOf(operation) })));
}

/** The same, but each convolution whose output only a normalisation reads is computed together with it. */
export function joinedSteps({ operations }: Graph): Step[] {
  const readers = new Map<Value, number>();
  for (const value of operations.flatMap(inputsOf)) readers.set(value, (readers.get(value) ?? 0) + 1);
  const convolutions = new Map(
    operations.flatMap((operation) =>
      operation.kind === "conv" && operation.groups === 1 && !operation.bias
        ? [[operation.output, operation] as const]
        : [],
    ),
  );
  const joined = new Map<NormOperation, ConvOperation>();
  for (const operation of operations) {
    if (operation.kind !== "norm" || readers.get(operation.input) !== 1) continue;
    const convolution = convolutions.get(operation.input);
    if (convolution) joined.set(operation, convolution);
  }
  const alone = operations.filter(
    (operation) => ![...joined.values()].some((convolution) => convolution === operation),
  );
  return withLast(
    alone.map((operation) => {
      const convolution = operation.kind === "norm" ? joined.get(operation) : undefined;
      if (!convolution) return { operation, reads: inputsOf(operation) };
      const others = inputsOf(operation).filter((value) => value !== convolution.output);
      return { operation, convolution, reads: [convolution.input, ...others] };
    }),
  );
}

function withLast(steps: readonly (Omit<Step, "last"> & { readonly reads: readonly Value[] })[]): Step[] {
  const lastRead = new Map<Value, number>();
  steps.forEach(({ reads }, index) => {
    for (const value of reads) lastRead.set(value, index);
  });
  return steps.map(({ reads, ...step }, index) => ({
    ...step,
    last: [...new Set(reads)].filter((value) => lastRead.get(value) === index),
  }));
}
