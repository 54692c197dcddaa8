// The names of tensors in other programs' ResNets, translated to torchvision's. They may have a prefix (DataParallel's
// `module.`, torch.compile's `_orig_mod.`, a `backbone.` …), another name for the dense layer, or `shortcut` for
// `downsample`. A note says what was translated.
import { UserError } from "../errors.ts";
import type { NamedTensor } from "../types.ts";

/** Tensors under torchvision's names, and a sentence for each kind of name that was translated. */
export interface TorchTensors {
  readonly tensors: readonly NamedTensor[];
  readonly notes: readonly string[];
}

const first = "conv1.weight";

/** @throws UserError if the file has several nets */
export function underTorchNames(given: readonly NamedTensor[], where: string): TorchTensors {
  const notes: string[] = [];
  let tensors = withoutPrefix(given, where, notes);
  tensors = renamed(tensors, /^(layer\d+\.\d+)\.shortcut\.([01])\./, "$1.downsample.$2.", notes);
  return { tensors: withDense(tensors, notes), notes };
}

/** Removes the prefix that the names of the first convolution and of the first stage share. */
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
      `Expected ${where} to have one net, got ${prefixes.length}: ${prefixes.map((each) => JSON.stringify(each)).join(", ")}.`,
      ["Save the tensors of one net in its own file."],
    );
  }
  notes.push(`Removed ${JSON.stringify(prefix)} from the names in ${where}.`);
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
  notes.push(`Read ${example} as ${example.replace(pattern, replacement)}, and similar names in the same way.`);
  return tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(pattern, replacement) }));
}

/** Finds the dense layer: the only matrix of a ResNet, with a vector that has a number for each of its rows. */
function withDense(tensors: readonly NamedTensor[], notes: string[]): readonly NamedTensor[] {
  if (tensors.some(({ name }) => name === "fc.weight")) return tensors;
  const heads = tensors.flatMap(({ name, shape }) => {
    const head = name.replace(/weight$/, "");
    const bias = tensors.find((other) => other.name === `${head}bias`);
    return shape.length === 2 && head !== name && bias?.shape.join() === String(shape[0]) ? [head] : [];
  });
  const [head] = heads;
  if (head === undefined || heads.length > 1) return tensors;
  notes.push(`Read ${head}weight as fc.weight, and ${head}bias as fc.bias.`);
  return tensors.map((tensor) =>
    tensor.name === `${head}weight` || tensor.name === `${head}bias`
      ? { ...tensor, name: `fc.${tensor.name.slice(head.length)}` }
      : tensor,
  );
}
