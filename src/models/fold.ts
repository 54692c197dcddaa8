// The net of `repvgg` with all branches of each unit in one convolution (Ding et al. 2021, section 3.3): normalisation by
// running statistics is a factor and an offset for each channel, and a 1×1 convolution and the identity are 3×3
// convolutions that are zero except in the middle.
import type { ModelConfig } from "../config/schema.ts";
import type { ModelInput, NamedTensor } from "../types.ts";
import { listParameters } from "./describe.ts";
import { buildGraph } from "./graph.ts";

/** The folded net. */
export function foldedModel(model: ModelConfig): ModelConfig {
  return { ...model, block: "repvgg-folded", shortcut: "none" };
}

/**
 * The weights of the folded net, from those of the net. Sums in float64.
 * @param tensors of a net of `repvgg` in the order of activation "original"
 */
export function foldedWeights(model: ModelConfig, input: ModelInput, tensors: readonly NamedTensor[]): NamedTensor[] {
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const branchOf = (convolution: string | undefined, norm: string): Branch | undefined => {
    const part = (name: string) => given.get(`${norm}.${name}`)?.data;
    const [gamma, beta, mean, variance] = [part("gamma"), part("beta"), part("mean"), part("variance")];
    if (!gamma || !beta || !mean || !variance) return undefined;
    const factors = Float64Array.from(gamma, (value, i) => value / Math.sqrt(variance[i]! + model.batchNorm.epsilon));
    const offsets = Float64Array.from(beta, (value, i) => value - mean[i]! * factors[i]!);
    return { filter: convolution === undefined ? undefined : given.get(`${convolution}.weights`), factors, offsets };
  };
  const folded = new Map<string, Folded>();
  const foldedOf = (name: string, shape: readonly number[]): Folded => {
    const known = folded.get(name);
    if (known) return known;
    // "stem.conv" is before "stem.norm", "stage1.block1.conv1" before "stage1.block1.norm1".
    const unit = name.slice(0, name.lastIndexOf("."));
    const branches = [
      branchOf(name, name.replace(/conv(\d*)$/, "norm$1")),
      branchOf(`${unit}.shortcut.conv`, `${unit}.shortcut.norm`),
      branchOf(undefined, `${unit}.shortcut.identity`),
    ].filter((branch) => branch !== undefined);
    const sum = sumOf(branches, shape);
    folded.set(name, sum);
    return sum;
  };
  let shape: readonly number[] = [];
  return listParameters(buildGraph(foldedModel(model), input)).map((parameter) => {
    const [, convolution, part] = /^(.*\.conv\d*)\.(weights|bias)$/.exec(parameter.name) ?? [];
    if (convolution === undefined) {
      const tensor = given.get(parameter.name);
      if (!tensor) throw new Error(`Expected weights to have ${parameter.name}.`);
      return tensor;
    }
    if (part === "weights") shape = parameter.shape;
    const { weights, bias } = foldedOf(convolution, shape);
    return {
      name: parameter.name,
      shape: parameter.shape,
      data: Float32Array.from(part === "weights" ? weights : bias),
    };
  });
}

/** A convolution, or the identity, and the normalisation after it as a factor and an offset for each output channel. */
interface Branch {
  readonly filter: NamedTensor | undefined;
  readonly factors: Float64Array;
  readonly offsets: Float64Array;
}

interface Folded {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** The convolution [k, k, inputs, outputs] that gives the sum of the branches. */
function sumOf(branches: readonly Branch[], shape: readonly number[]): Folded {
  const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
  const weights = new Float64Array(height * width * inputs * outputs);
  const bias = new Float64Array(outputs);
  for (const { filter, factors, offsets } of branches) {
    const values =
      filter?.data ?? Float32Array.from({ length: inputs * outputs }, (_, i) => (i % (outputs + 1) ? 0 : 1));
    // A smaller filter is in the middle.
    const start = values.length === weights.length ? 0 : ((height * width - 1) / 2) * inputs * outputs;
    for (let i = 0; i < values.length; i++) weights[start + i]! += values[i]! * factors[i % outputs]!;
    for (let i = 0; i < outputs; i++) bias[i]! += offsets[i]!;
  }
  return { weights, bias };
}
