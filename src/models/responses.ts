// The operations that give the responses of a net's layers (Fig. 7). A response is the output of a convolution larger than
// 1×1 after its normalisation, before ReLU and addition.
import type { Operation } from "./graph.ts";

/**
 * Maps the operation that gives a response to the name of its convolution. The operation is the normalisation after the
 * convolution, or the convolution itself if its output is normalised only after an addition, or not at all.
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
