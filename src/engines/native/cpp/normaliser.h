// Batch norm of an activation while a convolution reads it or stores it, with the bits that batch norm would have stored.
// So its output, or its input, is neither written nor kept.
#pragma once
#include "batch-norm.h"
#include "bfloat16.h"
#include "vector.h"

namespace VARIANT {
namespace {

class Normaliser {
 public:
  // `norm` is the mean, scale and shift of each channel, [3][channels]; null to read numbers as they are. `slot` is of
  // the shared scratch memory that holds them.
  Normaliser(const float* norm, int channels, int slot = 2) {
    if (!norm) return;
    const SuperRows s(0, channels);
    floats = s.floats;
    float* expanded = sharedScratch(slot, (size_t)3 * floats);
    for (int i = 0; i < 3; i++) s.expand(norm + i * channels, expanded + i * floats);
    mean = expanded;
  }

  explicit operator bool() const { return mean; }

  // Normalises W numbers from one channel on. It never changes the order of two numbers of a channel, but for a negative
  // scale turns it round.
  template <int W>
  struct Lanes {
    Vector<W> mean, scale, shift;
    ALWAYS_INLINE Vector<W> beforeRelu(Vector<W> x) const { return (x - mean) * scale + shift; }
    ALWAYS_INLINE Vector<W> operator()(Vector<W> x) const { return positive<W>(beforeRelu(x)); }
    ALWAYS_INLINE typename BitsOf<W>::narrow operator()(const bf16* x) const { return narrow<W>((*this)(load<W>(x))); }
  };
  template <int W>
  ALWAYS_INLINE Lanes<W> at(int channel) const {
    const float* from = mean + channel;
    return {load<W>(from), load<W>(from + floats), load<W>(from + 2 * floats)};
  }

  // Whole pixels, `count` numbers.
  void copy(const bf16* from, size_t count, bf16* to) const {
    if (!mean) {
      __builtin_memcpy(to, from, count * 2);
      return;
    }
    for (int channel = 0; channel < floats; channel += 16) {
      const Lanes<16> normalised = at<16>(channel);
      for (size_t i = channel; i + 16 <= count; i += floats) store<16>(to + i, normalised(load<16>(from + i)));
    }
    const size_t rest = count % 16, whole = count - rest;
    if (!rest) return;
    bf16 last[16] = {};
    __builtin_memcpy(last, from + whole, rest * 2);
    store<16>(last, at<16>((int)(whole % floats))(load<16>(last)));
    __builtin_memcpy(to + whole, last, rest * 2);
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
