// The inner loop of the convolution's gradient by the filter: sums over pixels of products of an input channel and a
// vector of output channels. A tile of R rows (filter column and input channel) × V vectors stays in registers during
// the loop over pixels.
#pragma once
#include "vector.h"

namespace VARIANT {
namespace {

struct GradientTile {
  const float *x, *dy;        // padded input at this tile's first filter row; output gradient at its first channel
  int images, rows, columns;  // outputs
  ptrdiff_t xImage, xRow, xPixel;
  ptrdiff_t dyImage, dyRow, dyPixel;
  float* sum;  // [R][pitch]
  ptrdiff_t pitch;
  bool add;  // to what is there
};

template <int W, int R, int V>
void gradientTile(const GradientTile& t) {
  Vector<W> sum[R * V];
  unroll<0, R * V>([&](auto i) INLINE_LAMBDA { sum[i] = zero<W>(); });
  for (int image = 0; image < t.images; image++) {
    for (int row = 0; row < t.rows; row++) {
      const float* x = t.x + image * t.xImage + row * t.xRow;
      const float* dy = t.dy + image * t.dyImage + row * t.dyRow;
      for (int column = 0; column < t.columns; column++, x += t.xPixel, dy += t.dyPixel) {
        Vector<W> d[V];
        unroll<0, V>([&](auto v) INLINE_LAMBDA { d[v] = load<W>(dy + v * W); });
        unroll<0, R>([&](auto r) INLINE_LAMBDA {
          const float input = x[r];
          unroll<0, V>([&](auto v) INLINE_LAMBDA { sum[r * V + v] += input * d[v]; });
        });
      }
    }
  }
  unroll<0, R>([&](auto r) INLINE_LAMBDA {
    unroll<0, V>([&](auto v) INLINE_LAMBDA {
      float* to = t.sum + r * t.pitch + v * W;
      store<W>(to, t.add ? load<W>(to) + sum[r * V + v] : sum[r * V + v]);
    });
  });
}

typedef void (*GradientFunction)(const GradientTile&);

#if REGISTERS >= 32
constexpr int kGradientV = 2;
constexpr int maxRows(int V) { return V == 1 ? 24 : 12; }
#elif FUSED_MULTIPLY_ADD
constexpr int kGradientV = 2;
constexpr int maxRows(int V) { return V == 1 ? 12 : 6; }
#else
constexpr int kGradientV = 2;
constexpr int maxRows(int V) { return V == 1 ? 10 : 5; }
#endif

template <int W, int V>
GradientFunction gradientOfRows(int rows) {
  GradientFunction found = nullptr;
  unroll<1, maxRows(V) + 1>([&](auto r) {
    if (rows == r) found = gradientTile<W, decltype(r)::value, V>;
  });
  return found;
}

template <int W>
GradientFunction findGradientTile(int rows, int V) {
  GradientFunction found = nullptr;
  unroll<1, kGradientV + 1>([&](auto v) {
    if (V == v) found = gradientOfRows<W, decltype(v)::value>(rows);
  });
  return found;
}

// to[rows][channels] = the sum of the chunks, added in order. It overwrites partial[chunks][rows][lanes]. Lanes fill
// whole vectors.
template <int W>
void addChunks(float* partial, int chunks, int rows, int lanes, int channels, float* to) {
  const size_t partialFloats = (size_t)rows * lanes;
  const int rowsPerItem = most(1, 16384 / lanes);
  parallel(ceilDivide(rows, rowsPerItem), [&](int item, int) {
    const int first = item * rowsPerItem, last = first + least(rowsPerItem, rows - first);
    for (int row = first; row < last; row++) {
      float* from = partial + (size_t)row * lanes;
      for (int lane = 0; lane < lanes; lane += W) {
        Vector<W> total = load<W>(from + lane);
        for (int chunk = 1; chunk < chunks; chunk++) total += load<W>(from + chunk * partialFloats + lane);
        store<W>(from + lane, total);
      }
      copyNumbers(to + (size_t)row * channels, from, channels);
    }
  });
}

}  // namespace
}  // namespace VARIANT
