// Vectors of W floats by the compiler's vector extension, and loops unrolled at compile time.
// Included inside the namespace of one variant. Loads and stores need no alignment.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "thread-pool.h"
#include "variant.h"

namespace VARIANT {
namespace {

template <int W>
struct VectorOf {
  typedef float type __attribute__((vector_size(W * 4)));
  typedef float loose __attribute__((vector_size(W * 4), aligned(4), may_alias));
};
template <int W>
using Vector = typename VectorOf<W>::type;

#define ALWAYS_INLINE inline __attribute__((always_inline))
#define INLINE_LAMBDA __attribute__((always_inline))

template <int W>
ALWAYS_INLINE Vector<W> load(const float* p) {
  return *(const typename VectorOf<W>::loose*)p;
}
template <int W>
ALWAYS_INLINE void store(float* p, Vector<W> v) {
  *(typename VectorOf<W>::loose*)p = v;
}
// One number, whatever its type in memory.
inline float single(const float* p) { return *p; }
inline void setSingle(float* p, float value) { *p = value; }
template <int W>
ALWAYS_INLINE Vector<W> zero() {
  return Vector<W>{};
}
// max(0, v). NaN stays NaN, so that a diverged run is noticed.
template <int W>
ALWAYS_INLINE Vector<W> positive(Vector<W> v) {
  return v < 0.0f ? Vector<W>{} : v;
}

template <int N>
struct Constant {
  static constexpr int value = N;
  constexpr operator int() const { return N; }
};
// body(Constant<From>{}) … body(Constant<To − 1>{}): indices are constants, so that arrays of vectors become registers.
template <int From, int To, class Body>
ALWAYS_INLINE void unroll(const Body& body) {
  if constexpr (From < To) {
    body(Constant<From>{});
    unroll<From + 1, To>(body);
  }
}

template <class Body>
inline void parallel(int items, const Body& body) {
  runParallel(
      items, [](void* context, int item, int thread) { (*(const Body*)context)(item, thread); }, (void*)&body);
}

inline int least(int a, int b) { return a < b ? a : b; }
inline int most(int a, int b) { return a > b ? a : b; }
inline int ceilDivide(int a, int b) { return (int)(((int64_t)a + b - 1) / b); }
// The start of share `index` of `total`, in `count` shares that are as equal as possible. Share `count` starts at the
// end.
inline int shareStart(int total, int index, int count) { return (int)((int64_t)total * index / count); }
template <class E>
void copyNumbers(E* to, const E* from, size_t count) {
  __builtin_memcpy(to, from, count * sizeof(E));
}
template <class E>
void clearNumbers(E* to, size_t count) {
  __builtin_memset(to, 0, count * sizeof(E));
}

}  // namespace
}  // namespace VARIANT
