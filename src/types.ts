// The coins that pass between the rooms. No code, so that every room can import it.
import type { RunSections, Scalar } from "./config/schema.ts";

/** One training run, fully resolved: a cell of the matrix with one seed. */
export interface RunSpec {
  readonly experiment: string;
  /** What tables and bars call it: "plain-34", "ResNet-34 A". Unique within the experiment but for the seed. */
  readonly label: string;
  readonly seed: number;
  /** This cell's coordinate on each axis of the matrix, in the file's order. */
  readonly axes: Readonly<Record<string, Scalar>>;
  /** The sections that decide the numbers. */
  readonly sections: RunSections;
}

/** Images as bytes: [count, height, width, channels], row-major, 0 … 255. */
export interface ImageSet {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** count × height × width × channels bytes. */
  readonly pixels: Uint8Array;
  /** count class indices, 0 … classes−1. */
  readonly labels: Uint8Array;
}

/** An image as its file holds it, with its size where that is known without decoding it. */
export interface StoredImage {
  readonly bytes: Uint8Array;
  readonly size?: { readonly width: number; readonly height: number };
}

/** Images that stay in files and are decoded when they are asked for. What a net sees of one is a square crop. */
export interface ImageFiles {
  readonly count: number;
  /** Of the crop. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** count class indices, 0 … classes−1. */
  readonly labels: Uint16Array;
  /** In units of pixel/255: [height, width, channels], or [channels] where no mean image is known. */
  readonly mean: Float32Array;
  /** What messages call an image: its path within the data set. */
  readonly name: (index: number) => string;
  readonly read: (index: number) => Promise<StoredImage>;
}

/** A data set in memory or in files, its splits already drawn and limited as the experiment asked. */
export interface Dataset {
  readonly name: string;
  /** SHA-256 over everything that decides its pixels and labels; tells the original CIFAR-10 from a copy. */
  readonly digest: string;
  /** How tables name it: "CIFAR-10", "CIFAR-10 (not the original files)", "synthetic". */
  readonly title: string;
  readonly classes: readonly string[];
  /** What whoever reads its numbers has to know of its files: what was passed over, sentence by sentence. */
  readonly notes?: readonly string[] | undefined;
  readonly train: ImageSet | ImageFiles;
  readonly validation?: ImageSet | ImageFiles;
  readonly test: ImageSet | ImageFiles;
}

/** What one step of training or evaluation eats. */
export interface Batch {
  /** [batch, height, width, channels], per-pixel mean subtracted. */
  readonly images: Float32Array;
  readonly shape: readonly [batch: number, height: number, width: number, channels: number];
  /** [batch] class indices. */
  readonly labels: Int32Array;
}

/** Batches made one after another, of images in memory or while files are read. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;

/** One line of metrics.jsonl. Decided by spec, data and engine alone: it holds no time. Errors are fractions. */
export interface Metric {
  /** Steps done, so the first line of a run that records each 100 says 100. */
  readonly iteration: number;
  readonly learningRate: number;
  /** Mean over the iterations since the last line, on augmented batches as they were trained on. */
  readonly trainLoss: number;
  readonly trainError: number;
  /** With running statistics on all test images, where this iteration was evaluated. */
  readonly testLoss?: number;
  readonly testError?: number;
  readonly validationLoss?: number;
  readonly validationError?: number;
  /** Of each convolution larger than 1×1, in the network's order, where the experiment asked at this iteration. */
  readonly layers?: LayerStatistics;
}

/** What the layers do at an iteration. */
export interface LayerStatistics {
  /** Standard deviation of the response, after normalisation and before ReLU or addition (Fig. 7). */
  readonly responseStd: readonly number[];
  /** L2 norm of the gradient of the weights in the step that ended there. */
  readonly gradientNorm: readonly number[];
}

/** What a net is given: the size of its images and the number of classes to tell apart. */
export interface ModelInput {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

/** A float32 array with a name, as checkpoints store it. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Everything a run needs to go on as if it had never stopped. */
export interface TrainerState {
  readonly iteration: number;
  /** Weights, running statistics and momentum, in the model's order. */
  readonly tensors: readonly NamedTensor[];
  /** Sums of the metrics line under way and the state of the warm-up: plain numbers, exact in JSON. */
  readonly progress: Readonly<Record<string, number>>;
}

/** What a run directory's files say about it. */
export type RunStatus = "planned" | "running" | "interrupted" | "done" | "failed";
