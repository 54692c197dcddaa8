// Names, inputs and attributes of the fused kernels that nets call in addition to TensorFlow.js's own.
// An engine registers a fast kernel under each name. composed.ts builds the same kernels from stock ops.
// Tensors are float32 unless stated otherwise, and NHWC: channels come last.
import type { Tensor } from "@tensorflow/tfjs-core";

/** Batch, height, width, channels. */
export type Shape4 = readonly [number, number, number, number];

/** Batch normalisation by the batch's own statistics, then the addition of the shortcut, then ReLU. */
export const BatchNormTrain = "BatchNormTrain";
export interface BatchNormTrainInputs {
  /** [..., channels] */
  readonly x: Tensor;
  /** [channels], like the three below */
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
  /** Shape of x. */
  readonly shortcut?: Tensor;
}
export interface BatchNormTrainAttributes {
  readonly relu: boolean;
  readonly epsilon: number;
  /** The share of this batch in the new running statistics. */
  readonly momentum: number;
}

/** Outputs [dx, dgamma, dbeta] and, with a shortcut, dshortcut. */
export const BatchNormTrainGrad = "BatchNormTrainGrad";
export interface BatchNormTrainGradInputs {
  readonly dy: Tensor;
  readonly x: Tensor;
  /** The forward output, whose zeros are the ReLU's mask. */
  readonly y: Tensor;
  readonly gamma: Tensor;
  readonly mean: Tensor;
  readonly inverseStd: Tensor;
}
export interface BatchNormTrainGradAttributes {
  readonly relu: boolean;
  readonly hasShortcut: boolean;
}

/** Batch normalisation by given statistics, then the addition of the shortcut, then ReLU. It has no gradient. */
export const BatchNormInference = "BatchNormInference";
export interface BatchNormInferenceInputs {
  readonly x: Tensor;
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly shortcut?: Tensor;
}
export interface BatchNormInferenceAttributes {
  readonly relu: boolean;
  readonly epsilon: number;
}

/**
 * A convolution, then BatchNormInference of its output: the same numbers as those two. Only an engine that does both faster
 * together has it. Attributes: those of Conv2D and of BatchNormInference.
 */
export const NormalisedConvolution = "NormalisedConvolution";
export interface NormalisedConvolutionInputs extends BatchNormInferenceInputs {
  /** [k, k, in, out] */
  readonly filter: Tensor;
}

/** Outputs [losses [batch], wrong [batch] (1 if the arg-max is not the label), probabilities [batch, classes]]. */
export const SoftmaxCrossEntropy = "SoftmaxCrossEntropy";
export interface SoftmaxCrossEntropyInputs {
  /** [batch, classes] */
  readonly logits: Tensor;
  /** [batch] int32 */
  readonly labels: Tensor;
}

/** Output: the gradient of the logits. */
export const SoftmaxCrossEntropyGrad = "SoftmaxCrossEntropyGrad";
export interface SoftmaxCrossEntropyGradInputs {
  /** [batch], the gradient of the losses */
  readonly dy: Tensor;
  readonly probabilities: Tensor;
  readonly labels: Tensor;
}

/** SGD with momentum in Caffe's form: v ← m·v + lr·(g + decay·w), w ← w − v. Outputs [new weights, new velocity]. */
export const MomentumUpdate = "MomentumUpdate";
export interface MomentumUpdateInputs {
  readonly weights: Tensor;
  readonly velocity: Tensor;
  readonly gradient: Tensor;
}
export interface MomentumUpdateAttributes {
  /**
   * Whether the caller replaces the weights and the velocity by the outputs and will not read them again, so that the outputs
   * may take their memory. Default false.
   */
  readonly areReplaced?: boolean;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** Shortcut option A (section 3.3): every stride-th pixel, with zeros in the new channels. */
export const IdentityShortcut = "IdentityShortcut";
export interface IdentityShortcutInputs {
  /** [batch, height, width, channels] */
  readonly x: Tensor;
}
export interface IdentityShortcutAttributes {
  readonly stride: number;
  /** Channels of the output, at least as many as x has. */
  readonly channels: number;
}
export const IdentityShortcutGrad = "IdentityShortcutGrad";
export interface IdentityShortcutGradInputs {
  readonly dy: Tensor;
}
export interface IdentityShortcutGradAttributes {
  readonly stride: number;
  /** Shape of x. */
  readonly shape: Shape4;
}

/** The gradient of a convolution's input plus another gradient of it. Attributes: those of Conv2DBackpropInput. */
export const ConvolutionInputGradientSum = "ConvolutionInputGradientSum";
export interface ConvolutionInputGradientSumInputs {
  readonly dy: Tensor;
  readonly filter: Tensor;
  /** Shape of the input. */
  readonly other: Tensor;
}

/** A convolution in groups of channels. Only an engine that does it faster than a convolution without groups has it. */
export const GroupedConvolution = "GroupedConvolution";
export interface GroupedConvolutionInputs {
  readonly x: Tensor;
  /** [k, k, inputs of a group, outputs] */
  readonly filter: Tensor;
}
export interface GroupedConvolutionAttributes {
  readonly stride: number;
  readonly groups: number;
}
export const GroupedConvolutionInputGrad = "GroupedConvolutionInputGrad";
export interface GroupedConvolutionInputGradInputs {
  readonly dy: Tensor;
  readonly filter: Tensor;
}
export interface GroupedConvolutionInputGradAttributes extends GroupedConvolutionAttributes {
  /** Shape of x. */
  readonly inputShape: Shape4;
}
export const GroupedConvolutionFilterGrad = "GroupedConvolutionFilterGrad";
export interface GroupedConvolutionFilterGradInputs {
  readonly x: Tensor;
  readonly dy: Tensor;
}
export interface GroupedConvolutionFilterGradAttributes extends GroupedConvolutionAttributes {
  readonly filterShape: Shape4;
}

/** Mean over height and width: [batch, height, width, channels] to [batch, channels]. */
export const GlobalAveragePool = "GlobalAveragePool";
export interface GlobalAveragePoolInputs {
  readonly x: Tensor;
}
export const GlobalAveragePoolGrad = "GlobalAveragePoolGrad";
export interface GlobalAveragePoolGradInputs {
  readonly dy: Tensor;
}
export interface GlobalAveragePoolGradAttributes {
  /** Shape of x. */
  readonly shape: Shape4;
}

/** A gate of Identity Mappings and Highway networks: σ(x + bias). */
export const Gate = "Gate";
export interface GateInputs {
  /** [..., channels] */
  readonly x: Tensor;
  /** [channels] */
  readonly bias: Tensor;
}
/** Outputs [dx, dbias]. */
export const GateGrad = "GateGrad";
export interface GateGradInputs {
  readonly dy: Tensor;
  /** The gate that the forward pass computed. */
  readonly y: Tensor;
}

/** x · gate, or x · (1 − gate) with `complement`. Both have the same shape. */
export const Gated = "Gated";
export interface GatedInputs {
  readonly x: Tensor;
  readonly gate: Tensor;
}
export interface GatedAttributes {
  readonly complement: boolean;
}
/** Outputs [dx, dgate]. */
export const GatedGrad = "GatedGrad";
export interface GatedGradInputs extends GatedInputs {
  readonly dy: Tensor;
}

/** x times a constant. */
export const Scale = "Scale";
export interface ScaleInputs {
  readonly x: Tensor;
}
export interface ScaleAttributes {
  readonly factor: number;
}

/** The gradient of ReLU's input: dy where the output y is positive, else 0. */
export const PositiveGrad = "PositiveGrad";
export interface PositiveGradInputs {
  readonly dy: Tensor;
  readonly y: Tensor;
}
