// Which operations give the responses of a network's layers (Fig. 7): the outputs of its convolutions larger than 1×1
// after their normalisation, before ReLU and addition.
import type { Operation } from "./graph.ts";

/**
 * The name of a convolution by the operation that gives its response: the normalisation that reads it, or the
 * convolution itself where its output is normalised only after an addition, or not at all.
 */
export function responseOperations(operations: readonly Operation[]): Map<Operation, string> {
  const responses = new Map<Operation, string>();
  for (const conv of operations) {
    if (conv.kind !== "conv" || conv.kernel === 1) continue;
    const norm = operations.find(({ kind, input }) => kind === "norm" && input === conv.output);
    responses.set(norm ?? conv, conv.name);
  }
  return responses;
}
