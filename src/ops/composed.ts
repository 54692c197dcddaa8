// The fused kernels, composed of stock TensorFlow.js ops. An engine runs these where it has no faster kernel of its own, and
// tests compare faster kernels with them. Clarity comes before speed here.
import * as tf from "@tensorflow/tfjs-core";
import * as kernels from "./kernels.ts";

type Kernel = (inputs: unknown, attributes: unknown) => tf.Tensor | tf.Tensor[];

/** Registers every fused kernel, composed of stock ops, for the backend with that name. */
export function registerComposedKernels(backendName: string): void {
  for (const [kernelName, kernel] of Object.entries(composedKernels)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => tf.tidy(() => kernel(inputs, attrs)),
    });
  }
}

const composedKernels: Record<string, Kernel> = {
  [kernels.BatchNormTrain](inputs, attributes) {
    const { x, gamma, beta, runningMean, runningVariance, shortcut } = inputs as kernels.BatchNormTrainInputs;
    const { relu, epsilon, momentum } = attributes as kernels.BatchNormTrainAttributes;
    const { mean, variance } = tf.moments(x, allButLast(x));
    const inverseStd = tf.rsqrt(tf.add(variance, epsilon));
    const count = x.size / mean.size;
    const unbiased = tf.mul(variance, count / Math.max(1, count - 1));
    const y = addAndRelu(tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverseStd), gamma), beta), shortcut, relu);
    return [y, mean, inverseStd, blend(runningMean, mean, momentum), blend(runningVariance, unbiased, momentum)];
  },

  [kernels.BatchNormTrainGrad](inputs, attributes) {
    const { dy, x, y, gamma, mean, inverseStd } = inputs as kernels.BatchNormTrainGradInputs;
    const { relu, hasShortcut } = attributes as kernels.BatchNormTrainGradAttributes;
    const masked = relu ? tf.mul(dy, tf.cast(tf.greater(y, 0), "float32")) : tf.clone(dy);
    const axes = allButLast(x);
    const normalised = tf.mul(tf.sub(x, mean), inverseStd);
    const dgamma = tf.sum(tf.mul(masked, normalised), axes);
    const dbeta = tf.sum(masked, axes);
    // Ioffe and Szegedy 2015, section 3: the mean and variance depend on x too.
    const count = x.size / mean.size;
    const centred = tf.sub(masked, tf.div(tf.add(tf.mul(normalised, dgamma), dbeta), count));
    const dx = tf.mul(centred, tf.mul(gamma, inverseStd));
    return hasShortcut ? [dx, dgamma, dbeta, masked] : [dx, dgamma, dbeta];
  },

  [kernels.BatchNormInference](inputs, attributes) {
    const { x, gamma, beta, mean, variance, shortcut } = inputs as kernels.BatchNormInferenceInputs;
    const { relu, epsilon } = attributes as kernels.BatchNormInferenceAttributes;
    const inverseStd = tf.rsqrt(tf.add(variance, epsilon));
    return addAndRelu(tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverseStd), gamma), beta), shortcut, relu);
  },

  [kernels.SoftmaxCrossEntropy](inputs) {
    const { logits, labels } = inputs as kernels.SoftmaxCrossEntropyInputs;
    const classes = logits.shape[1]!;
    const logProbabilities = tf.logSoftmax(logits as tf.Tensor2D);
    const oneHot = tf.oneHot(labels as tf.Tensor1D, classes);
    const losses = tf.neg(tf.sum(tf.mul(logProbabilities, oneHot), 1));
    const wrong = tf.cast(tf.notEqual(tf.argMax(logits, 1), labels), "float32");
    return [losses, wrong, tf.exp(logProbabilities)];
  },

  [kernels.SoftmaxCrossEntropyGrad](inputs) {
    const { dy, probabilities, labels } = inputs as kernels.SoftmaxCrossEntropyGradInputs;
    const oneHot = tf.oneHot(labels as tf.Tensor1D, probabilities.shape[1]!);
    return tf.mul(tf.sub(probabilities, oneHot), tf.expandDims(dy, 1));
  },

  [kernels.MomentumUpdate](inputs, attributes) {
    const { weights, velocity, gradient } = inputs as kernels.MomentumUpdateInputs;
    const { learningRate, momentum, weightDecay } = attributes as kernels.MomentumUpdateAttributes;
    const decayed = tf.add(gradient, tf.mul(weights, weightDecay));
    const newVelocity = tf.add(tf.mul(velocity, momentum), tf.mul(decayed, learningRate));
    return [tf.sub(weights, newVelocity), newVelocity];
  },

  [kernels.ConvolutionInputGradientSum](inputs, attributes) {
    const { dy, filter, other } = inputs as kernels.ConvolutionInputGradientSumInputs;
    const given = { dy, filter } as unknown as tf.NamedTensorMap;
    const gradient = tf.engine().runKernel(tf.Conv2DBackpropInput, given, attributes as tf.NamedAttrMap);
    return tf.add(gradient as tf.Tensor, other);
  },

  [kernels.IdentityShortcut](inputs, attributes) {
    const { x } = inputs as { x: tf.Tensor4D };
    const { stride, channels } = attributes as kernels.IdentityShortcutAttributes;
    const sampled = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, stride, stride, 1]) as tf.Tensor4D;
    return tf.pad4d(sampled, [[0, 0], [0, 0], [0, 0], [0, channels - x.shape[3]]]); // biome-ignore format: one row
  },

  [kernels.IdentityShortcutGrad](inputs, attributes) {
    const { dy } = inputs as { dy: tf.Tensor4D };
    const { stride, shape } = attributes as kernels.IdentityShortcutGradAttributes;
    const [batch, height, width, channels] = shape;
    const [, rows, columns] = dy.shape;
    const kept = tf.slice4d(dy, [0, 0, 0, 0], [batch, rows, columns, channels]);
    // Zeros between the pixels: each pixel becomes the first of a stride × stride cell, then the rows and columns beyond the
    // image are cut off.
    const cells = tf.pad(tf.reshape(kept, [batch, rows, 1, columns, 1, channels]), [
      [0, 0],
      [0, 0],
      [0, stride - 1],
      [0, 0],
      [0, stride - 1],
      [0, 0], // biome-ignore format: one row
    ]);
    const spread = tf.reshape(cells, [batch, rows * stride, columns * stride, channels]) as tf.Tensor4D;
    return tf.slice4d(spread, [0, 0, 0, 0], [batch, height, width, channels]);
  },

  [kernels.Gate](inputs) {
    const { x, bias } = inputs as kernels.GateInputs;
    return tf.sigmoid(tf.add(x, bias));
  },

  [kernels.GateGrad](inputs) {
    const { dy, y } = inputs as kernels.GateGradInputs;
    const dx = tf.mul(dy, tf.mul(y, tf.sub(1, y)));
    return [dx, tf.sum(dx, allButLast(dx))];
  },

  [kernels.Gated](inputs, attributes) {
    const { x, gate } = inputs as kernels.GatedInputs;
    const { complement } = attributes as kernels.GatedAttributes;
    return tf.mul(x, complement ? tf.sub(1, gate) : gate);
  },

  [kernels.GatedGrad](inputs, attributes) {
    const { dy, x, gate } = inputs as kernels.GatedGradInputs;
    const { complement } = attributes as kernels.GatedAttributes;
    const dgate = tf.mul(dy, x);
    return complement ? [tf.mul(dy, tf.sub(1, gate)), tf.neg(dgate)] : [tf.mul(dy, gate), dgate];
  },

  [kernels.Scale](inputs, attributes) {
    const { factor } = attributes as kernels.ScaleAttributes;
    return tf.mul((inputs as kernels.ScaleInputs).x, factor);
  },

  [kernels.PositiveGrad](inputs) {
    const { dy, y } = inputs as kernels.PositiveGradInputs;
    return tf.mul(dy, tf.step(y));
  },

  [kernels.GlobalAveragePool](inputs) {
    return tf.mean((inputs as kernels.GlobalAveragePoolInputs).x, [1, 2]);
  },

  [kernels.GlobalAveragePoolGrad](inputs, attributes) {
    const { dy } = inputs as kernels.GlobalAveragePoolGradInputs;
    const { shape } = attributes as kernels.GlobalAveragePoolGradAttributes;
    const [batch, height, width, channels] = shape;
    const each = tf.div(tf.reshape(dy, [batch, 1, 1, channels]), height * width);
    return tf.tile(each, [1, height, width, 1]);
  },
};

function allButLast(x: tf.Tensor): number[] {
  return Array.from({ length: x.rank - 1 }, (_, axis) => axis);
}

function addAndRelu(x: tf.Tensor, shortcut: tf.Tensor | undefined, relu: boolean): tf.Tensor {
  const sum = shortcut ? tf.add(x, shortcut) : x;
  return relu ? tf.relu(sum) : sum;
}

function blend(old: tf.Tensor, batch: tf.Tensor, momentum: number): tf.Tensor {
  return tf.add(tf.mul(old, 1 - momentum), tf.mul(batch, momentum));
}
