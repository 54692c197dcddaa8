// The product of two float32 matrices, with the same order of sums on every processor. For the head, which is small.
#pragma once
#include "bfloat16.h"
#include "kernels.h"
#include "thread-pool.h"
#include "vector.h"

namespace VARIANT {
namespace {

// Each number is the sum over k, in order, of rounded products.
void product(const mixed::Product& p) {
  const int columns = ceilDivide(p.n, 16) * 16;
  float* b = sharedScratch(0, (size_t)p.k * columns);  // [k][columns]
  clearNumbers(b, (size_t)p.k * columns);
  for (int l = 0; l < p.k; l++)
    for (int j = 0; j < p.n; j++)
      b[(size_t)l * columns + j] = p.transposeB ? p.b[(size_t)j * p.k + l] : p.b[(size_t)l * p.n + j];
  parallel(ceilDivide(p.m, 4), [&](int item, int) {
    for (int i = item * 4; i < least(p.m, item * 4 + 4); i++)
      for (int j = 0; j < p.n; j += 16) {
        Vector<16> sum = zero<16>();
        for (int l = 0; l < p.k; l++)
          sum += p.a[p.transposeA ? (size_t)l * p.m + i : (size_t)i * p.k + l] * load<16>(b + (size_t)l * columns + j);
        __builtin_memcpy(p.c + (size_t)i * p.n + j, &sum, least(16, p.n - j) * 4);
      }
  });
}

}  // namespace
}  // namespace VARIANT
