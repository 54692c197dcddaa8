// The kernels of residual variants: gates, weighed paths and a separate ReLU. Each takes one pass over memory.
#pragma once
#include "bfloat16.h"
#include "each-vector.h"
#include "kernels.h"
#include "vector.h"

namespace VARIANT {
namespace {

// e^v within 2e-7 of its value. Whole powers of two, whose exponent bits are written directly, reduce v to
// |r| ≤ ln 2 / 2. e^r is Taylor's polynomial of degree 7: the next term is below 5e-9.
template <int W>
ALWAYS_INLINE Vector<W> exponential(Vector<W> v) {
  typedef int32_t Integers __attribute__((vector_size(W * 4)));
  // Beyond these e^v would leave the normal numbers.
  v = v < -87.0f ? Vector<W>{} - 87.0f : v > 88.0f ? Vector<W>{} + 88.0f : v;
  const Vector<W> scaled = v * 1.44269504f;
  const Integers power =
      __builtin_convertvector(scaled + (scaled < 0.0f ? Vector<W>{} - 0.5f : Vector<W>{} + 0.5f), Integers);
  const Vector<W> whole = __builtin_convertvector(power, Vector<W>);
  // ln 2 in two parts. The first is exact in few bits, so that the difference keeps its precision.
  const Vector<W> r = (v - whole * 0.693359375f) + whole * 2.12194440e-4f;
  Vector<W> p = Vector<W>{} + 1.0f / 5040;
  const float coefficients[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};
  for (const float c : coefficients) p = p * r + c;
  const Integers bits = (power + 127) << 23;
  Vector<W> factor;
  __builtin_memcpy(&factor, &bits, sizeof bits);
  return p * factor;
}

template <class Arguments>
void gate(const Arguments& k) {
  eachRowParallel(k.rows, k.channels, [&](size_t i, size_t c, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    store<W>(k.y + i, 1.0f / (1.0f + exponential<W>(-(load<W>(k.x + i) + load<W>(k.bias + c)))));
  });
}

// dbias is summed in blocks of rows, then over the blocks in order.
template <class Arguments>
void gateGradient(const Arguments& k) {
  const int block = most(1, 16384 / k.channels), blocks = ceilDivide((int)k.rows, block);
  float* partial = sharedScratch(1, (size_t)blocks * k.channels);
  parallel(blocks, [&](int item, int) {
    float* sums = partial + (size_t)item * k.channels;
    clearNumbers(sums, k.channels);
    for (size_t row = (size_t)item * block; row < k.rows && row < (size_t)(item + 1) * block; row++)
      eachVector((size_t)k.channels, [&](size_t c, auto width) INLINE_LAMBDA {
        constexpr int W = decltype(width)::value;
        const size_t i = row * k.channels + c;
        const Vector<W> g = load<W>(k.y + i), d = load<W>(k.dy + i) * g * (1.0f - g);
        store<W>(k.dx + i, d);
        store<W>(sums + c, load<W>(sums + c) + d);
      });
  });
  clearNumbers(k.dbias, k.channels);
  for (int b = 0; b < blocks; b++)
    for (int c = 0; c < k.channels; c++) k.dbias[c] += partial[(size_t)b * k.channels + c];
}

template <class Arguments>
void gated(const Arguments& k) {
  eachVectorParallel(k.count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    const Vector<W> g = load<W>(k.gate + i);
    store<W>(k.y + i, load<W>(k.x + i) * (k.complement ? 1.0f - g : g));
  });
}

template <class Arguments>
void gatedGradient(const Arguments& k) {
  eachVectorParallel(k.count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    const Vector<W> d = load<W>(k.dy + i), g = load<W>(k.gate + i);
    store<W>(k.dx + i, d * (k.complement ? 1.0f - g : g));
    const Vector<W> open = d * load<W>(k.x + i);
    store<W>(k.dgate + i, k.complement ? -open : open);
  });
}

template <class Arguments>
void scale(const Arguments& k) {
  eachVectorParallel(k.count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    store<W>(k.y + i, load<W>(k.x + i) * k.factor);
  });
}

template <class Arguments>
void relu(const Arguments& k) {
  eachVectorParallel(k.count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    store<W>(k.y + i, positive<W>(load<W>(k.x + i)));
  });
}

template <class Arguments>
void reluGradient(const Arguments& k) {
  eachVectorParallel(k.count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    const Vector<W> d = load<W>(k.dy + i);
    store<W>(k.dx + i, load<W>(k.y + i) > 0.0f ? d : Vector<W>{});
  });
}

}  // namespace
}  // namespace VARIANT
