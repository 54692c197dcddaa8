// The machine's rate of multiply-adds, to compare kernels with: enough chains on registers to keep its units busy.
#pragma once
#include "vector.h"

namespace VARIANT {
namespace {

double multiplyAdds(int items, int rounds) {
  constexpr int kChains = 12;  // latency 4 or 5 on 2 units needs 10; 16 registers have room for no more
  parallel(items, [&](int item, int) {
    Vector<WIDTH> sum[kChains];
    unroll<0, kChains>([&](auto i) INLINE_LAMBDA { sum[i] = zero<WIDTH>() + (float)(item + i); });
    for (int round = 0; round < rounds; round++)
      unroll<0, kChains>([&](auto i) INLINE_LAMBDA { sum[i] = sum[i] * 0.5f + 1.0f; });
    float result[WIDTH];
    unroll<1, kChains>([&](auto i) INLINE_LAMBDA { sum[0] += sum[i]; });
    store<WIDTH>(result, sum[0]);
    __asm__ volatile("" : : "r"(result) : "memory");  // as if it were read
  });
  return 2.0 * WIDTH * kChains * rounds * items;
}

}  // namespace
}  // namespace VARIANT
