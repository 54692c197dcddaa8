// The gradients of the fused operations and of stock operations for TensorFlow.js's tape, so that a test can ask
// for the gradient of any function. An import registers them.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import * as fused from "../../src/ops/fused.ts";
import type * as kernels from "../../src/ops/kernels.ts";
import { BatchNormTrain, GlobalAveragePool, IdentityShortcut, SoftmaxCrossEntropy } from "../../src/ops/kernels.ts";

tf.registerGradient({
  kernelName: BatchNormTrain,
  inputsToSave: ["x", "gamma"],
  outputsToSave: [true, true, true, false, false],
  gradFunc: (dys, saved, attributes) => {
    const { relu, hasShortcut } = attributes as unknown as kernels.BatchNormTrainGradAttributes;
    const [x, gamma, y, mean, inverseStd] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const inputs = { dy: (dys as tf.Tensor[])[0]!, x, y, gamma, mean, inverseStd };
    const { dx, dgamma, dbeta, dshortcut } = fused.batchNormTrainGradient(inputs, { relu, hasShortcut });
    return {
      x: () => dx,
      gamma: () => dgamma,
      beta: () => dbeta,
      runningMean: () => tf.zerosLike(mean),
      runningVariance: () => tf.zerosLike(mean),
      ...(dshortcut && { shortcut: () => dshortcut }),
    };
  },
});

tf.registerGradient({
  kernelName: SoftmaxCrossEntropy,
  inputsToSave: ["labels"],
  outputsToSave: [false, false, true],
  gradFunc: (dys, saved) => {
    const [labels, probabilities] = saved as [tf.Tensor, tf.Tensor];
    const dy = (dys as tf.Tensor[])[0]!;
    return { logits: () => fused.softmaxCrossEntropyGradient({ dy, probabilities, labels }) };
  },
});

tf.registerGradient({
  kernelName: IdentityShortcut,
  inputsToSave: ["x"],
  gradFunc: (dy, saved, attributes) => {
    const { stride } = attributes as unknown as kernels.IdentityShortcutAttributes;
    const shape = saved[0]!.shape as kernels.Shape4;
    return { x: () => fused.identityShortcutGradient(dy as tf.Tensor, { stride, shape }) };
  },
});

tf.registerGradient({
  kernelName: GlobalAveragePool,
  inputsToSave: ["x"],
  gradFunc: (dy, saved) => {
    const shape = saved[0]!.shape as kernels.Shape4;
    return { x: () => fused.globalAveragePoolGradient(dy as tf.Tensor, { shape }) };
  },
});
