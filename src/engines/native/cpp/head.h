// The net's head and the update: softmax with cross-entropy and its gradient, SGD with momentum, and addition.
#pragma once
#include "bfloat16.h"
#include "each-vector.h"
#include "exact.h"
#include "kernels.h"
#include "vector.h"

namespace VARIANT {
namespace {

// losses = log Σ exp(logits) − logits[label], in double, relative to the largest logit. wrong is 1 if the lowest index
// of the largest logit is not the label.
template <class Arguments>
void softmaxCrossEntropy(const Arguments& k) {
  parallel(ceilDivide(k.batch, 16), [&](int item, int) {
    for (int b = item * 16; b < least(k.batch, item * 16 + 16); b++) {
      const float* row = k.logits + (size_t)b * k.classes;
      float* p = k.probabilities + (size_t)b * k.classes;
      int best = 0;
      for (int j = 1; j < k.classes; j++)
        if (row[j] > row[best]) best = j;
      double sum = 0;
      for (int j = 0; j < k.classes; j++) {
        const double e = exponential((double)row[j] - row[best]);
        p[j] = (float)e;
        sum += e;
      }
      for (int j = 0; j < k.classes; j++) p[j] = (float)(p[j] / sum);
      k.losses[b] = (float)(logarithm(sum) + row[best] - row[k.labels[b]]);
      k.wrong[b] = best != k.labels[b];
    }
  });
}

template <class Arguments>
void softmaxCrossEntropyGradient(const Arguments& k) {
  for (int b = 0; b < k.batch; b++)
    for (int j = 0; j < k.classes; j++) {
      const size_t i = (size_t)b * k.classes + j;
      k.dlogits[i] = k.dlosses[b] * (k.probabilities[i] - (j == k.labels[b] ? 1.0f : 0.0f));
    }
}

template <class Arguments>
void momentum(const Arguments& k) {
  eachVectorParallel(k.count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    const Vector<W> w = load<W>(k.weights + i);
    const Vector<W> v =
        k.momentum * load<W>(k.velocity + i) + k.learningRate * (load<W>(k.gradient + i) + k.weightDecay * w);
    store<W>(k.velocity + i, v);
    store<W>(k.weights + i, w - v);
  });
}

template <class Arguments>
void add(const Arguments& k) {
  eachVectorParallel(k.count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    store<W>(k.sum + i, load<W>(k.a + i) + load<W>(k.b + i));
  });
}

}  // namespace
}  // namespace VARIANT
