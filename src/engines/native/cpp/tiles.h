// Matrix tiles, of 16 rows of 64 bytes: sums of 16×16 float32, and two factors of bfloat16, A of 16×32 and B of 32×16,
// whose rows come in pairs: B[k/2][column][k%2]. Hardware (AMX) or vectors do the same arithmetic, bit for bit:
//   sum += (Σ over even k of A·B) + (Σ over odd k of A·B),
// where each of the two is a chain of fused multiply-adds from zero in the order of k, with denormal numbers as zero.
#pragma once
#include <stddef.h>

#include "bfloat16.h"
#include "kernels.h"
#include "vector.h"

namespace VARIANT {
namespace {

#if defined(AMX_TILES)

// Inline assembly, because GCC 12's intrinsics declare neither the memory that a tile load reads nor all 64 bytes of
// the configuration.
class Tiles {
 public:
  Tiles() {
    struct alignas(64) {
      uint8_t palette = 1, start = 0, reserved[14] = {};
      uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    } whole;
    __asm__ volatile("ldtilecfg %0" : : "m"(whole) : "memory");
  }
  ~Tiles() { __asm__ volatile("tilerelease" : : : "memory"); }

  template <int T>
  ALWAYS_INLINE void clearSum() {
    __asm__ volatile("tilezero %%tmm%c0" : : "i"(T));
  }
  template <int T>
  ALWAYS_INLINE void loadSum(const float* p, ptrdiff_t pitch) {
    load<T>(p, pitch);
  }
  template <int T>
  ALWAYS_INLINE void storeSum(float* p, ptrdiff_t pitch) {
    __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(p), "r"(pitch), "i"(T) : "memory");
  }
  template <int T>
  ALWAYS_INLINE void loadA(const char* p, ptrdiff_t pitch) {
    load<T>(p, pitch);
  }
  template <int T>
  ALWAYS_INLINE void loadB(const char* p, ptrdiff_t pitch) {
    load<T>(p, pitch);
  }
  template <int Sum, int A, int B>
  ALWAYS_INLINE void multiplyAdd() {
    __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(Sum), "i"(A), "i"(B));
  }

 private:
  template <int T>
  ALWAYS_INLINE void load(const void* p, ptrdiff_t pitch) {
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(p), "r"(pitch), "i"(T) : "memory");
  }
};

#else

// Sums are stored here. Factors are read in place.
class Tiles {
 public:
  template <int T>
  ALWAYS_INLINE void clearSum() {
    clearNumbers(sum[T][0], 256);
  }
  template <int T>
  ALWAYS_INLINE void loadSum(const float* p, ptrdiff_t pitch) {
    for (int row = 0; row < 16; row++) copyNumbers(sum[T][row], (const float*)((const char*)p + row * pitch), 16);
  }
  template <int T>
  ALWAYS_INLINE void storeSum(float* p, ptrdiff_t pitch) {
    for (int row = 0; row < 16; row++) copyNumbers((float*)((char*)p + row * pitch), sum[T][row], 16);
  }
  template <int T>
  ALWAYS_INLINE void loadA(const char* p, ptrdiff_t pitch) {
    factor[T] = {p, pitch};
  }
  template <int T>
  ALWAYS_INLINE void loadB(const char* p, ptrdiff_t pitch) {
    factor[T] = {p, pitch};
  }
  template <int Sum, int A, int B>
  ALWAYS_INLINE void multiplyAdd() {
    multiplyAdd(sum[Sum], factor[A], factor[B]);
  }

 private:
  struct Factor {
    const char* first;
    ptrdiff_t pitch;
  };
  alignas(64) float sum[8][16][16];
  Factor factor[8];

  static __attribute__((noinline)) void multiplyAdd(float (*sum)[16], Factor a, Factor b) {
    constexpr int R = kLanes == 16 ? 8 : 4;  // rows at a time: 2·R sums in registers
    typedef BitsOf<kLanes>::wide Bits;
    for (int first = 0; first < 16; first += R) {
      float x[R][32];
      for (int row = 0; row < R; row++)
        for (int k = 0; k < 32; k += kLanes)
          store<kLanes>(x[row] + k, load<kLanes>((const bf16*)(a.first + (first + row) * a.pitch) + k));
      for (int column = 0; column < 16; column += kLanes) {
        Vector<kLanes> even[R], odd[R];
        unroll<0, R>([&](auto row) INLINE_LAMBDA { even[row] = odd[row] = zero<kLanes>(); });
        for (int k = 0; k < 16; k++) {
          Bits pair;
          __builtin_memcpy(&pair, b.first + k * b.pitch + column * 4, sizeof pair);
          const Vector<kLanes> low = (Vector<kLanes>)(pair << 16), high = (Vector<kLanes>)(pair & 0xffff0000);
          unroll<0, R>([&](auto row) INLINE_LAMBDA {
            even[row] = VARIANT::multiplyAdd(x[row][2 * k] - zero<kLanes>(), low, even[row]);
            odd[row] = VARIANT::multiplyAdd(x[row][2 * k + 1] - zero<kLanes>(), high, odd[row]);
          });
        }
        unroll<0, R>([&](auto row) INLINE_LAMBDA {
          float* at = sum[first + row] + column;
          store<kLanes>(at, load<kLanes>(at) + (even[row] + odd[row]));
        });
      }
    }
  }
};

#endif

// The common code of all products on tiles, and the only code that touches tiles: M tiles of A times N tiles of B over
// steps of 32 along k. At step s a tile of A starts at a[m] + offsets[s] bytes, and a tile of B at b[n] + s·bStep.
// Pitches are bytes from row to row. Sums go to c[m][n], added to its content or not. A tile loads fast if its rows are
// whole cache lines.
struct Products {
  const char* a[4];
  ptrdiff_t aPitch;
  const int* offsets;
  int steps;
  const char* b[5];
  ptrdiff_t bPitch, bStep;
  float* c[4][5];
  ptrdiff_t cPitch;
  bool add;
};

template <int M, int N>
ALWAYS_INLINE void multiply(Tiles& tiles, const Products& p) {
  constexpr int C = M * N;
  static_assert(C <= 5 && (M == 1 || N == 1 || C == 4));
  unroll<0, M>([&](auto m) INLINE_LAMBDA {
    unroll<0, N>([&](auto n) INLINE_LAMBDA {
      if (p.add)
        tiles.template loadSum<m * N + n>(p.c[m][n], p.cPitch);
      else
        tiles.template clearSum<m * N + n>();
    });
  });
  const ptrdiff_t aPitch = p.aPitch, bPitch = p.bPitch, bStep = p.bStep;
  const char *a[M], *b[N];
  unroll<0, M>([&](auto m) INLINE_LAMBDA { a[m] = p.a[m]; });
  unroll<0, N>([&](auto n) INLINE_LAMBDA { b[n] = p.b[n]; });
  for (int step = 0; step < p.steps; step++) {
    const ptrdiff_t offset = p.offsets[step], at = step * bStep;
    if constexpr (M <= N) {  // A stays, B goes by
      constexpr int firstA = C <= 4 ? 4 : 5;
      unroll<0, M>([&](auto m) INLINE_LAMBDA { tiles.template loadA<firstA + m>(a[m] + offset, aPitch); });
      unroll<0, N>([&](auto n) INLINE_LAMBDA {
        constexpr int r = 6 + n % 2;
        tiles.template loadB<r>(b[n] + at, bPitch);
        unroll<0, M>([&](auto m) INLINE_LAMBDA { tiles.template multiplyAdd<m * N + n, firstA + m, r>(); });
      });
    } else {
      tiles.template loadB<7>(b[0] + at, bPitch);
      unroll<0, M>([&](auto m) INLINE_LAMBDA {
        constexpr int r = 4 + m % 3;
        tiles.template loadA<r>(a[m] + offset, aPitch);
        tiles.template multiplyAdd<m, r, 7>();
      });
    }
  }
  unroll<0, M>([&](auto m) INLINE_LAMBDA {
    unroll<0, N>([&](auto n) INLINE_LAMBDA { tiles.template storeSum<m * N + n>(p.c[m][n], p.cPitch); });
  });
}

}  // namespace
}  // namespace VARIANT
