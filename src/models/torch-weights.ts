// Our weights in the naming and layout of torchvision's and timm's ResNets, and back: conv1, bn1, layer1.0.conv1 …,
// layer2.0.downsample.0, fc; filters as [out, in, height, width], the dense layer as [out, in].
import type { Block, ModelConfig } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import type { NamedTensor } from "../types.ts";
import type { ParameterDescription } from "./describe.ts";

const normParts: Readonly<Record<string, string>> = {
  gamma: "weight",
  beta: "bias",
  mean: "running_mean",
  variance: "running_var",
};

/** What timm calls the parameters of squeeze and excitation; its dense layers are 1×1 convolutions. */
const excitation: Readonly<Record<string, string>> = {
  "se.reduce.weights": "se.fc1.weight",
  "se.reduce.bias": "se.fc1.bias",
  "se.expand.weights": "se.fc2.weight",
  "se.gate.bias": "se.fc2.bias",
};

/** The name of the parameter in torchvision or timm; undefined if their nets have no such parameter. */
export function torchName(name: string): string | undefined {
  const [, stage, block, rest = name] = /^stage(\d+)\.block(\d+)\.(.+)$/.exec(name) ?? [];
  const prefix = stage === undefined ? "" : `layer${stage}.${Number(block) - 1}.`;
  const inside = stage === undefined ? outsideName(rest) : blockName(rest);
  return inside === undefined ? undefined : prefix + inside;
}

function outsideName(name: string): string | undefined {
  if (name === "stem.conv.weights") return "conv1.weight";
  if (name === "stem.conv.bias") return "conv1.bias";
  if (name === "dense.weights") return "fc.weight";
  if (name === "dense.bias") return "fc.bias";
  return normName(name, "stem.norm", "bn1");
}

function blockName(name: string): string | undefined {
  const [, index, role] = /^conv(\d+)\.(weight|bias)s?$/.exec(name) ?? [];
  if (index !== undefined) return `conv${index}.${role}`;
  if (name === "shortcut.conv.weights") return "downsample.0.weight";
  if (name === "shortcut.conv.bias") return "downsample.0.bias";
  if (name === "multiplier.gamma") return "multiplier";
  if (name.startsWith("shortcut.identity.")) return normName(name, "shortcut.identity", "identity");
  if (name in excitation) return excitation[name];
  const [norm = "", number] = /^norm(\d+)/.exec(name) ?? [];
  return number === undefined ? normName(name, "shortcut.norm", "downsample.1") : normName(name, norm, `bn${number}`);
}

function normName(name: string, ours: string, theirs: string): string | undefined {
  const part = name.startsWith(`${ours}.`) ? normParts[name.slice(ours.length + 1)] : undefined;
  return part && `${theirs}.${part}`;
}

/**
 * Our weights under torchvision's names, in our order.
 * @throws UserError if torchvision has no name for a parameter
 */
export function toTorch(tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.map((tensor) => {
    const name = torchName(tensor.name);
    if (name === undefined) throw new UserError(`Expected a net that torchvision has, got one with ${tensor.name}.`);
    const { shape, data } = permuted(tensor, toTorchOrder);
    return { name, shape: theirShape(name, shape), data };
  });
}

const listed = 8;

/**
 * The weights of a net with these parameters, from a file with torchvision's names. It leaves out the counters of batches.
 * @param where the file's name in messages
 * @throws UserError that lists the tensors that are missing, extra or of another shape
 */
export function fromTorch(
  parameters: readonly ParameterDescription[],
  tensors: readonly NamedTensor[],
  where: string,
): NamedTensor[] {
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const [missing, shapes, converted]: [string[], string[], NamedTensor[]] = [[], [], []];
  for (const { name, shape } of parameters) {
    const theirs = torchName(name);
    const tensor = theirs === undefined ? undefined : given.get(theirs);
    if (theirs === undefined || !tensor) {
      missing.push(theirs ?? name);
      continue;
    }
    given.delete(theirs);
    const axes = reorder(shape, toTorchOrder);
    const expected = theirShape(theirs, axes);
    if (tensor.shape.join() === expected.join()) {
      converted.push({ name, ...permuted({ ...tensor, shape: axes }, fromTorchOrder) });
    } else shapes.push(`${theirs} is [${tensor.shape.join(", ")}] and should be [${expected.join(", ")}]`);
  }
  const extra = [...given.keys()].filter((name) => !name.endsWith("num_batches_tracked"));
  if (missing.length + shapes.length + extra.length === 0) return converted;
  throw new UserError(`Expected ${where} to have the weights of this net, got the weights of another net.`, [
    ...(missing.length ? [`Missing: ${list(missing)}.`] : []),
    ...(extra.length ? [`Not of this net: ${list(extra)}.`] : []),
    ...(shapes.length ? [`Other shapes: ${list(shapes)}.`] : []),
  ]);
}

interface TorchBlock {
  /** Which of torchvision's convolutions has the stride, if there is a choice. */
  readonly strideIn?: ModelConfig["strideIn"];
  /** A clause that says what torchvision's net lacks. */
  readonly lacks?: string;
}

const excited = { lacks: "it has no squeeze and excitation (timm's nets do, as se.fc1 and se.fc2)" };

/** How torchvision's blocks differ from ours. The shortcut covers that a plain block has none. */
const torchBlocks: Readonly<Record<Block, TorchBlock>> = {
  basic: {},
  bottleneck: { strideIn: "3x3" },
  plain: {},
  "plain-bottleneck": { strideIn: "3x3" },
  "wide-dropout": { lacks: "it has no dropout between convolutions" },
  "se-basic": excited,
  "se-bottleneck": { strideIn: "3x3", ...excited },
  resnext: { strideIn: "3x3" },
  "skip-init": { lacks: "it has no nets without normalisation, whose units end in a multiplier" },
  repvgg: { lacks: "it has no units of three branches (here conv1, downsample and identity)" },
  "repvgg-folded": { lacks: "it has no nets of convolutions with bias and without normalisation" },
};

/**
 * How torchvision's own ResNet of that depth differs, as clauses. If there is any, it computes something else.
 * @param stemKernel the side of the first convolution
 */
export function torchvisionDifferences(model: ModelConfig, stemKernel: number): string[] {
  const { family, block, shortcut, strideIn, width } = model;
  const there = torchBlocks[block];
  return [
    ...(family === "cifar" ? ["it has no nets of the cifar family"] : []),
    ...(there.lacks === undefined ? [] : [there.lacks]),
    ...(shortcut === "B" ? [] : [`its shortcuts are option B, this net's are ${shortcut}`]),
    ...(there.strideIn === "3x3" && strideIn === "1x1"
      ? ["its bottlenecks have the stride in the 3×3, this net's in the first 1×1"]
      : []),
    ...(width === 64 || family === "cifar" ? [] : [`its width is 64, this net's is ${width}`]),
    ...(stemKernel === 7 || family === "cifar"
      ? []
      : [`its stem is 7×7 with pooling, this net's is ${stemKernel}×${stemKernel}`]),
  ];
}

/**
 * Weights for images that are not divided by their standard deviation, from weights for images that are. The division
 * moves into the filters of the first convolution.
 * @param deviations the standard deviation of each channel, in the units of the images
 */
export function withoutDeviations(tensors: readonly NamedTensor[], deviations: readonly number[]): NamedTensor[] {
  return tensors.map((tensor) => {
    if (tensor.name !== "stem.conv.weights") return tensor;
    const [, , channels = 1, outputs = 1] = tensor.shape;
    const data = tensor.data.map((value, i) => value / deviations[Math.floor(i / outputs) % channels]!);
    return { ...tensor, data };
  });
}

/** Squeeze and excitation has 1×1 convolutions there, where ours has dense layers. */
function theirShape(name: string, shape: readonly number[]): readonly number[] {
  return /\.se\.fc\d\.weight$/.test(name) ? [...shape, 1, 1] : shape;
}

function list(items: readonly string[]): string {
  const more = items.length > listed ? ` and ${items.length - listed} more` : "";
  return items.slice(0, listed).join(", ") + more;
}

/** The order of our axes in torchvision's tensors, and of theirs in ours, by the number of axes. */
type Order = Readonly<Record<number, readonly number[]>>;
const toTorchOrder: Order = { 4: [3, 2, 0, 1], 2: [1, 0] };
const fromTorchOrder: Order = { 4: [2, 3, 1, 0], 2: [1, 0] };

function reorder(shape: readonly number[], order: Order): number[] {
  return order[shape.length]?.map((axis) => shape[axis]!) ?? [...shape];
}

function permuted({ shape, data }: NamedTensor, order: Order): Pick<NamedTensor, "shape" | "data"> {
  const axes = order[shape.length];
  if (!axes) return { shape, data };
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  // Up to four axes; a missing axis has length 1.
  const [a = 1, b = 1, c = 1, d = 1] = axes.map((axis) => shape[axis]!);
  const [sa = 0, sb = 0, sc = 0, sd = 0] = axes.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  let to = 0;
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++) for (let l = 0; l < d; l++) result[to++] = data[i * sa + j * sb + k * sc + l * sd]!;
  return { shape: axes.map((axis) => shape[axis]!), data: result };
}
