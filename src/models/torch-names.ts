// The names that others' ResNets have for the tensors of torchvision's: before them the name of a wrapper (DataParallel's
// `module.`, torch.compile's `_orig_mod.`, a `backbone.` …), another one for the dense layer, `shortcut` for `downsample`.
// What is taken for what is said.
import { UserError } from "../errors.ts";
import type { NamedTensor } from "../types.ts";

/** Tensors under torchvision's names, and a sentence for each liberty that was taken. */
export interface TorchTensors {
  readonly tensors: readonly NamedTensor[];
  readonly notes: readonly string[];
}

const first = "conv1.weight";

/** @throws UserError where the file holds several nets */
export function underTorchNames(given: readonly NamedTensor[], where: string): TorchTensors {
  const notes: string[] = [];
  let tensors = withoutPrefix(given, where, notes);
  tensors = renamed(tensors, /^(layer\d+\.\d+)\.shortcut\.([01])\./, "$1.downsample.$2.", notes);
  return { tensors: withDense(tensors, notes), notes };
}

/** Takes off what stands before the name of the first convolution and of the first stage alike. */
function withoutPrefix(tensors: readonly NamedTensor[], where: string, notes: string[]): readonly NamedTensor[] {
  const names = tensors.map(({ name }) => name);
  const prefixes = names
    .filter((name) => name === first || name.endsWith(`.${first}`))
    .map((name) => name.slice(0, -first.length))
    .filter((prefix) => names.some((name) => name.startsWith(`${prefix}layer1.`)));
  const [prefix, ...others] = prefixes;
  if (prefix === undefined || prefixes.includes("")) return tensors;
  if (others.length > 0) {
    throw new UserError(
      `Expected ${where} to hold one net, got ${prefixes.length}: ${prefixes.map((each) => JSON.stringify(each)).join(", ")}.`,
      ["Save the tensors of one of them in a file of their own."],
    );
  }
  notes.push(`The names in ${where} begin with ${JSON.stringify(prefix)}, which is taken off.`);
  const taken = new Set(names);
  return tensors.map((tensor) => {
    const name = tensor.name.startsWith(prefix) ? tensor.name.slice(prefix.length) : tensor.name;
    return taken.has(name) ? tensor : { ...tensor, name };
  });
}

function renamed(
  tensors: readonly NamedTensor[],
  pattern: RegExp,
  replacement: string,
  notes: string[],
): readonly NamedTensor[] {
  const example = tensors.find(({ name }) => pattern.test(name))?.name;
  if (example === undefined) return tensors;
  notes.push(`${example} is taken for ${example.replace(pattern, replacement)}, and others like it.`);
  return tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(pattern, replacement) }));
}

/** The dense layer is the one matrix of a ResNet, with a vector of as many numbers as it has rows. */
function withDense(tensors: readonly NamedTensor[], notes: string[]): readonly NamedTensor[] {
  if (tensors.some(({ name }) => name === "fc.weight")) return tensors;
  const heads = tensors.flatMap(({ name, shape }) => {
    const head = name.replace(/weight$/, "");
    const bias = tensors.find((other) => other.name === `${head}bias`);
    return shape.length === 2 && head !== name && bias?.shape.join() === String(shape[0]) ? [head] : [];
  });
  const [head] = heads;
  if (head === undefined || heads.length > 1) return tensors;
  notes.push(`${head}weight is taken for fc.weight, and ${head}bias for fc.bias.`);
  return tensors.map((tensor) =>
    tensor.name === `${head}weight` || tensor.name === `${head}bias`
      ? { ...tensor, name: `fc.${tensor.name.slice(head.length)}` }
      : tensor,
  );
}
