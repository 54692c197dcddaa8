// What residual variants add to a network: gates, weighed paths, ReLU on its own. One pass over memory each.
// Included inside the namespace of one variant, after head.h.

// e^v within 2e-7 of its value. v is brought to |r| ≤ ln 2 / 2 by whole powers of two, whose exponent bits are written
// directly; the remainder is a polynomial (Taylor's, of degree 7: the next term is below 5e-9).
template <int W>
ALWAYS_INLINE Vector<W> exponential(Vector<W> v) {
  typedef int32_t Integers __attribute__((vector_size(W * 4)));
  // Beyond these e^v would leave the normal numbers.
  v = v < -87.0f ? Vector<W>{} - 87.0f : v > 88.0f ? Vector<W>{} + 88.0f : v;
  const Vector<W> scaled = v * 1.44269504f;
  const Integers power = __builtin_convertvector(scaled + (scaled < 0.0f ? Vector<W>{} - 0.5f : Vector<W>{} + 0.5f), Integers);
  const Vector<W> whole = __builtin_convertvector(power, Vector<W>);
  // ln 2 in two parts, the first exact in few bits, so that the difference keeps its precision.
  const Vector<W> r = (v - whole * 0.693359375f) + whole * 2.12194440e-4f;
  Vector<W> p = Vector<W>{} + 1.0f / 5040;
  const float coefficients[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
  for (const float c : coefficients) p = p * r + c;
  const Integers bits = (power + 127) << 23;
  Vector<W> factor;
  __builtin_memcpy(&factor, &bits, sizeof bits);
  return p * factor;
}

// body(offset, channel, Constant<width>) over rows of `channels`, in pieces of 64 KB for the threads.
template <class Body>
void eachRowParallel(size_t rows, int channels, const Body& body) {
  const size_t block = most(1, 16384 / channels);
  parallel((int)((rows + block - 1) / block), [&](int item, int) {
    const size_t from = item * block, to = from + block < rows ? from + block : rows;
    for (size_t row = from; row < to; row++)
      eachVector((size_t)channels, [&](size_t c, auto width) INLINE_LAMBDA { body(row * channels + c, c, width); });
  });
}

void gate(size_t rows, int channels, const float* x, const float* bias, float* y) {
  eachRowParallel(rows, channels, [&](size_t i, size_t c, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    store<W>(y + i, 1.0f / (1.0f + exponential<W>(-(load<W>(x + i) + load<W>(bias + c)))));
  });
}

// dbias is summed in blocks of rows, then over the blocks in their order.
void gateGradient(size_t rows, int channels, const float* dy, const float* y, float* dx, float* dbias) {
  const int block = most(1, 16384 / channels), blocks = ceilDivide((int)rows, block);
  float* partial = sharedScratch(1, (size_t)blocks * channels);
  parallel(blocks, [&](int item, int) {
    float* sums = partial + (size_t)item * channels;
    clearFloats(sums, channels);
    for (size_t row = (size_t)item * block; row < rows && row < (size_t)(item + 1) * block; row++)
      eachVector((size_t)channels, [&](size_t c, auto width) INLINE_LAMBDA {
        constexpr int W = decltype(width)::value;
        const size_t i = row * channels + c;
        const Vector<W> g = load<W>(y + i), d = load<W>(dy + i) * g * (1.0f - g);
        store<W>(dx + i, d);
        store<W>(sums + c, load<W>(sums + c) + d);
      });
  });
  clearFloats(dbias, channels);
  for (int b = 0; b < blocks; b++)
    for (int c = 0; c < channels; c++) dbias[c] += partial[(size_t)b * channels + c];
}

void gated(size_t count, bool complement, const float* x, const float* gate, float* y) {
  eachVectorParallel(count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    const Vector<W> g = load<W>(gate + i);
    store<W>(y + i, load<W>(x + i) * (complement ? 1.0f - g : g));
  });
}

void gatedGradient(size_t count, bool complement, const float* dy, const float* x, const float* gate, float* dx,
                   float* dgate) {
  eachVectorParallel(count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    const Vector<W> d = load<W>(dy + i), g = load<W>(gate + i);
    store<W>(dx + i, d * (complement ? 1.0f - g : g));
    const Vector<W> open = d * load<W>(x + i);
    store<W>(dgate + i, complement ? -open : open);
  });
}

void scale(size_t count, float factor, const float* x, float* y) {
  eachVectorParallel(count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    store<W>(y + i, load<W>(x + i) * factor);
  });
}

void relu(size_t count, const float* x, float* y) {
  eachVectorParallel(count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    store<W>(y + i, positive<W>(load<W>(x + i)));
  });
}

void reluGradient(size_t count, const float* dy, const float* y, float* dx) {
  eachVectorParallel(count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    const Vector<W> d = load<W>(dy + i);
    store<W>(dx + i, load<W>(y + i) > 0.0f ? d : Vector<W>{});
  });
}
