// bfloat16: the upper half of a float32. Widening loses nothing. Narrowing gives the same bits on every processor.
#pragma once
#include <stdint.h>

#include "kernels.h"
#include "vector.h"
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace VARIANT {
namespace {

template <int W>
struct BitsOf {
  typedef uint32_t wide __attribute__((vector_size(W * 4)));
  typedef uint16_t narrow __attribute__((vector_size(W * 2)));
};

template <int W>
ALWAYS_INLINE Vector<W> widen(typename BitsOf<W>::narrow halves) {
  return (Vector<W>)(__builtin_convertvector(halves, typename BitsOf<W>::wide) << 16);
}

template <int W>
ALWAYS_INLINE Vector<W> load(const bf16* p) {
  typename BitsOf<W>::narrow halves;
  __builtin_memcpy(&halves, p, sizeof halves);
  return widen<W>(halves);
}

// To the nearest, ties to even. Denormal numbers become zero, and NaN stays NaN, as in VCVTNEPS2BF16.
template <int W>
ALWAYS_INLINE typename BitsOf<W>::narrow narrow(Vector<W> v) {
#if defined(__AVX512BF16__)
  if constexpr (W == 16) return (typename BitsOf<W>::narrow)_mm512_cvtneps_pbh((__m512)v);
#endif
  typedef typename BitsOf<W>::wide Bits;
  const Bits bits = (Bits)v, magnitude = bits & 0x7fffffff;
  const Bits rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  const Bits denormal = bits >> 16 & 0x8000, unordered = bits >> 16 | 0x40;
  const Bits result = magnitude > 0x7f800000 ? unordered : magnitude < 0x00800000 ? denormal : rounded;
  return __builtin_convertvector(result, typename BitsOf<W>::narrow);
}

template <int W>
ALWAYS_INLINE void store(bf16* p, Vector<W> v) {
  const typename BitsOf<W>::narrow halves = narrow<W>(v);
  __builtin_memcpy(p, &halves, sizeof halves);
}

inline float single(const bf16* p) { return load<1>(p)[0]; }
inline void setSingle(bf16* p, float value) { store<1>(p, Vector<1>{value}); }

// Interleaves two vectors of 16 numbers.
ALWAYS_INLINE void storePairs(bf16* p, BitsOf<16>::narrow even, BitsOf<16>::narrow odd) {
  typedef BitsOf<16>::wide Bits;
  const Bits pairs = __builtin_convertvector(even, Bits) | __builtin_convertvector(odd, Bits) << 16;
  __builtin_memcpy(p, &pairs, sizeof pairs);
}

// Transposes 16 rows of 16 items of 32 bits.
template <class Items>
ALWAYS_INLINE void transpose16(Items* row) {
  unroll<0, 4>([&](auto) INLINE_LAMBDA {
    Items next[16];
    unroll<0, 8>([&](auto i) INLINE_LAMBDA {
      const Items a = row[i], b = row[i + 8];
      next[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    });
    unroll<0, 16>([&](auto i) INLINE_LAMBDA { row[i] = next[i]; });
  });
}

// The lanes of a register.
#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__FMA__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

// a·b + c with one rounding. The product of two bfloat16 numbers has 16 bits. So without such an instruction, the sum
// in double is exact enough that rounding it once more does no harm.
ALWAYS_INLINE Vector<kLanes> multiplyAdd(Vector<kLanes> a, Vector<kLanes> b, Vector<kLanes> c) {
#if defined(__AVX512F__)
  return (Vector<kLanes>)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
  return (Vector<kLanes>)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__)
  return (Vector<kLanes>)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  typedef double Doubles __attribute__((vector_size(kLanes * 8)));
  const auto wide = [](Vector<kLanes> v) INLINE_LAMBDA { return __builtin_convertvector(v, Doubles); };
  return __builtin_convertvector(wide(a) * wide(b) + wide(c), Vector<kLanes>);
#endif
}

}  // namespace
}  // namespace VARIANT
