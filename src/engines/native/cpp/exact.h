// e^x and log x in double: the C library's, or for kernels with the same bits on every processor, our own, of
// additions, multiplications and divisions in a fixed order.
#pragma once
#include <stdint.h>

#include "variant.h"
#include "vector.h"

namespace VARIANT {
namespace {

#if defined(MIXED)

constexpr double kLn2High = 0.693147180369123816490, kLn2Low = 1.90821492927058770002e-10;

// For x ≤ 0, within 1e-15 of its value. x is n·ln 2 + r with |r| ≤ ln 2 / 2, and e^r is Taylor's series to degree 14.
inline double exponential(double x) {
  if (x != x) return x;
  if (x < -700) return 0;
  const int n = (int)(x * 1.44269504088896338700 - 0.5);
  const double r = (x - n * kLn2High) - n * kLn2Low;
  double sum = 1;
  for (int i = 14; i > 0; i--) sum = 1 + sum * r / i;
  const uint64_t bits = (uint64_t)(n + 1023) << 52;
  double power;
  __builtin_memcpy(&power, &bits, 8);
  return sum * power;
}

// For finite x ≥ 1, within 1e-15: x is m·2^n with √½ ≤ m < √2, and log m = 2·artanh s with s = (m − 1)/(m + 1).
inline double logarithm(double x) {
  if (!(x <= 1e300)) return x;
  uint64_t bits;
  __builtin_memcpy(&bits, &x, 8);
  int n = (int)(bits >> 52) - 1023;
  bits = (bits & ((uint64_t{1} << 52) - 1)) | uint64_t{1023} << 52;
  double m;
  __builtin_memcpy(&m, &bits, 8);
  if (m > 1.41421356237309504880) m /= 2, n++;
  const double s = (m - 1) / (m + 1), square = s * s;
  double sum = 0;
  for (int i = 25; i > 0; i -= 2) sum = sum * square + 1.0 / i;
  return 2 * s * sum + n * kLn2Low + n * kLn2High;
}

#else

inline double exponential(double x) { return __builtin_exp(x); }
inline double logarithm(double x) { return __builtin_log(x); }

#endif

}  // namespace
}  // namespace VARIANT
