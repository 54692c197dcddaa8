// Convolutions whose channels are in groups that see nothing of each other (Xie et al. 2017), put together from one
// convolution a group. With one group they are that convolution.
import { concat, split, type Tensor, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import type { Shape4 } from "./kernels.ts";
import * as stock from "./stock.ts";

/** [batch, height, width, in] by filter [k, k, in/groups, out]; group i of `out` reads group i of `in`. */
export function convolution(x: Tensor, filter: Tensor, stride: number, groups: number): Tensor {
  return eachGroup(groups, [x, filter], ([x, filter]) => stock.convolution(x!, filter!, stride));
}

/** The gradient of a convolution's input, of that shape. */
export function convolutionInputGradient(
  dy: Tensor,
  filter: Tensor,
  stride: number,
  [batch, height, width, channels]: Shape4,
  groups: number,
): Tensor {
  const shape: Shape4 = [batch, height, width, channels / groups];
  return eachGroup(groups, [dy, filter], ([dy, filter]) => stock.convolutionInputGradient(dy!, filter!, stride, shape));
}

/** The gradient of a convolution's filter, of the filter's shape. */
export function convolutionFilterGradient(
  x: Tensor,
  dy: Tensor,
  filter: Tensor,
  stride: number,
  groups: number,
): Tensor {
  return eachGroup(groups, [x, dy, filter], ([x, dy, filter]) =>
    stock.convolutionFilterGradient(x!, dy!, filter!, stride),
  );
}

/** Computes each group from its part of the last axis of the tensors, and joins the results along theirs. */
function eachGroup(groups: number, tensors: readonly Tensor[], compute: (parts: readonly Tensor[]) => Tensor): Tensor {
  if (groups === 1) return compute(tensors);
  return tidy(() => {
    const parts = tensors.map((tensor) => split(tensor as Tensor4D, groups, 3));
    return concat(
      Array.from({ length: groups }, (_, group) => compute(parts.map((part) => part[group]!)) as Tensor4D),
      3,
    );
  });
}
