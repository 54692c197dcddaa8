// The product of two matrices, as a convolution of pixels in a row. If the first is transposed, it is the gradient by
// the filter.
#pragma once
#include "convolution.h"
#include "filter-gradient.h"
#include "kernels.h"
#include "tile.h"
#include "vector.h"

namespace VARIANT {
namespace {

void product(const Product& p) {
  if (p.transposeA) {
    const ConvolutionShape pixelwise = {p.k, 1, 1, p.m, 1, 1, p.n, 1, 1, 1, 0, 0};
    return convolutionFilterGradient({.shape = pixelwise, .x = p.a, .dy = p.b, .dfilter = p.c});
  }
  withWidth(p.n, [&](auto width) {
    constexpr int W = decltype(width)::value;
    const ChannelBlocks blocks(p.n, W, kMaxV);
    Taps taps;
    taps.count = 1;
    taps.channels = p.k;
    taps.rowStep = p.transposeB ? 1 : p.n;
    taps.laneStep = p.transposeB ? p.k : 1;
    taps.tap[0] = p.b;
    float* packed = sharedScratch(0, (size_t)p.k * blocks.vectors * W);
    packAll(taps, blocks, packed);
    correlatePixels<W>(p.m, p.k, blocks, p.a, packed, p.c);
  });
}

}  // namespace
}  // namespace VARIANT
