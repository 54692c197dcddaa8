// The convolution's gradient by the filter. Images are split into a number of chunks that depends only on the shapes.
// Their partial sums are added in order.
#pragma once
#include "convolution.h"
#include "gradient-tile.h"
#include "kernels.h"
#include "tile.h"
#include "vector.h"
#include "winograd.h"

namespace VARIANT {
namespace {

// The memory for partial sums has this limit. More chunks than images are useless.
constexpr size_t kPartialFloats = 1024 * 1024;
constexpr int kGradientItems = 64;

template <int W>
void filterGradient(const ConvolutionShape& c, const float* x, const float* dy, float* dfilter) {
  const ChannelBlocks blocks(c.outputChannels, W, kGradientV);
  const int C = c.inputChannels, runLength = c.kernelWidth * C;
  const int filterRows = c.kernelHeight * runLength, lanes = blocks.vectors * W;
  const size_t partialFloats = (size_t)filterRows * lanes;
  const int chunks = most(1, least(least(c.batch, kGradientItems), (int)(kPartialFloats / partialFloats)));
  // If there are few chunks, the blocks of channels are divided among threads too.
  const int blockGroups = least(blocks.blocks, ceilDivide(kGradientItems, chunks));
  const int paddedHeight = (c.outputHeight - 1) * c.stride + c.kernelHeight;
  const int paddedWidth = most((c.outputWidth - 1) * c.stride + c.kernelWidth, c.padLeft);
  const size_t rowFloats = (size_t)paddedWidth * C, imageFloats = rowFloats * paddedHeight;
  const int imagesAtOnce = most(1, (int)(kItemFloats / imageFloats));
  const int bandRows =
      imageFloats <= kItemFloats * 2 ? c.outputHeight : most(1, (int)(kItemFloats / (rowFloats * c.stride)));
  const size_t dyRow = (size_t)c.outputWidth * c.outputChannels, dyImage = dyRow * c.outputHeight;
  // Vectors must not read beyond the last channel of the last pixel.
  const bool widen = lanes != c.outputChannels;
  float* partial = sharedScratch(1, partialFloats * chunks);
  parallel(chunks * blockGroups, [&](int item, int thread) {
    const int chunk = item / blockGroups, blockGroup = item % blockGroups;
    const int firstBlock = shareStart(blocks.blocks, blockGroup, blockGroups);
    const int lastBlock = shareStart(blocks.blocks, blockGroup + 1, blockGroups);
    const int start = shareStart(c.batch, chunk, chunks), end = shareStart(c.batch, chunk + 1, chunks);
    float* sum = partial + partialFloats * chunk;
    bool add = false;
    for (int image = start, images; image < end; image += images) {
      images = least(imagesAtOnce, end - image);
      for (int from = 0; from < c.outputHeight; from += bandRows) {
        const int to = least(c.outputHeight, from + bandRows);
        const int first = from * c.stride, last = (to - 1) * c.stride + c.kernelHeight;
        const size_t inputFloats = (size_t)(last - first) * rowFloats;
        const size_t wideRow = (size_t)c.outputWidth * lanes, wideImage = wideRow * (to - from);
        float* input = threadScratch(thread, images * (inputFloats + (widen ? wideImage : 0)));
        float* wide = input + images * inputFloats;
        for (int i = 0; i < images; i++) {
          copyPadded(x + (size_t)(image + i) * c.inputHeight * c.inputWidth * C, c.inputHeight, c.inputWidth, C,
                     c.padTop, c.padLeft, paddedWidth, first, last, input + i * inputFloats);
          if (!widen) continue;
          const float* pixel = dy + (image + i) * dyImage + from * dyRow;
          float* to32 = wide + i * wideImage;
          for (int p = 0; p < (to - from) * c.outputWidth; p++, pixel += c.outputChannels, to32 += lanes) {
            copyNumbers(to32, pixel, c.outputChannels);
            clearNumbers(to32 + c.outputChannels, lanes - c.outputChannels);
          }
        }
        GradientTile t;
        t.images = images, t.rows = to - from, t.columns = c.outputWidth;
        t.xImage = inputFloats, t.xRow = rowFloats * c.stride, t.xPixel = c.stride * C;
        t.dyImage = widen ? wideImage : dyImage;
        t.dyRow = widen ? wideRow : dyRow;
        t.dyPixel = widen ? lanes : c.outputChannels;
        t.pitch = lanes;
        t.add = add;
        for (int block = firstBlock; block < lastBlock; block++) {
          const int V = blocks.vectorsOf(block), tiles = ceilDivide(runLength, maxRows(V));
          t.dy = (widen ? wide : dy + image * dyImage + from * dyRow) + blocks.firstChannel(block);
          for (int ky = 0; ky < c.kernelHeight; ky++) {
            for (int i = 0; i < tiles; i++) {
              const int row = shareStart(runLength, i, tiles), rows = shareStart(runLength, i + 1, tiles) - row;
              t.x = input + ky * rowFloats + row;
              t.sum = sum + (size_t)(ky * runLength + row) * lanes + blocks.firstChannel(block);
              findGradientTile<W>(rows, V)(t);
            }
          }
        }
        add = true;
      }
    }
  });
  addChunks<W>(partial, chunks, filterRows, lanes, c.outputChannels, dfilter);
}

void convolutionFilterGradient(const ConvolutionFilterGradient& k) {
  const ConvolutionShape& c = k.shape;
  withWidth(c.outputChannels, [&](auto width) {
    if (takesWinograd(c)) return winogradFilterGradient<decltype(width)::value>(c, k.x, k.dy, k.dfilter);
    if (!isPixelwise(c)) return filterGradient<decltype(width)::value>(c, k.x, k.dy, k.dfilter);
    // All pixels alike: "images" of one row, of any length that divides them well.
    ConvolutionShape flat = c;
    const int64_t pixels = (int64_t)c.batch * c.inputHeight * c.inputWidth;
    int columns = 1;
    for (int64_t divisor = 2; divisor <= 256; divisor++)
      if (pixels % divisor == 0) columns = (int)divisor;
    flat.batch = (int)(pixels / columns);
    flat.inputHeight = flat.outputHeight = 1;
    flat.inputWidth = flat.outputWidth = columns;
    filterGradient<decltype(width)::value>(flat, k.x, k.dy, k.dfilter);
  });
}

}  // namespace
}  // namespace VARIANT
