// The types that several rooms share. No code, so that every room can import them.
import type { AxisValue, RunSections } from "./config/schema.ts";

/** One training run, fully resolved: a cell of the matrix with one seed. */
export interface RunSpec {
  readonly experiment: string;
  /**
   * Its name in tables and progress bars: "plain-34", "ResNet-34 A". Runs of a study share it only if they differ in
   * nothing but the seed.
   */
  readonly label: string;
  readonly seed: number;
  /** This cell's value of each path on an axis of the matrix, in the file's order. */
  readonly axes: Readonly<Record<string, AxisValue>>;
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

/** An image as its file stores it, with its size if that is known without decoding. */
export interface StoredImage {
  readonly bytes: Uint8Array;
  readonly size?: { readonly width: number; readonly height: number };
}

/** The colours of images, in units of pixel/255: red, green and blue. */
export interface Colours {
  readonly mean: readonly [number, number, number];
  /** Variances along the principal components, largest first. */
  readonly eigenvalues: readonly [number, number, number];
  /** The principal components as columns; a row for each channel. */
  readonly eigenvectors: readonly [
    readonly [number, number, number],
    readonly [number, number, number],
    readonly [number, number, number],
  ];
}

/** Images that stay in their files and are decoded on request. The net sees a square crop of each. */
export interface ImageFiles {
  readonly count: number;
  /** Height of the crop. */
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** count class indices, 0 … classes−1. */
  readonly labels: Uint16Array;
  /** In units of pixel/255: [height, width, channels], or [channels] if there is no mean image. */
  readonly mean: Float32Array;
  /** What shifts of colour follow; absent where they follow ImageNet's colours. */
  readonly colours?: Colours;
  /** The name of an image in messages: its path within the data set. */
  readonly name: (index: number) => string;
  readonly read: (index: number) => Promise<StoredImage>;
}

/** A data set in memory or in files, with the splits and limits of the experiment file. */
export interface Dataset {
  readonly name: string;
  /**
   * SHA-256 of everything that its pixels and labels depend on. It distinguishes the original CIFAR-10 from a changed
   * copy.
   */
  readonly digest: string;
  /** Its name in tables: "CIFAR-10", "CIFAR-10 (not the original files)", "synthetic". */
  readonly title: string;
  readonly classes: readonly string[];
  /** Sentences about its files that a reader of the results needs to know, such as which files were skipped. */
  readonly notes?: readonly string[] | undefined;
  readonly train: ImageSet | ImageFiles;
  readonly validation?: ImageSet | ImageFiles;
  readonly test: ImageSet | ImageFiles;
}

/** Crops of images in memory: what a batch is cut from. */
export interface ImageCrops {
  readonly set: ImageSet;
  /** [height, width, channels], in units of pixel/255. It is subtracted before the image is padded. */
  readonly mean: Float32Array;
  /** Pixels of zeros on each side of an image. */
  readonly padding: number;
  /** [batch, 4]: the image's index; the first row and column in the padded image; 1 if mirrored, else 0. */
  readonly crops: Int32Array;
}

/** The images and labels of one step of training or evaluation. */
export interface Batch {
  /** [batch, height, width, channels], per-pixel mean subtracted. */
  readonly images: Float32Array;
  /** The same images for an engine that can cut them itself; `images` is then only computed if it is read. */
  readonly crops?: ImageCrops;
  readonly shape: readonly [batch: number, height: number, width: number, channels: number];
  /** [batch] class indices. */
  readonly labels: Int32Array;
}

/** Batches one after another, from images in memory or from files as they are read. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;

/** One line of metrics.jsonl. It depends on spec, data and engine only, and has no times. Errors are fractions. */
export interface Metric {
  /** Completed iterations: the first line of a run that records every 100 iterations says 100. */
  readonly iteration: number;
  readonly learningRate: number;
  /** Mean over the iterations since the last line, on the augmented training batches. */
  readonly trainLoss: number;
  readonly trainError: number;
  /** On all test images, with running statistics. Absent if this iteration was not tested. */
  readonly testLoss?: number;
  readonly testError?: number;
  readonly validationLoss?: number;
  readonly validationError?: number;
  /**
   * For each convolution larger than 1×1, in the net's order. Absent unless the experiment file asks for it at this
   * iteration.
   */
  readonly layers?: LayerStatistics;
}

/** Measurements of the layers at one iteration. */
export interface LayerStatistics {
  /** Standard deviation of the response, after normalisation and before ReLU or addition (Fig. 7). */
  readonly responseStd: readonly number[];
  /** L2 norm of the weights' gradient in the step that ended at this iteration. */
  readonly gradientNorm: readonly number[];
}

/** The input of a net: the size of its images and the number of classes. */
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

/** The state that a run needs to resume as if it had never stopped. */
export interface TrainerState {
  readonly iteration: number;
  /** Weights, running statistics and momentum, in the model's order. */
  readonly tensors: readonly NamedTensor[];
  /** Sums for the unfinished line of metrics, and the state of the warm-up: plain numbers, exact in JSON. */
  readonly progress: Readonly<Record<string, number>>;
}

/** The status of a run, from the files in its directory. */
export type RunStatus = "planned" | "running" | "interrupted" | "done" | "failed";
