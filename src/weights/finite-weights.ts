// The refusal of weights that are NaN or infinite. A net with one such weight gives NaN for every image.
import { UserError } from "../errors.ts";
import { listed } from "../text/listing.ts";
import type { NamedTensor } from "../types.ts";

/** @throws UserError that names the tensors with a number that is not finite */
export function requireFinite(tensors: readonly NamedTensor[], path: string): void {
  const wrong = tensors.filter(({ data }) => data.some((value) => !Number.isFinite(value)));
  if (wrong.length === 0) return;
  const names = listed(wrong.map(({ name }) => name));
  throw new UserError(
    `Expected each weight in ${path} to be a finite number, got NaN or infinity in ${wrong.length} of ${tensors.length} tensors: ${names}.`,
    ["The file is damaged, or its training diverged."],
  );
}
