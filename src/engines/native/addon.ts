// The compiled addon as TypeScript sees it: finds and loads build/native.node. The functions fill arrays that the caller
// allocates; cpp/kernels.inc has the meaning of each, and every length is checked.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { errorMessage } from "../../errors.ts";

type Floats = Float32Array;
/**
 * batch, input height, width and channels, output height, width and channels, filter height and width, stride,
 * padding above and left.
 */
export type Shape = Int32Array;
type Arguments<Arrays extends string> = Readonly<Record<Arrays, Floats>>;
type Shaped<Arrays extends string> = Arguments<Arrays> & { readonly shape: Shape };
type Counted<Arrays extends string> = Arguments<Arrays> & { readonly count: number };
/** [rows, channels]. */
type Rows<Arrays extends string> = Arguments<Arrays> & { readonly rows: number; readonly channels: number };
type Pixels<Arrays extends string> = Arguments<Arrays> & Readonly<{ batch: number; pixels: number; channels: number }>;
type Labelled<Arrays extends string> = Arguments<Arrays> &
  Readonly<{ labels: Int32Array; batch: number; classes: number }>;

/** What kernels.inc lists: each takes its arguments by name, and fills those that it lists as outputs. */
export interface Kernels {
  convolution(k: Shaped<"x" | "filter" | "y">): void;
  convolutionInputGradient(k: Shaped<"dy" | "filter" | "dx">): void;
  convolutionFilterGradient(k: Shaped<"x" | "dy" | "dfilter">): void;
  product(
    k: Arguments<"a" | "b" | "c"> &
      Readonly<{ m: number; k: number; n: number; transposeA: boolean; transposeB: boolean }>,
  ): void;
  batchNorm(
    k: Rows<"x" | "gamma" | "beta" | "runningMean" | "runningVariance"> &
      Arguments<"y" | "mean" | "inverseStd" | "newRunningMean" | "newRunningVariance"> &
      Readonly<{ shortcut: Floats | undefined; relu: boolean; epsilon: number; momentum: number }>,
  ): void;
  batchNormInference(
    k: Rows<"x" | "gamma" | "beta" | "mean" | "variance" | "y"> &
      Readonly<{ shortcut: Floats | undefined; relu: boolean; epsilon: number }>,
  ): void;
  batchNormGradient(
    k: Rows<"dy" | "x" | "y" | "gamma" | "mean" | "inverseStd" | "dx" | "dgamma" | "dbeta"> &
      Readonly<{ dshortcut: Floats | undefined; relu: boolean }>,
  ): void;
  maxPool(k: Shaped<"x" | "y">): void;
  maxPoolGradient(k: Shaped<"dy" | "x" | "y" | "dx">): void;
  averagePool(k: Pixels<"x" | "y">): void;
  averagePoolGradient(k: Pixels<"dy" | "dx">): void;
  identityShortcut(k: Shaped<"x" | "y">): void;
  identityShortcutGradient(k: Shaped<"dy" | "dx">): void;
  softmaxCrossEntropy(k: Labelled<"logits" | "losses" | "wrong" | "probabilities">): void;
  softmaxCrossEntropyGradient(k: Labelled<"dlosses" | "probabilities" | "dlogits">): void;
  momentum(
    k: Counted<"weights" | "velocity" | "gradient" | "newWeights" | "newVelocity"> &
      Readonly<{ learningRate: number; momentum: number; weightDecay: number }>,
  ): void;
  add(k: Counted<"a" | "b" | "sum">): void;
  gate(k: Rows<"x" | "bias" | "y">): void;
  gateGradient(k: Rows<"dy" | "y" | "dx" | "dbias">): void;
  gated(k: Counted<"x" | "gate" | "y"> & { readonly complement: boolean }): void;
  gatedGradient(k: Counted<"dy" | "x" | "gate" | "dx" | "dgate"> & { readonly complement: boolean }): void;
  scale(k: Counted<"x" | "y"> & { readonly factor: number }): void;
  relu(k: Counted<"x" | "y">): void;
  reluGradient(k: Counted<"dy" | "y" | "dx">): void;
}

export interface Addon extends Kernels {
  variants(): string[];
  open(variant: string, threads: number): string;
  peak(): number;
  allocate(bytes: number): ArrayBuffer;
  release(buffer: ArrayBuffer): void;
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
