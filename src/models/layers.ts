// The layers that nets are written with. A net is one function over `Layers`. graph.ts runs it once and records its
// operations, which other files count, compute and differentiate. So each block is written once.

/** The number of an activation in a net; 0 is the images. */
export type Value = number;

/** Height, width and channels of one image's activations. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A k×k convolution, padded by (k−1)/2 on each side. */
export interface ConvOptions {
  readonly kernel: number;
  readonly channels: number;
  readonly stride: number;
  /** The number of groups of channels (Xie et al. 2017). Each output reads the inputs of its own group only. Default 1. */
  readonly groups?: number;
  /** Whether it belongs to a shortcut, which the net's depth does not count. */
  readonly projection?: boolean;
  /** Whether a trained number per channel is added, as where no normalisation follows. Default false. */
  readonly bias?: boolean;
}

/** A fully connected layer. */
export interface DenseOptions {
  readonly units: number;
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** Whether it is part of a block. The net's depth then does not count it. */
  readonly inner?: boolean;
  /** The standard deviation of its initial weights. By default they are drawn as a convolution's are. */
  readonly deviation?: number;
}

/** Dropout: each value becomes zero with this probability in each training step. */
export interface DropoutOptions {
  readonly rate: number;
  /**
   * Whether training divides the remaining values by 1 − rate, so that evaluation does not change x. Otherwise training
   * does not change them, and evaluation multiplies all values by 1 − rate.
   */
  readonly rescaled?: boolean;
}

/** The steps after normalisation: the addition of the shortcut, then ReLU. */
export interface NormOptions {
  readonly add?: Value | undefined;
  readonly relu: boolean;
  /** The initial γ. Default 1. */
  readonly initialGamma?: number;
}

/**
 * Layers over activations.
 * Names are unique in a net and name the parameters: "stage1.block1.conv1".
 */
export interface Layers {
  conv(name: string, x: Value, options: ConvOptions): Value;
  /** Batch normalisation with scale and offset per channel. */
  norm(name: string, x: Value, options: NormOptions): Value;
  /** x + y, then ReLU if asked. Only for an addition that does not follow a normalisation directly. */
  add(name: string, x: Value, y: Value, options: { readonly relu: boolean }): Value;
  relu(name: string, x: Value): Value;
  /** x times a constant. */
  scale(name: string, x: Value, options: { readonly factor: number }): Value;
  /** x times one trained number, which starts at the given value. */
  multiplier(name: string, x: Value, options: { readonly initial: number }): Value;
  /** A gate between 0 and 1: the sigmoid of x plus a trained bias per channel, which starts at the given value. */
  gate(name: string, x: Value, options: { readonly bias: number }): Value;
  /** x times the gate, or times 1 − gate. */
  gated(name: string, x: Value, gate: Value, options: { readonly complement: boolean }): Value;
  dropout(name: string, x: Value, options: DropoutOptions): Value;
  /** In training, x with that probability, else zero. In evaluation, x times the probability. */
  survival(name: string, x: Value, options: { readonly probability: number }): Value;
  /** k×k maximum, padded by (k−1)/2 on each side with values that never win. */
  maxPool(name: string, x: Value, options: { readonly kernel: number; readonly stride: number }): Value;
  /**
   * Shortcut option A: every stride-th pixel, with zeros in the new channels. It is x itself if the shape stays the
   * same.
   */
  identity(name: string, x: Value, options: { readonly channels: number; readonly stride: number }): Value;
  /** Mean over height and width. */
  globalAveragePool(name: string, x: Value): Value;
  /** Copies one number per channel, such as the mean, to each pixel of an image as large as `like`. */
  spread(name: string, x: Value, options: { readonly like: Value }): Value;
  dense(name: string, x: Value, options: DenseOptions): Value;
  shapeOf(x: Value): Shape;
}
