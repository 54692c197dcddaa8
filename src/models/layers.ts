// The vocabulary that networks are written in. A network is one function over `Layers`; graph.ts runs it once to record
// its operations, which are then counted, computed and differentiated. So each block is said once.

/** Names one activation of a network; 0 are the images. */
export type Value = number;

/** Height, width and channels of one image's activations. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A k×k convolution without bias, padded by (k−1)/2 on each side. */
export interface ConvOptions {
  readonly kernel: number;
  readonly channels: number;
  readonly stride: number;
  /** Groups of channels, of equal size, that see nothing of each other (Xie et al. 2017); 1 without it. */
  readonly groups?: number;
  /** Whether it is a shortcut's, which the net's depth does not count. */
  readonly projection?: boolean;
}

/** A fully connected layer. */
export interface DenseOptions {
  readonly units: number;
  /** Whether a bias is added; true without it. */
  readonly bias?: boolean;
  /** Whether it is part of a block: the net's depth does not count it, and it starts as convolutions do. */
  readonly inner?: boolean;
}

/** Values that are zero with a probability in each step of training. */
export interface DropoutOptions {
  readonly rate: number;
  /**
   * Whether training divides the values that stay by 1 − rate, so that evaluation leaves x as it is. Without it training
   * leaves them as they are, and evaluation multiplies all by 1 − rate.
   */
  readonly rescaled?: boolean;
}

/** What follows normalisation: the shortcut's addition, then ReLU. */
export interface NormOptions {
  readonly add?: Value | undefined;
  readonly relu: boolean;
  /** What γ starts as; 1 without it. */
  readonly initialGamma?: number;
}

/**
 * Layers over activations.
 * Names are unique in a network and name the parameters: "stage1.block1.conv1".
 */
export interface Layers {
  conv(name: string, x: Value, options: ConvOptions): Value;
  /** Batch normalisation with scale and offset per channel. */
  norm(name: string, x: Value, options: NormOptions): Value;
  /** x + y, then ReLU where asked: an addition that no normalisation comes right before. */
  add(name: string, x: Value, y: Value, options: { readonly relu: boolean }): Value;
  relu(name: string, x: Value): Value;
  /** x times a constant. */
  scale(name: string, x: Value, options: { readonly factor: number }): Value;
  /** Sigmoid of x plus a bias per channel, which is trained from the value given: a gate, between 0 and 1. */
  gate(name: string, x: Value, options: { readonly bias: number }): Value;
  /** x times the gate, or times 1 − gate. */
  gated(name: string, x: Value, gate: Value, options: { readonly complement: boolean }): Value;
  dropout(name: string, x: Value, options: DropoutOptions): Value;
  /** In training all of x with that probability, else zero; in evaluation x times the probability. */
  survival(name: string, x: Value, options: { readonly probability: number }): Value;
  /** k×k maximum, padded by (k−1)/2 on each side with values that never win. */
  maxPool(name: string, x: Value, options: { readonly kernel: number; readonly stride: number }): Value;
  /** Shortcut option A: every stride-th pixel, zeros in the channels that are new; x itself where nothing changes. */
  identity(name: string, x: Value, options: { readonly channels: number; readonly stride: number }): Value;
  /** Mean over height and width. */
  globalAveragePool(name: string, x: Value): Value;
  /** One number a channel, as the mean gives, to each pixel of an image as large as `like`. */
  spread(name: string, x: Value, options: { readonly like: Value }): Value;
  dense(name: string, x: Value, options: DenseOptions): Value;
  shapeOf(x: Value): Shape;
}
