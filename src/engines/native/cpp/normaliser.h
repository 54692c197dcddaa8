// Batch norm and ReLU of an activation while a convolution reads it, with the bits that batch norm would have stored.
// So its output is neither written nor kept.
#pragma once
#include "batch-norm.h"
#include "bfloat16.h"
#include "vector.h"

namespace VARIANT {
namespace {

class Normaliser {
 public:
  // `norm` is the mean, scale and shift of each channel, [3][channels]; null to read numbers as they are.
  Normaliser(const float* norm, int channels) {
    if (!norm) return;
    const SuperRows s(0, channels);
    floats = s.floats;
    float* expanded = sharedScratch(2, (size_t)3 * floats);
    for (int i = 0; i < 3; i++) s.expand(norm + i * channels, expanded + i * floats);
    mean = expanded;
  }

  explicit operator bool() const { return mean; }

  // Reads 16 numbers from one channel on.
  struct Sixteen {
    Vector<16> mean, scale, shift;
    ALWAYS_INLINE BitsOf<16>::narrow operator()(const bf16* from) const {
      return narrow<16>(positive<16>((load<16>(from) - mean) * scale + shift));
    }
  };
  ALWAYS_INLINE Sixteen at(int channel) const {
    const float* from = mean + channel;
    return {load<16>(from), load<16>(from + floats), load<16>(from + 2 * floats)};
  }

  // Whole pixels, `count` numbers.
  void copy(const bf16* from, size_t count, bf16* to) const {
    if (!mean) {
      __builtin_memcpy(to, from, count * 2);
      return;
    }
    for (int channel = 0; channel < floats; channel += 16) {
      const Sixteen read = at(channel);
      for (size_t i = channel; i + 16 <= count; i += floats) {
        const auto values = read(from + i);
        __builtin_memcpy(to + i, &values, 32);
      }
    }
    const size_t rest = count % 16, whole = count - rest;
    if (!rest) return;
    bf16 last[16] = {};
    __builtin_memcpy(last, from + whole, rest * 2);
    const auto values = at((int)(whole % floats))(last);
    __builtin_memcpy(to + whole, &values, rest * 2);
  }

 private:
  const float* mean = nullptr;  // then scale and shift, each repeated over a super-row
  int floats = 0;
};

// Stores what a convolution would read.
void normalise(const mixed::Normalise& k) {
  const SuperRows s(k.rows, k.channels);
  float* expanded = sharedScratch(2, (size_t)3 * s.floats);
  for (int i = 0; i < 3; i++) s.expand(k.norm + i * k.channels, expanded + i * s.floats);
  normalise<true, false>(s, k.x, (const bf16*)nullptr, expanded, expanded + s.floats, expanded + 2 * s.floats, k.y);
}

}  // namespace
}  // namespace VARIANT
