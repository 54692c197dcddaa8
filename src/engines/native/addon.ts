// The compiled addon's types, and the code that finds and loads it. The functions fill arrays that the caller
// allocates. cpp/kernels.inc says what each function does. The addon checks every length.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { errorMessage } from "../../errors.ts";
import { shellWord } from "../../text/shell.ts";
import { findPrebuilt } from "./prebuilt.ts";
import { hashOfSources } from "./sources.ts";

type Floats = Float32Array;
/** bfloat16 numbers, as bits. */
export type Halves = Uint16Array;
/** Memory for activations: float32 or bfloat16. */
export type Numbers = Floats | Halves;
/**
 * batch, input height, width and channels, output height, width and channels, filter height and width, stride,
 * padding above and left.
 */
export type Shape = Int32Array;
type Arrays<A, Names extends string> = Readonly<Record<Names, A>>;
type Shaped<A, Names extends string> = Arrays<A, Names> & { readonly shape: Shape };
type Counted<A, Names extends string> = Arrays<A, Names> & { readonly count: number };
/** [rows, channels]. */
type Rows<A, Names extends string> = Arrays<A, Names> & { readonly rows: number; readonly channels: number };
type Pixels = Readonly<{ batch: number; pixels: number; channels: number }>;
type Labelled<Names extends string> = Arrays<Floats, Names> &
  Readonly<{ labels: Int32Array; batch: number; classes: number }>;

/** In bfloat16, the mean, scale and shift of each channel of an input that batch norm and ReLU are still to be applied to. */
type Normalised = { readonly norm?: Floats | undefined };

/**
 * The kernels of both kernels.inc and mixed-kernels.inc, on activations of type A. Each takes its arguments by name, and fills
 * the arguments that are listed as outputs.
 */
export interface Kernels<A> {
  /** `packed` is the filter as packFilter makes it; in bfloat16 only. */
  convolution(
    k: Shaped<A, "x" | "y"> & Arrays<Floats, "filter"> & Normalised & { readonly packed?: Halves | undefined },
  ): void;
  /** `other` is added to the gradient; in bfloat16 only. */
  convolutionInputGradient(
    k: Shaped<A, "dy" | "dx"> & Arrays<Floats, "filter"> & { readonly other?: A | undefined },
  ): void;
  convolutionFilterGradient(k: Shaped<A, "x" | "dy"> & Arrays<Floats, "dfilter"> & Normalised): void;
  product(
    k: Arrays<Floats, "a" | "b" | "c"> &
      Readonly<{ m: number; k: number; n: number; transposeA: boolean; transposeB: boolean }>,
  ): void;
  batchNorm(
    k: Rows<A, "x"> &
      Arrays<Floats, "gamma" | "beta" | "runningMean" | "runningVariance"> &
      Arrays<Floats, "mean" | "inverseStd" | "newRunningMean" | "newRunningVariance"> &
      Readonly<{ y: A | undefined; shortcut: A | undefined; relu: boolean; epsilon: number; momentum: number }>,
  ): void;
  batchNormInference(
    k: Rows<A, "x" | "y"> &
      Arrays<Floats, "gamma" | "beta" | "mean" | "variance"> &
      Readonly<{ shortcut: A | undefined; relu: boolean; epsilon: number }>,
  ): void;
  batchNormGradient(
    k: Rows<A, "dy" | "x" | "dx"> &
      Arrays<Floats, "gamma" | "mean" | "inverseStd" | "dgamma" | "dbeta"> &
      Readonly<{ y: A | undefined; beta: Floats | undefined; dshortcut: A | undefined; relu: boolean }>,
  ): void;
  maxPool(k: Shaped<A, "x" | "y"> & Normalised): void;
  maxPoolGradient(k: Shaped<A, "dy" | "x" | "y" | "dx">): void;
  averagePool(k: Pixels & Arrays<A, "x"> & Arrays<Floats, "y">): void;
  averagePoolGradient(k: Pixels & Arrays<Floats, "dy"> & Arrays<A, "dx">): void;
  identityShortcut(k: Shaped<A, "x" | "y">): void;
  identityShortcutGradient(k: Shaped<A, "dy" | "dx">): void;
  softmaxCrossEntropy(k: Labelled<"logits" | "losses" | "wrong" | "probabilities">): void;
  softmaxCrossEntropyGradient(k: Labelled<"dlosses" | "probabilities" | "dlogits">): void;
  /** Changes the weights and the velocity. */
  momentum(
    k: Counted<Floats, "weights" | "velocity" | "gradient"> &
      Readonly<{ learningRate: number; momentum: number; weightDecay: number }>,
  ): void;
  add(k: Counted<A, "a" | "b" | "sum">): void;
  gate(k: Rows<A, "x" | "y"> & Arrays<Floats, "bias">): void;
  gateGradient(k: Rows<A, "dy" | "y" | "dx"> & Arrays<Floats, "dbias">): void;
  gated(k: Counted<A, "x" | "gate" | "y"> & { readonly complement: boolean }): void;
  gatedGradient(k: Counted<A, "dy" | "x" | "gate" | "dx" | "dgate"> & { readonly complement: boolean }): void;
  scale(k: Counted<A, "x" | "y"> & { readonly factor: number }): void;
  relu(k: Counted<A, "x" | "y">): void;
  reluGradient(k: Counted<A, "dy" | "y" | "dx">): void;
}

/** A convolution whose filter has the inputs of one group only. */
type Grouped<Names extends string> = Shaped<Floats, Names> & { readonly groups: number };

export interface Addon extends Kernels<Floats> {
  groupedConvolution(k: Grouped<"x" | "filter" | "y">): void;
  groupedConvolutionInputGradient(k: Grouped<"dy" | "filter" | "dx">): void;
  groupedConvolutionFilterGradient(k: Grouped<"x" | "dy" | "dfilter">): void;
  cropImages(
    k: Readonly<{ batch: number; images: number; height: number; width: number; channels: number; padding: number }> &
      Readonly<{ pixels: Uint8Array; mean: Floats; crops: Int32Array; y: Floats }>,
  ): void;
  variants(): string[];
  open(variant: string, threads: number, vectorsOnly?: boolean): string;
  tiles(): "AMX" | "vectors";
  /** How many numbers mixed.packFilter writes. */
  packedFilterLength(shape: Shape): number;
  peak(): number;
  allocate(bytes: number): ArrayBuffer;
  release(buffer: ArrayBuffer): void;
  /** The kernels of bf16-mixed precision. */
  readonly mixed: Kernels<Halves> & {
    /** Rounds float32 to bfloat16. */
    narrow(k: { readonly count: number; readonly x: Floats; readonly y: Halves }): void;
    /** A filter in the order in which convolutions of that filter and stride read it. */
    packFilter(k: Shaped<Floats, "filter"> & { readonly packed: Halves }): void;
    /** A convolution, then batch norm of its output by given statistics, the addition of the shortcut, and ReLU. */
    normalisedConvolution(
      k: Shaped<Halves, "x" | "y"> &
        Arrays<Floats, "filter" | "outputNorm"> &
        Normalised &
        Readonly<{ packed: Halves | undefined; shortcut: Halves | undefined; relu: boolean }>,
    ): void;
    /** Batch norm and ReLU. */
    normalise(k: Rows<Halves, "x" | "y"> & Arrays<Floats, "norm">): void;
  };
}

// src/ and dist/ have the same depth in the package.
const root = new URL("../../../", import.meta.url);

/**
 * The command that compiles the addon, to be run in the working directory. The package may be in node_modules or a global
 * package.
 */
function buildCommand(): string {
  const script = fileURLToPath(new URL("bin/build-native.js", root));
  const path = relative(process.cwd(), script);
  return `node ${shellWord(path.startsWith("..") ? script : path)}`;
}

/** The addon with the hash of its sources, flags and compiler, or why it is not available and how to get it. */
type Loaded = { readonly addon: Addon; readonly stamp: string } | { readonly unavailable: string };

let loaded: Loaded | undefined;

/** The addon, or why it is not available and how to get it. The one that was compiled here comes before the prebuilt one. */
export function loadAddon(): Addon | { readonly unavailable: string } {
  loaded ??= loadAddonFrom(root);
  return "addon" in loaded ? loaded.addon : loaded;
}

/** The addon's version: the first 10 hexadecimal digits of a hash of its sources, flags and compiler. */
export function addonVersion(): string {
  return loaded && "addon" in loaded ? loaded.stamp.slice(0, 10) : "unknown";
}

/** The addon of the package in that directory. */
export function loadAddonFrom(directory: URL): Loaded {
  const reasons: string[] = [];
  const compiled = new URL("build/native.node", directory);
  if (existsSync(compiled) && isOutdated(directory)) {
    reasons.push("the addon that was compiled here is from other sources");
  } else if (existsSync(compiled)) {
    const addon = requireAddon(compiled);
    const stamp = new URL("build/native.stamp", directory);
    if (!("error" in addon)) return { addon, stamp: existsSync(stamp) ? readFileSync(stamp, "utf8") : "unknown" };
    reasons.push(`the addon that was compiled here does not load (${addon.error})`);
  } else {
    reasons.push("it is not compiled");
  }
  const prebuilt = findPrebuilt(directory);
  if ("file" in prebuilt) {
    const addon = requireAddon(prebuilt.file);
    if (!("error" in addon)) return { addon, stamp: prebuilt.stamp };
    reasons.push(`the prebuilt binary does not load (${addon.error})`);
  } else if (prebuilt.unavailable) {
    reasons.push(prebuilt.unavailable);
  }
  return {
    unavailable: `${reasons.join(", and ")}. To get it: install a C++ compiler (${compilerHint}), then run \`${buildCommand()}\`.`,
  };
}

/** Whether the addon was compiled from other sources than are here now, as after an update without an installation. */
function isOutdated(directory: URL): boolean {
  const compiledFrom = new URL("build/native.sources", directory);
  if (!existsSync(compiledFrom)) return false;
  const sources = hashOfSources(directory);
  return sources !== undefined && readFileSync(compiledFrom, "utf8") !== sources;
}

const compilerHint =
  process.platform === "darwin" ? "`xcode-select --install`" : "on Debian and Ubuntu `apt-get install g++`";

function requireAddon(file: URL): Addon | { readonly error: string } {
  try {
    return createRequire(import.meta.url)(fileURLToPath(file)) as Addon;
  } catch (error) {
    return { error: errorMessage(error) };
  }
}
