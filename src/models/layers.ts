// The vocabulary that networks are written in. A network is one function over `Layers<T>`; run with shapes it is
// described (describe.ts), run with tensors it is computed (model.ts). So each block is said once.

/** Height, width and channels of one image's activations. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** What a network is given: the size of its images and the number of classes to tell apart. */
export interface ModelInput extends Shape {
  readonly classes: number;
}

/** A k×k convolution without bias, padded by (k−1)/2 on each side. */
export interface ConvOptions {
  readonly kernel: number;
  readonly channels: number;
  readonly stride: number;
  /** Whether it counts as a weighted layer of the net's depth; the paper does not count projections. */
  readonly projection?: boolean;
}

/** What follows normalisation: the shortcut's addition, then ReLU. */
export interface NormOptions<T> {
  readonly add?: T | undefined;
  readonly relu: boolean;
}

/**
 * Layers over activations of type T: shapes when describing, tensors [batch, height, width, channels] when computing.
 * Names are unique in a network and name the parameters: "stage1.block1.conv1".
 */
export interface Layers<T> {
  conv(name: string, x: T, options: ConvOptions): T;
  /** Batch normalisation with scale and offset per channel. */
  norm(name: string, x: T, options: NormOptions<T>): T;
  /** k×k maximum, padded by (k−1)/2 on each side with values that never win. */
  maxPool(name: string, x: T, options: { readonly kernel: number; readonly stride: number }): T;
  /** Shortcut option A: every stride-th pixel, zeros in the channels that are new; x itself where nothing changes. */
  identity(name: string, x: T, options: { readonly channels: number; readonly stride: number }): T;
  /** Mean over height and width. */
  globalAveragePool(name: string, x: T): T;
  /** Fully connected, with bias. */
  dense(name: string, x: T, options: { readonly units: number }): T;
  shapeOf(x: T): Shape;
}
