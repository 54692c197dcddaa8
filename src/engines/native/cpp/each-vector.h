// Loops over arrays by vectors, divided among threads in pieces.
// body(offset, Constant<width>) over n neighbouring floats: whole vectors, then single floats.
#pragma once
#include "vector.h"

namespace VARIANT {
namespace {

template <class Body>
ALWAYS_INLINE void eachVector(size_t n, const Body& body) {
  size_t i = 0;
  for (; i + WIDTH <= n; i += WIDTH) body(i, Constant<WIDTH>{});
  for (; i < n; i++) body(i, Constant<1>{});
}

// body(offset, Constant<width>) over a long array, in pieces of 16 KB for the threads.
template <class Body>
void eachVectorParallel(size_t count, const Body& body) {
  constexpr size_t piece = 4096;
  parallel((int)((count + piece - 1) / piece), [&](int item, int) {
    const size_t from = item * piece, n = count - from < piece ? count - from : piece;
    eachVector(n, [&](size_t offset, auto width) INLINE_LAMBDA { body(from + offset, width); });
  });
}

// body(offset, channel, Constant<width>) over rows of `channels`, in pieces of 64 KB for the threads.
template <class Body>
void eachRowParallel(size_t rows, int channels, const Body& body) {
  const size_t block = most(1, 16384 / channels);
  parallel((int)((rows + block - 1) / block), [&](int item, int) {
    const size_t from = item * block, to = from + block < rows ? from + block : rows;
    for (size_t row = from; row < to; row++)
      eachVector((size_t)channels, [&](size_t c, auto width) INLINE_LAMBDA { body(row * channels + c, c, width); });
  });
}

}  // namespace
}  // namespace VARIANT
