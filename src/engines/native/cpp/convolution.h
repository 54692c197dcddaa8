// Convolution forward, and its gradient by the input, as a "correlation" that reads a zero-padded copy of a few rows.
// The gradient by the input of a convolution with stride s is s² correlations, one for each phase of the input's grid.
#pragma once
#include "kernels.h"
#include "tile.h"
#include "vector.h"
#include "winograd.h"

namespace VARIANT {
namespace {

// One of the s² interleaved grids of outputs, or the only grid.
struct Phase {
  int rows, columns;          // outputs
  int firstRow, firstColumn;  // where they start in the output
  int tapRows, tapColumns;    // filter
  int inputRow, inputColumn;  // of the first tap of the first output, in padded coordinates
  size_t filter;              // floats into the packed filters
};
constexpr int kMaxStride = 4;

struct Correlation {
  int batch;
  int inputHeight, inputWidth, inputChannels;
  int outputHeight, outputWidth, outputChannels;
  int inputStep, outputStep;  // from output to output of a phase
  int padTop, padLeft, paddedHeight, paddedWidth;
  int phases;
  Phase phase[kMaxStride * kMaxStride];
};

// Copies rows first … last−1 of a zero-padded image.
inline void copyPadded(const float* image, int height, int width, int channels, int padTop, int padLeft,
                       int paddedWidth, int first, int last, float* to) {
  const size_t pitch = (size_t)paddedWidth * channels;
  const int columns = least(width, paddedWidth - padLeft);
  const size_t left = (size_t)padLeft * channels, middle = (size_t)columns * channels;
  for (int row = first; row < last; row++, to += pitch) {
    const int y = row - padTop;
    if (y < 0 || y >= height) {
      clearNumbers(to, pitch);
      continue;
    }
    clearNumbers(to, left);
    copyNumbers(to + left, image + (size_t)y * width * channels, middle);
    clearNumbers(to + left + middle, pitch - left - middle);
  }
}

inline int groupSize(int columns) {
  return kSevens && ceilDivide(columns, 7) * 7 < ceilDivide(columns, 4) * 4 + (columns % 7 == 0) ? 7 : 4;
}

constexpr size_t kItemFloats = 32 * 1024;  // padded input of one work item: half of a small second-level cache

template <int W>
void correlate(const Correlation& c, const ChannelBlocks& blocks, const float* x, const float* packed, float* y) {
  int rows = 0, columns = 0;
  for (int i = 0; i < c.phases; i++) {
    rows = most(rows, c.phase[i].rows);
    columns = most(columns, c.phase[i].columns);
  }
  if (!rows || !columns) return;
  const int S = groupSize(columns), C = c.inputChannels;
  const size_t rowFloats = (size_t)c.paddedWidth * C, imageFloats = rowFloats * c.paddedHeight;
  // Several small images make one item. A large image is cut into bands of output rows.
  const int imagesPerItem =
      imageFloats >= kItemFloats ? 1 : most(1, least((int)(kItemFloats / imageFloats), c.batch / 16));
  const int bandRows = imageFloats <= kItemFloats * 2 ? rows : most(1, (int)(kItemFloats / (rowFloats * c.inputStep)));
  const int bands = ceilDivide(rows, bandRows), imageItems = ceilDivide(c.batch, imagesPerItem);
  parallel(imageItems * bands, [&](int item, int thread) {
    const int firstImage = item / bands * imagesPerItem, images = least(imagesPerItem, c.batch - firstImage);
    const int from = item % bands * bandRows, to = least(rows, from + bandRows);
    int first = 1 << 30, last = 0;  // padded rows this band reads
    for (int i = 0; i < c.phases; i++) {
      const Phase& phase = c.phase[i];
      if (phase.rows <= from) continue;
      first = least(first, phase.inputRow + from * c.inputStep);
      last = most(last, phase.inputRow + (least(to, phase.rows) - 1) * c.inputStep + phase.tapRows);
    }
    const int padded = most(0, last - first);
    const size_t slack = (size_t)S * c.inputStep * C;  // what the unused pixels of the last group read
    const size_t inputFloats = images * padded * rowFloats + slack;
    const int mostGroups = images * (to - from) * ceilDivide(columns, S);
    float* input = threadScratch(thread, inputFloats + (size_t)mostGroups * sizeof(Group) / 4 + 16);
    Group* groups = (Group*)(((uintptr_t)(input + inputFloats) + 63) / 64 * 64);
    for (int i = 0; i < images; i++)
      copyPadded(x + (size_t)(firstImage + i) * c.inputHeight * c.inputWidth * C, c.inputHeight, c.inputWidth, C,
                 c.padTop, c.padLeft, c.paddedWidth, first, last, input + i * padded * rowFloats);
    clearNumbers(input + images * padded * rowFloats, slack);
    const size_t imageSize = (size_t)c.inputHeight * c.inputWidth * C;
    const int nextImage = firstImage + images * 2;
    const char* next = (const char*)(x + imageSize * least(nextImage, c.batch));
    const Ahead ahead = {next, bands > 1 ? next : (const char*)(x + imageSize * least(nextImage + images, c.batch))};
    for (int p = 0; p < c.phases; p++) {
      const Phase& phase = c.phase[p];
      int count = 0;
      for (int i = 0; i < images; i++) {
        const float* image = input + i * padded * rowFloats;
        float* out = y + (size_t)(firstImage + i) * c.outputHeight * c.outputWidth * c.outputChannels;
        for (int row = from; row < least(to, phase.rows); row++)
          for (int column = 0; column < phase.columns; column += S) {
            Group& group = groups[count++];
            group.input = image + (phase.inputRow + row * c.inputStep - first) * rowFloats +
                          (size_t)(phase.inputColumn + column * c.inputStep) * C;
            group.output = out + ((size_t)(phase.firstRow + row * c.outputStep) * c.outputWidth + phase.firstColumn +
                                  column * c.outputStep) *
                                     c.outputChannels;
            group.valid = least(S, phase.columns - column);
          }
      }
      TileArguments t;
      t.runs = phase.tapColumns ? phase.tapRows : 0;
      t.runLength = phase.tapColumns * C;
      t.runPitch = rowFloats;
      t.pixelPitch = c.inputStep * C;
      t.outputPitch = c.outputStep * c.outputChannels;
      runTiles<W>(t, blocks, S, groups, count, packed + phase.filter, p ? Ahead{} : ahead);
    }
  });
}

// 1×1 with stride 1 is a product of matrices: all pixels of the batch form one row, and are read in place.
template <int W>
void correlatePixels(size_t pixels, int inputChannels, const ChannelBlocks& blocks, const float* x, const float* packed,
                     float* y) {
  constexpr int S = 4;
  const size_t perItem = (size_t)S * most(8, least(64, (int)(kItemFloats / S / inputChannels)));
  const int outputChannels = blocks.channels;
  parallel((int)((pixels + perItem - 1) / perItem), [&](int item, int thread) {
    const size_t from = item * perItem, to = from + perItem < pixels ? from + perItem : pixels;
    const int count = (int)((to - from + S - 1) / S), rest = (int)((to - from) % S);
    const size_t floats = (size_t)S * inputChannels;
    float* tail = threadScratch(thread, floats + count * sizeof(Group) / 4 + 16);
    Group* groups = (Group*)(((uintptr_t)(tail + floats) + 63) / 64 * 64);
    for (int i = 0; i < count; i++)
      groups[i] = {x + (from + i * S) * inputChannels, y + (from + i * S) * outputChannels, S};
    if (rest) {  // reading past the last pixel would leave the array
      Group& last = groups[count - 1];
      copyNumbers(tail, last.input, (size_t)rest * inputChannels);
      clearNumbers(tail + (size_t)rest * inputChannels, (size_t)(S - rest) * inputChannels);
      last.input = tail;
      last.valid = rest;
    }
    TileArguments t;
    t.runs = 1;
    t.runLength = inputChannels;
    t.runPitch = 0;
    t.pixelPitch = inputChannels;
    t.outputPitch = outputChannels;
    runTiles<W>(t, blocks, S, groups, count, packed, Ahead{});
  });
}

inline bool isPixelwise(const ConvolutionShape& c) {
  return c.kernelHeight == 1 && c.kernelWidth == 1 && c.stride == 1 && c.padTop == 0 && c.padLeft == 0 &&
         c.outputHeight == c.inputHeight && c.outputWidth == c.inputWidth;
}

void convolution(const Convolution& k) {
  const ConvolutionShape& c = k.shape;
  withWidth(c.outputChannels, [&](auto width) {
    constexpr int W = decltype(width)::value;
    const ChannelBlocks blocks(c.outputChannels, W, kMaxV);
    Taps taps;
    taps.count = c.kernelHeight * c.kernelWidth;
    taps.channels = c.inputChannels;
    taps.rowStep = c.outputChannels;
    taps.laneStep = 1;
    for (int i = 0; i < taps.count; i++) taps.tap[i] = k.filter + (size_t)i * c.inputChannels * c.outputChannels;
    float* packed = sharedScratch(0, (size_t)taps.count * taps.channels * blocks.vectors * W);
    packAll(taps, blocks, packed);
    if (takesWinograd(c)) return winograd<W>(c, c.inputChannels, blocks, k.x, packed, k.y);
    if (isPixelwise(c)) {
      correlatePixels<W>((size_t)c.batch * c.inputHeight * c.inputWidth, c.inputChannels, blocks, k.x, packed, k.y);
      return;
    }
    Correlation correlation;
    correlation.batch = c.batch;
    correlation.inputHeight = c.inputHeight, correlation.inputWidth = c.inputWidth,
    correlation.inputChannels = c.inputChannels;
    correlation.outputHeight = c.outputHeight, correlation.outputWidth = c.outputWidth,
    correlation.outputChannels = c.outputChannels;
    correlation.inputStep = c.stride, correlation.outputStep = 1;
    correlation.padTop = c.padTop, correlation.padLeft = c.padLeft;
    correlation.paddedHeight = (c.outputHeight - 1) * c.stride + c.kernelHeight;
    correlation.paddedWidth = most((c.outputWidth - 1) * c.stride + c.kernelWidth, c.padLeft);
    correlation.phases = 1;
    correlation.phase[0] = {c.outputHeight, c.outputWidth, 0, 0, c.kernelHeight, c.kernelWidth, 0, 0, 0};
    correlate<W>(correlation, blocks, k.x, packed, k.y);
  });
}

// For one axis: the filter taps that reach the inputs of a phase, and the position of its first input in the output's
// gradient.
struct PhaseAxis {
  int taps, firstTap, origin;
  PhaseAxis(int phase, int kernel, int stride, int pad) {
    firstTap = (phase + pad) % stride;
    taps = firstTap < kernel ? (kernel - firstTap - 1) / stride + 1 : 0;
    origin = (phase + pad - firstTap) / stride - (taps - 1);  // taps run backwards
  }
};

void convolutionInputGradient(const ConvolutionInputGradient& k) {
  const ConvolutionShape& c = k.shape;
  withWidth(c.inputChannels, [&](auto width) {
    constexpr int W = decltype(width)::value;
    const ChannelBlocks blocks(c.inputChannels, W, kMaxV);
    const size_t filterFloats = (size_t)c.kernelHeight * c.kernelWidth * c.outputChannels * blocks.vectors * W;
    float* packed = sharedScratch(0, filterFloats);
    Correlation correlation;
    correlation.batch = c.batch;
    correlation.inputHeight = c.outputHeight, correlation.inputWidth = c.outputWidth,
    correlation.inputChannels = c.outputChannels;
    correlation.outputHeight = c.inputHeight, correlation.outputWidth = c.inputWidth,
    correlation.outputChannels = c.inputChannels;
    correlation.inputStep = 1, correlation.outputStep = c.stride;
    correlation.phases = 0;
    correlation.padTop = correlation.padLeft = 0;
    for (int phase = 0; phase < c.stride; phase++) {
      correlation.padTop = most(correlation.padTop, -PhaseAxis(phase, c.kernelHeight, c.stride, c.padTop).origin);
      correlation.padLeft = most(correlation.padLeft, -PhaseAxis(phase, c.kernelWidth, c.stride, c.padLeft).origin);
    }
    correlation.paddedHeight = correlation.paddedWidth = 0;
    size_t used = 0;
    for (int py = 0; py < c.stride; py++) {
      for (int px = 0; px < c.stride; px++) {
        const PhaseAxis vertical(py, c.kernelHeight, c.stride, c.padTop);
        const PhaseAxis horizontal(px, c.kernelWidth, c.stride, c.padLeft);
        Phase& phase = correlation.phase[correlation.phases++];
        phase = {ceilDivide(c.inputHeight - py, c.stride),
                 ceilDivide(c.inputWidth - px, c.stride),
                 py,
                 px,
                 vertical.taps,
                 horizontal.taps,
                 vertical.origin + correlation.padTop,
                 horizontal.origin + correlation.padLeft,
                 used};
        if (!vertical.taps || !horizontal.taps)
          phase.tapRows = phase.tapColumns = phase.inputRow = phase.inputColumn = 0;
        correlation.paddedHeight = most(correlation.paddedHeight, phase.inputRow + phase.rows - 1 + phase.tapRows);
        correlation.paddedWidth =
            most(correlation.paddedWidth, phase.inputColumn + phase.columns - 1 + phase.tapColumns);
        Taps taps;
        taps.count = 0;
        taps.channels = c.outputChannels;
        taps.rowStep = 1;
        taps.laneStep = c.outputChannels;
        for (int i = phase.tapRows - 1; i >= 0; i--)
          for (int j = phase.tapColumns - 1; j >= 0; j--) {
            const int ky = vertical.firstTap + i * c.stride, kx = horizontal.firstTap + j * c.stride;
            taps.tap[taps.count++] = k.filter + (size_t)(ky * c.kernelWidth + kx) * c.inputChannels * c.outputChannels;
          }
        if (taps.count) packAll(taps, blocks, packed + used);
        used += (size_t)taps.count * taps.channels * blocks.vectors * W;
      }
    }
    correlation.paddedWidth = most(correlation.paddedWidth, correlation.padLeft);
    if (takesWinograd(c))
      winograd<W>(c, c.outputChannels, blocks, k.dy, packed, k.dx);
    else if (isPixelwise(c))
      correlatePixels<W>((size_t)c.batch * c.inputHeight * c.inputWidth, c.outputChannels, blocks, k.dy, packed, k.dx);
    else
      correlate<W>(correlation, blocks, k.dy, packed, k.dx);
  });
}

}  // namespace
}  // namespace VARIANT
