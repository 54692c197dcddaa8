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

/** What torchvision calls the parameter, or timm; undefined where its nets have none like it. */
export function torchName(name: string): string | undefined {
  const [, stage, block, rest = name] = /^stage(\d+)\.block(\d+)\.(.+)$/.exec(name) ?? [];
  const prefix = stage === undefined ? "" : `layer${stage}.${Number(block) - 1}.`;
  const inside = stage === undefined ? outsideName(rest) : blockName(rest);
  return inside === undefined ? undefined : prefix + inside;
}

function outsideName(name: string): string | undefined {
  if (name === "stem.conv.weights") return "conv1.weight";
  if (name === "dense.weights") return "fc.weight";
  if (name === "dense.bias") return "fc.bias";
  return normName(name, "stem.norm", "bn1");
}

function blockName(name: string): string | undefined {
  const [, index] = /^conv(\d+)\.weights$/.exec(name) ?? [];
  if (index !== undefined) return `conv${index}.weight`;
  if (name === "shortcut.conv.weights") return "downsample.0.weight";
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
 * @throws UserError where a parameter has no name there
 */
export function toTorch(tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.map((tensor) => {
    const name = torchName(tensor.name);
    if (name === undefined) throw new UserError(`Expected a net as torchvision has them, got one with ${tensor.name}.`);
    const { shape, data } = permuted(tensor, toTorchOrder);
    return { name, shape: theirShape(name, shape), data };
  });
}

const listed = 8;

/**
 * The weights of a net with these parameters, from those of a file in torchvision's naming. Its counters of batches are
 * left out.
 * @param where names the file in messages
 * @throws UserError that lists what is missing, what is too much and what has another shape
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
  throw new UserError(`Expected ${where} to hold the weights of this net, got those of another.`, [
    ...(missing.length ? [`Missing: ${list(missing)}.`] : []),
    ...(extra.length ? [`Not of this net: ${list(extra)}.`] : []),
    ...(shapes.length ? [`Other shapes: ${list(shapes)}.`] : []),
  ]);
}

interface TorchBlock {
  /** Which of its convolutions has the stride there, where there is a choice. */
  readonly strideIn?: ModelConfig["strideIn"];
  /** What ours has and it has not. */
  readonly lacks?: string;
}

const excited = { lacks: "it has no squeeze and excitation (timm's nets have it, as se.fc1 and se.fc2)" };

/** torchvision's own blocks beside ours. That a plain block has no shortcut is said of the shortcut. */
const torchBlocks: Readonly<Record<Block, TorchBlock>> = {
  basic: {},
  bottleneck: { strideIn: "3x3" },
  plain: {},
  "plain-bottleneck": { strideIn: "3x3" },
  "wide-dropout": { lacks: "it has no dropout between convolutions" },
  "se-basic": excited,
  "se-bottleneck": { strideIn: "3x3", ...excited },
  resnext: { strideIn: "3x3" },
};

/**
 * In what torchvision's own ResNet of that depth differs, as phrases; it then computes something else.
 * @param stemKernel the side of the first convolution
 */
export function torchvisionDifferences(model: ModelConfig, stemKernel: number): string[] {
  const { family, block, shortcut, strideIn, width } = model;
  const there = torchBlocks[block];
  return [
    ...(family === "cifar" ? ["it has no net of the cifar family"] : []),
    ...(there.lacks === undefined ? [] : [there.lacks]),
    ...(shortcut === "B" ? [] : [`its shortcuts are option B, these are ${shortcut}`]),
    ...(there.strideIn === "3x3" && strideIn === "1x1"
      ? ["its bottlenecks have the stride in the 3×3, these in the first 1×1"]
      : []),
    ...(width === 64 || family === "cifar" ? [] : [`its width is 64, this is ${width}`]),
    ...(stemKernel === 7 || family === "cifar"
      ? []
      : [`its stem is 7×7 with pooling, this is ${stemKernel}×${stemKernel}`]),
  ];
}

/**
 * Weights for images that are not divided by their standard deviation, from those for images that are: the first
 * convolution's filters take the division up.
 * @param deviations of each channel, in the units of the images
 */
export function withoutDeviations(tensors: readonly NamedTensor[], deviations: readonly number[]): NamedTensor[] {
  return tensors.map((tensor) => {
    if (tensor.name !== "stem.conv.weights") return tensor;
    const [, , channels = 1, outputs = 1] = tensor.shape;
    const data = tensor.data.map((value, i) => value / deviations[Math.floor(i / outputs) % channels]!);
    return { ...tensor, data };
  });
}

/** Dense layers of squeeze and excitation are 1×1 convolutions there. */
function theirShape(name: string, shape: readonly number[]): readonly number[] {
  return /\.se\.fc\d\.weight$/.test(name) ? [...shape, 1, 1] : shape;
}

function list(items: readonly string[]): string {
  const more = items.length > listed ? ` and ${items.length - listed} more` : "";
  return items.slice(0, listed).join(", ") + more;
}

/** Which of our axes comes at each place there, and which of theirs at each place here, by the number of axes. */
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
  // Four axes at most; what is missing has length 1.
  const [a = 1, b = 1, c = 1, d = 1] = axes.map((axis) => shape[axis]!);
  const [sa = 0, sb = 0, sc = 0, sd = 0] = axes.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  let to = 0;
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++) for (let l = 0; l < d; l++) result[to++] = data[i * sa + j * sb + k * sc + l * sd]!;
  return { shape: axes.map((axis) => shape[axis]!), data: result };
}
