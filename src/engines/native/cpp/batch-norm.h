// Batch norm fused with the addition of the shortcut and ReLU, and its gradient: one pass reduces, one pass writes.
// Rows are read as flat vectors: a "super-row" of lcm(channels, W) floats has whole pixels and whole vectors, so any
// number of channels runs at full width. Moments are combined in double, in the order of the rows.
#pragma once
#include <type_traits>

#include "bfloat16.h"
#include "kernels.h"
#include "vector.h"

namespace VARIANT {
namespace {

struct SuperRows {
  int channels, floats, vectors, pixels;  // of one super-row
  size_t whole;                           // super-rows
  size_t rest;                            // floats beyond the last
  size_t perChunk;                        // super-rows
  int chunks;
  SuperRows(size_t rows, int channels) : channels(channels) {
    pixels = 1;
    while (pixels * channels % WIDTH) pixels *= 2;  // WIDTH is a power of 2
    floats = pixels * channels;
    vectors = floats / WIDTH;
    whole = rows / pixels;
    rest = (rows % pixels) * channels;
    // Chunks of about 64 KB. They are few enough that combining them costs little.
    const size_t small = 16384 / floats + 1, even = (whole + 127) / 128;
    perChunk = small > even ? small : even;
    chunks = whole ? (int)((whole + perChunk - 1) / perChunk) : 0;
  }
  size_t first(int chunk) const { return chunk * perChunk; }
  size_t last(int chunk) const { return chunk + 1 == chunks ? whole : (chunk + 1) * perChunk; }
  // One number per channel, repeated over a super-row.
  void expand(const float* perChannel, float* to) const {
    for (int i = 0; i < floats; i++) to[i] = perChannel[i % channels];
  }
};

// body(offset of the vector from the row, Constant<vectors>) for blocks of 4, 2 and 1 vectors of a super-row.
template <class Body>
ALWAYS_INLINE void eachVectorBlock(int vectors, const Body& body) {
  int v = 0;
  for (; v + 4 <= vectors; v += 4) body(v * WIDTH, Constant<4>{});
  for (; v + 2 <= vectors; v += 2) body(v * WIDTH, Constant<2>{});
  for (; v < vectors; v++) body(v * WIDTH, Constant<1>{});
}

// Per lane of a super-row, over `count` super-rows: the mean, and the sum of squared differences from it.
// It sums differences from the first value, so that a large mean loses no precision.
template <class E>
void laneMoments(const E* x, size_t count, int floats, double* mean, double* m2) {
  eachVectorBlock(floats / WIDTH, [&](int offset, auto block) INLINE_LAMBDA {
    constexpr int N = decltype(block)::value, U = 4 / N;  // U rows at once, for four chains of additions
    Vector<WIDTH> shift[N], sum[N * U], square[N * U];
    unroll<0, N>([&](auto n) INLINE_LAMBDA { shift[n] = load<WIDTH>(x + offset + n * WIDTH); });
    unroll<0, N * U>([&](auto i) INLINE_LAMBDA { sum[i] = square[i] = zero<WIDTH>(); });
    const E* row = x + offset;
    size_t left = count;
    for (; left >= U; left -= U, row += (size_t)U * floats) {
      unroll<0, U>([&](auto u) INLINE_LAMBDA {
        unroll<0, N>([&](auto n) INLINE_LAMBDA {
          const Vector<WIDTH> d = load<WIDTH>(row + (size_t)u * floats + n * WIDTH) - shift[n];
          sum[u * N + n] += d;
          square[u * N + n] += d * d;
        });
      });
    }
    for (; left > 0; left--, row += floats) {
      unroll<0, N>([&](auto n) INLINE_LAMBDA {
        const Vector<WIDTH> d = load<WIDTH>(row + n * WIDTH) - shift[n];
        sum[n] += d;
        square[n] += d * d;
      });
    }
    unroll<0, N>([&](auto n) INLINE_LAMBDA {
      unroll<1, U>([&](auto u) INLINE_LAMBDA {
        sum[n] += sum[u * N + n];
        square[n] += square[u * N + n];
      });
      for (int lane = 0; lane < WIDTH; lane++) {
        const int i = offset + n * WIDTH + lane;
        const double s = sum[n][lane];
        mean[i] = shift[n][lane] + s / count;
        const double q = square[n][lane] - s * s / count;
        m2[i] = q > 0 ? q : 0;
      }
    });
  });
}

// Adds moments over `more` values to those over `count` (Chan, Golub and LeVeque).
inline void combineMoments(double& mean, double& m2, double weight, double cross, double otherMean, double otherM2) {
  const double delta = otherMean - mean;
  mean += delta * weight;
  m2 += otherM2 + delta * delta * cross;
}

// Per channel, over all rows: the mean, and the sum of squared differences from it. Both are [channels].
template <class E>
void channelMoments(const SuperRows& s, const E* x, double* mean, double* m2) {
  const int C = s.channels;
  double* partial = (double*)sharedScratch(1, (size_t)4 * s.floats * (s.chunks + 1));
  parallel(s.chunks, [&](int chunk, int) {
    double* to = partial + (size_t)2 * s.floats * chunk;
    const size_t first = s.first(chunk), last = s.last(chunk);
    laneMoments(x + first * s.floats, last - first, s.floats, to, to + s.floats);
  });
  for (int c = 0; c < C; c++) mean[c] = m2[c] = 0;
  double count = 0;
  for (int chunk = 0; chunk < s.chunks; chunk++) {
    const double more = (double)(s.last(chunk) - s.first(chunk));
    const double* from = partial + (size_t)2 * s.floats * chunk;
    for (int p = 0; p < s.pixels; p++, from += C, count += more) {
      const double weight = more / (count + more), cross = count * weight;
      for (int c = 0; c < C; c++) combineMoments(mean[c], m2[c], weight, cross, from[c], from[s.floats + c]);
    }
  }
  for (const E* row = x + s.whole * s.floats; row < x + s.whole * s.floats + s.rest; row += C, count++) {
    for (int c = 0; c < C; c++)
      combineMoments(mean[c], m2[c], 1 / (count + 1), count / (count + 1), single(row + c), 0);
  }
}

// y = relu?((x − mean)·scale + beta + shortcut?), with mean, scale and beta expanded to a super-row.
template <bool withRelu, bool withShortcut, class E>
void normalise(const SuperRows& s, const E* x, const E* shortcut, const float* mean, const float* scale,
               const float* beta, E* y) {
  parallel(most(s.chunks, 1), [&](int chunk, int) {
    if (s.chunks) {
      size_t at = s.first(chunk) * s.floats;
      for (size_t row = s.first(chunk); row < s.last(chunk); row++) {
        for (int i = 0; i < s.floats; i += WIDTH, at += WIDTH) {
          Vector<WIDTH> v =
              (load<WIDTH>(x + at) - load<WIDTH>(mean + i)) * load<WIDTH>(scale + i) + load<WIDTH>(beta + i);
          if (withShortcut) v += load<WIDTH>(shortcut + at);
          store<WIDTH>(y + at, withRelu ? positive<WIDTH>(v) : v);
        }
      }
    }
    if (chunk + 1 < s.chunks) return;
    const size_t at = s.whole * s.floats;
    for (size_t i = 0; i < s.rest; i++) {
      float v = (single(x + at + i) - mean[i]) * scale[i] + beta[i];
      if (withShortcut) v += single(shortcut + at + i);
      setSingle(y + at + i, withRelu && v < 0 ? 0 : v);
    }
  });
}

// The output of batch norm in training or evaluation, with these statistics. Each is [channels].
template <class Arguments>
void normaliseAll(const Arguments& k, const SuperRows& s, const float* mean, const float* inverseStd) {
  float* expanded = sharedScratch(2, (size_t)4 * s.floats);
  float* scale = expanded + 3 * s.floats;
  for (int c = 0; c < s.channels; c++) scale[c] = k.gamma[c] * inverseStd[c];
  s.expand(mean, expanded);
  s.expand(scale, expanded + s.floats);
  s.expand(k.beta, expanded + 2 * s.floats);
  using E = std::remove_pointer_t<decltype(k.y)>;
  auto run = k.relu ? (k.shortcut ? normalise<true, true, E> : normalise<true, false, E>)
                    : (k.shortcut ? normalise<false, true, E> : normalise<false, false, E>);
  run(s, k.x, k.shortcut, expanded, expanded + s.floats, expanded + 2 * s.floats, k.y);
}

template <class Arguments>
void batchNorm(const Arguments& k) {
  const SuperRows s(k.rows, k.channels);
  double* mean = (double*)sharedScratch(0, (size_t)4 * k.channels);
  double* m2 = mean + k.channels;
  channelMoments(s, k.x, mean, m2);
  for (int c = 0; c < k.channels; c++) {
    const double variance = m2[c] / k.rows, unbiased = k.rows > 1 ? m2[c] / (k.rows - 1) : 0;
    k.mean[c] = (float)mean[c];
    k.inverseStd[c] = (float)(1 / __builtin_sqrt(variance + k.epsilon));
    k.newRunningMean[c] = (float)((1 - (double)k.momentum) * k.runningMean[c] + k.momentum * mean[c]);
    k.newRunningVariance[c] = (float)((1 - (double)k.momentum) * k.runningVariance[c] + k.momentum * unbiased);
  }
  if (k.y) normaliseAll(k, s, k.mean, k.inverseStd);
}

template <class Arguments>
void batchNormInference(const Arguments& k) {
  const SuperRows s(k.rows, k.channels);
  float* inverseStd = sharedScratch(0, k.channels);
  for (int c = 0; c < k.channels; c++) inverseStd[c] = (float)(1 / __builtin_sqrt((double)k.variance[c] + k.epsilon));
  normaliseAll(k, s, k.mean, inverseStd);
}

// Where ReLU cut numbers off: nowhere, where y is not positive, or where (x − mean)·scale + shift is not, which is y
// before it was stored.
enum class Relu { none, seenInOutput, seenInInput };

// Per lane: Σ dz and Σ dz·(x − mean). dz is dy, or 0 where ReLU cut it off. It is the shortcut's gradient, stored here
// so that the second pass does not need y.
template <Relu relu, bool withShortcut, class Arguments>
void laneGradients(const Arguments& k, size_t at, size_t count, int floats, const float* mean, const float* scale,
                   const float* shift, double* sums, double* products) {
  eachVectorBlock(floats / WIDTH, [&](int offset, auto block) INLINE_LAMBDA {
    constexpr int N = decltype(block)::value, U = 4 / N;
    Vector<WIDTH> sum[N * U], product[N * U], m[N], a[N], b[N];
    unroll<0, N>([&](auto n) INLINE_LAMBDA {
      m[n] = load<WIDTH>(mean + offset + n * WIDTH);
      if (relu == Relu::seenInInput) {
        a[n] = load<WIDTH>(scale + offset + n * WIDTH);
        b[n] = load<WIDTH>(shift + offset + n * WIDTH);
      }
    });
    unroll<0, N * U>([&](auto i) INLINE_LAMBDA { sum[i] = product[i] = zero<WIDTH>(); });
    size_t i = at + offset;
    auto accumulate = [&](size_t from, int n, Vector<WIDTH>& s, Vector<WIDTH>& p) INLINE_LAMBDA {
      Vector<WIDTH> dz = load<WIDTH>(k.dy + from);
      const Vector<WIDTH> d = load<WIDTH>(k.x + from) - m[n];
      if (relu == Relu::seenInOutput) dz = load<WIDTH>(k.y + from) > 0.0f ? dz : Vector<WIDTH>{};
      if (relu == Relu::seenInInput) dz = d * a[n] + b[n] > 0.0f ? dz : Vector<WIDTH>{};
      if (withShortcut) store<WIDTH>(k.dshortcut + from, dz);
      s += dz;
      p += dz * d;
    };
    size_t left = count;
    for (; left >= U; left -= U, i += (size_t)U * floats) {
      unroll<0, U>([&](auto u) INLINE_LAMBDA {
        unroll<0, N>([&](auto n) INLINE_LAMBDA {
          accumulate(i + (size_t)u * floats + n * WIDTH, n, sum[u * N + n], product[u * N + n]);
        });
      });
    }
    for (; left > 0; left--, i += floats) {
      unroll<0, N>([&](auto n) INLINE_LAMBDA { accumulate(i + n * WIDTH, n, sum[n], product[n]); });
    }
    unroll<0, N>([&](auto n) INLINE_LAMBDA {
      unroll<1, U>([&](auto u) INLINE_LAMBDA {
        sum[n] += sum[u * N + n];
        product[n] += product[u * N + n];
      });
      for (int lane = 0; lane < WIDTH; lane++) {
        sums[offset + n * WIDTH + lane] = sum[n][lane];
        products[offset + n * WIDTH + lane] = product[n][lane];
      }
    });
  });
}

// dx = a·dz + bias + slope·(x − mean), with a = γ/σ, bias = −a·Σdz/rows, slope = −a·Σdz(x−mean)/(σ²·rows). The
// shortcut's gradient is there already.
template <Relu relu, bool withShortcut, class Arguments>
void normaliseGradient(const Arguments& k, const SuperRows& s, const float* mean, const float* scale,
                       const float* slope, const float* bias, const float* shift) {
  parallel(most(s.chunks, 1), [&](int chunk, int) {
    if (s.chunks) {
      size_t at = s.first(chunk) * s.floats;
      for (size_t row = s.first(chunk); row < s.last(chunk); row++) {
        for (int i = 0; i < s.floats; i += WIDTH, at += WIDTH) {
          Vector<WIDTH> dz = load<WIDTH>((withShortcut ? k.dshortcut : k.dy) + at);
          const Vector<WIDTH> d = load<WIDTH>(k.x + at) - load<WIDTH>(mean + i), a = load<WIDTH>(scale + i);
          if (!withShortcut && relu == Relu::seenInOutput) dz = load<WIDTH>(k.y + at) > 0.0f ? dz : Vector<WIDTH>{};
          if (!withShortcut && relu == Relu::seenInInput)
            dz = d * a + load<WIDTH>(shift + i) > 0.0f ? dz : Vector<WIDTH>{};
          store<WIDTH>(k.dx + at, dz * a + (d * load<WIDTH>(slope + i) + load<WIDTH>(bias + i)));
        }
      }
    }
    if (chunk + 1 < s.chunks) return;
    const size_t at = s.whole * s.floats;
    for (size_t i = 0; i < s.rest; i++) {
      const float d = single(k.x + at + i) - mean[i];
      float dz = single(k.dy + at + i);
      if (relu == Relu::seenInOutput && !(single(k.y + at + i) > 0)) dz = 0;
      if (relu == Relu::seenInInput && !(d * scale[i] + shift[i] > 0)) dz = 0;
      if (withShortcut) setSingle(k.dshortcut + at + i, dz);
      setSingle(k.dx + at + i, dz * scale[i] + (d * slope[i] + bias[i]));
    }
  });
}

// `beta` is for Relu::seenInInput.
template <Relu relu, class Arguments>
void batchNormGradient(const Arguments& k, const float* beta) {
  const SuperRows s(k.rows, k.channels);
  const int C = k.channels;
  double* sums = (double*)sharedScratch(0, (size_t)4 * C + 3 * C);
  double* products = sums + C;
  float* scale = (float*)(products + C);
  float* slope = scale + C;
  float* bias = slope + C;
  for (int c = 0; c < C; c++) scale[c] = (float)((double)k.gamma[c] * k.inverseStd[c]);
  float* expanded = sharedScratch(2, (size_t)5 * s.floats);
  const float *means = expanded, *scales = means + s.floats, *shifts = scales + s.floats;
  s.expand(k.mean, expanded);
  s.expand(scale, expanded + s.floats);
  if (relu == Relu::seenInInput) s.expand(beta, expanded + 2 * s.floats);
  double* partial = (double*)sharedScratch(1, (size_t)4 * s.floats * (s.chunks + 1));
  parallel(s.chunks, [&](int chunk, int) {
    double* to = partial + (size_t)2 * s.floats * chunk;
    const size_t first = s.first(chunk), last = s.last(chunk);
    auto run = k.dshortcut ? laneGradients<relu, true, Arguments> : laneGradients<relu, false, Arguments>;
    run(k, first * s.floats, last - first, s.floats, means, scales, shifts, to, to + s.floats);
  });
  for (int c = 0; c < C; c++) sums[c] = products[c] = 0;
  for (int chunk = 0; chunk < s.chunks; chunk++) {
    const double* from = partial + (size_t)2 * s.floats * chunk;
    for (int p = 0; p < s.pixels; p++, from += C) {
      for (int c = 0; c < C; c++) {
        sums[c] += from[c];
        products[c] += from[s.floats + c];
      }
    }
  }
  for (size_t i = 0, at = s.whole * s.floats; i < s.rest; i++) {
    const int c = i % C;
    const float d = single(k.x + at + i) - k.mean[c];
    double dz = single(k.dy + at + i);
    if (relu == Relu::seenInOutput && !(single(k.y + at + i) > 0)) dz = 0;
    if (relu == Relu::seenInInput && !(d * scale[c] + beta[c] > 0)) dz = 0;
    sums[c] += dz;
    products[c] += dz * d;
  }
  for (int c = 0; c < C; c++) {
    const double inverseStd = k.inverseStd[c], a = k.gamma[c] * inverseStd;
    k.dbeta[c] = (float)sums[c];
    k.dgamma[c] = (float)(products[c] * inverseStd);
    bias[c] = (float)(-a * sums[c] / k.rows);
    slope[c] = (float)(-a * products[c] * inverseStd * inverseStd / k.rows);
  }
  const float *slopes = expanded + 3 * s.floats, *biases = expanded + 4 * s.floats;
  s.expand(slope, expanded + 3 * s.floats);
  s.expand(bias, expanded + 4 * s.floats);
  auto run = k.dshortcut ? normaliseGradient<relu, true, Arguments> : normaliseGradient<relu, false, Arguments>;
  run(k, s, means, scales, slopes, biases, shifts);
}

template <class Arguments>
void batchNormGradient(const Arguments& k) {
  if (!k.relu) return batchNormGradient<Relu::none>(k, nullptr);
  if constexpr (std::is_same_v<Arguments, mixed::BatchNormGradient>)
    if (k.beta) return batchNormGradient<Relu::seenInInput>(k, k.beta);
  batchNormGradient<Relu::seenInOutput>(k, nullptr);
}

}  // namespace
}  // namespace VARIANT
