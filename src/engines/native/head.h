// The network's head and the update: softmax with cross-entropy and its gradient, SGD with momentum, addition.
// Included inside the namespace of one variant.

// losses = log Σ exp(logits) − logits[label], in double from the largest logit down; wrong is 1 where the lowest index
// of the largest logit is not the label.
void softmaxCrossEntropy(int batch, int classes, const float* logits, const int32_t* labels, float* losses, float* wrong,
                         float* probabilities) {
  parallel(ceilDivide(batch, 16), [&](int item, int) {
    for (int b = item * 16; b < least(batch, item * 16 + 16); b++) {
      const float* row = logits + (size_t)b * classes;
      float* p = probabilities + (size_t)b * classes;
      int best = 0;
      for (int k = 1; k < classes; k++)
        if (row[k] > row[best]) best = k;
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        const double e = __builtin_exp((double)row[k] - row[best]);
        p[k] = (float)e;
        sum += e;
      }
      for (int k = 0; k < classes; k++) p[k] = (float)(p[k] / sum);
      losses[b] = (float)(__builtin_log(sum) + row[best] - row[labels[b]]);
      wrong[b] = best != labels[b];
    }
  });
}

void softmaxCrossEntropyGradient(int batch, int classes, const float* dlosses, const float* probabilities,
                                 const int32_t* labels, float* dlogits) {
  for (int b = 0; b < batch; b++)
    for (int k = 0; k < classes; k++) {
      const size_t i = (size_t)b * classes + k;
      dlogits[i] = dlosses[b] * (probabilities[i] - (k == labels[b] ? 1.0f : 0.0f));
    }
}

// body(offset, Constant<width>) over a long array, in pieces of 16 KB for the threads.
template <class Body>
void eachVectorParallel(size_t count, const Body& body) {
  constexpr size_t piece = 4096;
  parallel((int)((count + piece - 1) / piece), [&](int item, int) {
    const size_t from = item * piece, n = count - from < piece ? count - from : piece;
    eachVector(n, [&](size_t offset, auto width) INLINE_LAMBDA { body(from + offset, width); });
  });
}

void momentumUpdate(const Momentum& m) {
  eachVectorParallel(m.count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    const Vector<W> w = load<W>(m.weights + i);
    const Vector<W> v =
        m.momentum * load<W>(m.velocity + i) + m.learningRate * (load<W>(m.gradient + i) + m.weightDecay * w);
    store<W>(m.newVelocity + i, v);
    store<W>(m.newWeights + i, w - v);
  });
}

void add(size_t count, const float* a, const float* b, float* sum) {
  eachVectorParallel(count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    store<W>(sum + i, load<W>(a + i) + load<W>(b + i));
  });
}
