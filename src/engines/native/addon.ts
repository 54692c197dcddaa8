// The compiled addon as TypeScript sees it: finds and loads build/native.node. The functions fill arrays that the caller
// allocates; binding.cc has the meaning of each and checks every length.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { errorMessage } from "../../errors.ts";

type Floats = Float32Array;
/**
 * batch, input height, width and channels, output height, width and channels, filter height and width, stride,
 * padding above and left.
 */
export type Dimensions = Int32Array;

export interface Addon {
  variants(): string[];
  open(variant: string, threads: number): string;
  peak(): number;
  allocate(bytes: number): ArrayBuffer;
  release(buffer: ArrayBuffer): void;
  convolution(x: Floats, filter: Floats, y: Floats, dimensions: Dimensions): void;
  convolutionInputGradient(dy: Floats, filter: Floats, dx: Floats, dimensions: Dimensions): void;
  convolutionFilterGradient(x: Floats, dy: Floats, dfilter: Floats, dimensions: Dimensions): void;
  product(
    ...args: [
      a: Floats,
      b: Floats,
      c: Floats,
      m: number,
      k: number,
      n: number,
      transposeA: boolean,
      transposeB: boolean,
    ]
  ): void;
  batchNorm(
    ...args: [
      ...[x: Floats, gamma: Floats, beta: Floats, runningMean: Floats, runningVariance: Floats],
      ...[shortcut: Floats | undefined, y: Floats, mean: Floats, inverseStd: Floats],
      ...[newRunningMean: Floats, newRunningVariance: Floats],
      ...[rows: number, channels: number, relu: boolean, epsilon: number, momentum: number],
    ]
  ): void;
  batchNormInference(
    ...args: [
      ...[x: Floats, gamma: Floats, beta: Floats, mean: Floats, variance: Floats, shortcut: Floats | undefined],
      ...[y: Floats, rows: number, channels: number, relu: boolean, epsilon: number],
    ]
  ): void;
  batchNormGradient(
    ...args: [
      ...[dy: Floats, x: Floats, y: Floats, gamma: Floats, mean: Floats, inverseStd: Floats],
      ...[dx: Floats, dgamma: Floats, dbeta: Floats, dshortcut: Floats | undefined],
      ...[rows: number, channels: number, relu: boolean],
    ]
  ): void;
  maxPool(x: Floats, y: Floats, dimensions: Dimensions): void;
  maxPoolGradient(dy: Floats, x: Floats, y: Floats, dx: Floats, dimensions: Dimensions): void;
  averagePool(x: Floats, y: Floats, batch: number, pixels: number, channels: number): void;
  averagePoolGradient(dy: Floats, dx: Floats, batch: number, pixels: number, channels: number): void;
  identityShortcut(x: Floats, y: Floats, dimensions: Dimensions): void;
  identityShortcutGradient(dy: Floats, dx: Floats, dimensions: Dimensions): void;
  softmaxCrossEntropy(
    ...args: [
      ...[logits: Floats, labels: Int32Array, losses: Floats, wrong: Floats, probabilities: Floats],
      ...[batch: number, classes: number],
    ]
  ): void;
  softmaxCrossEntropyGradient(
    ...args: [
      ...[dlosses: Floats, probabilities: Floats, labels: Int32Array, dlogits: Floats],
      ...[batch: number, classes: number],
    ]
  ): void;
  momentum(
    ...args: [
      ...[weights: Floats, velocity: Floats, gradient: Floats, newWeights: Floats, newVelocity: Floats],
      ...[count: number, learningRate: number, momentum: number, weightDecay: number],
    ]
  ): void;
  add(a: Floats, b: Floats, sum: Floats, count: number): void;
  gate(x: Floats, bias: Floats, y: Floats, rows: number, channels: number): void;
  gateGradient(dy: Floats, y: Floats, dx: Floats, dbias: Floats, rows: number, channels: number): void;
  gated(x: Floats, gate: Floats, y: Floats, count: number, complement: boolean): void;
  gatedGradient(
    ...args: [
      ...[dy: Floats, x: Floats, gate: Floats, dx: Floats, dgate: Floats],
      ...[count: number, complement: boolean],
    ]
  ): void;
  scale(x: Floats, y: Floats, count: number, factor: number): void;
  relu(x: Floats, y: Floats, count: number): void;
  reluGradient(dy: Floats, y: Floats, dx: Floats, count: number): void;
}

// The same depth below the package from src/ and from dist/.
const build = new URL("../../../build/", import.meta.url);

/** The addon, or why there is none and how to get it. */
export function loadAddon(): Addon | { readonly unavailable: string } {
  const file = fileURLToPath(new URL("native.node", build));
  if (!existsSync(file)) {
    return {
      unavailable: "it is not compiled. To get it: install g++ or clang++, then `node bin/build-native.js`.",
    };
  }
  try {
    return createRequire(import.meta.url)(file) as Addon;
  } catch (error) {
    return { unavailable: `it does not load (${errorMessage(error)}). Compile it here: \`node bin/build-native.js\`.` };
  }
}

/** Which sources, flags and compiler the addon was made with: the first 10 hexadecimal digits of their hash. */
export function addonVersion(): string {
  const file = new URL("native.stamp", build);
  return existsSync(file) ? readFileSync(file, "utf8").slice(0, 10) : "unknown";
}
