// Grouped convolution (Xie et al. 2017), where each output channel reads the input channels of its own group only.
// Forward, and both gradients, by the tiles of the plain convolution. Neighbouring groups that fill a vector together
// make one part: a small convolution whose filter is zero between its groups. A work item copies the channels of one
// part out of some rows, with zeros around them, so that a tile reads them as neighbours.
#pragma once
#include "gradient-tile.h"
#include "kernels.h"
#include "tile.h"
#include "vector.h"

namespace VARIANT {
namespace {

// Groups of `inputs` and `outputs` channels each, in parts whose outputs fill a vector of at most 8 lanes. The last
// part may have fewer groups.
struct Parts {
  int groups, inputs, outputs, perPart, count;
  Parts(int groups, int inputChannels, int outputChannels)
      : groups(groups),
        inputs(inputChannels / groups),
        outputs(outputChannels / groups),
        perPart(least(groups, most(1, least(8, WIDTH) / outputs))),
        count(ceilDivide(groups, perPart)) {}
  int groupsOf(int part) const { return least(perPart, groups - part * perPart); }
  int firstInput(int part) const { return part * perPart * inputs; }
  int firstOutput(int part) const { return part * perPart * outputs; }
};

// Copies `channels` channels of rows first … last−1 of an image that is padded with zeros. `apart` is the distance of
// the image's pixels in the padded one, with zeros between them.
inline void copyPart(const float* image, int height, int width, int pitch, int channels, int apart, int padTop,
                     int padLeft, int paddedWidth, int first, int last, float* to) {
  for (int row = first; row < last; row++) {
    const int y = row - padTop;
    const bool empty = y < 0 || y % apart != 0 || y / apart >= height;
    for (int column = 0; column < paddedWidth; column++, to += channels) {
      const int x = column - padLeft;
      if (empty || x < 0 || x % apart != 0 || x / apart >= width) {
        for (int i = 0; i < channels; i++) to[i] = 0;
        continue;
      }
      const float* from = image + ((size_t)(y / apart) * width + x / apart) * pitch;
      int i = 0;
      for (; i + 4 <= channels; i += 4) store<4>(to + i, load<4>(from + i));
      for (; i < channels; i++) to[i] = from[i];
    }
  }
}

constexpr size_t kPartFloats = 16 * 1024;  // padded input of one work item

// The sum over the filter's taps at every `step`-th pixel. `apart` is the distance of the input's pixels. The gradient
// by the input is such a sum with step 1.
struct GroupedCorrelation {
  int batch;
  int inputHeight, inputWidth, inputChannels;
  int outputHeight, outputWidth, outputChannels;
  int kernelHeight, kernelWidth;
  int step, apart, padTop, padLeft;
};

// filterAt(tap, input, output) is the address of a number of the filter: an input within its group, and an output.
template <int W, class FilterAt>
void correlateGroups(const GroupedCorrelation& c, const Parts& parts, const float* x, const FilterAt& filterAt,
                     float* y) {
  constexpr int S = 4;
  const int taps = c.kernelHeight * c.kernelWidth, C = parts.perPart * parts.inputs;
  const ChannelBlocks whole(parts.perPart * parts.outputs, W, kMaxV);
  const size_t filterFloats = (size_t)taps * C * whole.vectors * W;
  float* packed = sharedScratch(0, filterFloats * parts.count);
  parallel(parts.count * taps, [&](int item, int) {
    const int part = item / taps, tap = item % taps, groups = parts.groupsOf(part);
    const ChannelBlocks blocks(groups * parts.outputs, W, kMaxV);
    for (int block = 0; block < blocks.blocks; block++) {
      const int lanes = blocks.vectorsOf(block) * W, rows = groups * parts.inputs, channels = blocks.channelsOf(block);
      float* to = packed + filterFloats * part + (size_t)rows * (taps * blocks.firstChannel(block) + tap * lanes);
      for (int row = 0; row < rows; row++)
        for (int lane = 0; lane < lanes; lane++, to++) {
          const int output = blocks.firstChannel(block) + lane;
          const bool inside = lane < channels && row / parts.inputs == output / parts.outputs;
          *to = inside ? *filterAt(tap, row % parts.inputs, parts.firstOutput(part) + output) : 0;
        }
    }
  });
  const int paddedHeight = (c.outputHeight - 1) * c.step + c.kernelHeight;
  const int paddedWidth = (c.outputWidth - 1) * c.step + c.kernelWidth;
  const size_t mostRowFloats = (size_t)paddedWidth * C, imageFloats = mostRowFloats * paddedHeight;
  const int imagesPerItem =
      imageFloats >= kPartFloats ? 1 : most(1, least((int)(kPartFloats / imageFloats), c.batch / 4));
  const int bandRows =
      imageFloats <= kPartFloats * 2 ? c.outputHeight : most(1, (int)(kPartFloats / (mostRowFloats * c.step)));
  const int bands = ceilDivide(c.outputHeight, bandRows), imageItems = ceilDivide(c.batch, imagesPerItem);
  parallel(imageItems * bands * parts.count, [&](int item, int thread) {
    const int part = item % parts.count, band = item / parts.count % bands, place = item / parts.count / bands;
    const int channels = parts.groupsOf(part) * parts.inputs;
    const ChannelBlocks blocks(parts.groupsOf(part) * parts.outputs, W, kMaxV);
    const int firstImage = place * imagesPerItem, images = least(imagesPerItem, c.batch - firstImage);
    const int from = band * bandRows, to = least(c.outputHeight, from + bandRows);
    const int first = from * c.step, padded = (to - from - 1) * c.step + c.kernelHeight;
    const size_t rowFloats = (size_t)paddedWidth * channels;
    const size_t slack = (size_t)S * c.step * channels;  // what the unused pixels of the last group read
    const size_t inputFloats = images * padded * rowFloats + slack;
    const int mostGroups = images * (to - from) * ceilDivide(c.outputWidth, S);
    float* input = threadScratch(thread, inputFloats + (size_t)mostGroups * sizeof(Group) / 4 + 16);
    Group* groups = (Group*)(((uintptr_t)(input + inputFloats) + 63) / 64 * 64);
    int count = 0;
    for (int i = 0; i < images; i++) {
      float* image = input + i * padded * rowFloats;
      const size_t inputSize = (size_t)c.inputHeight * c.inputWidth * c.inputChannels;
      copyPart(x + (firstImage + i) * inputSize + parts.firstInput(part), c.inputHeight, c.inputWidth, c.inputChannels,
               channels, c.apart, c.padTop, c.padLeft, paddedWidth, first, first + padded, image);
      const size_t outputSize = (size_t)c.outputHeight * c.outputWidth * c.outputChannels;
      float* out = y + (firstImage + i) * outputSize + parts.firstOutput(part);
      for (int row = from; row < to; row++)
        for (int column = 0; column < c.outputWidth; column += S)
          groups[count++] = {image + (size_t)(row - from) * c.step * rowFloats + (size_t)column * c.step * channels,
                             out + ((size_t)row * c.outputWidth + column) * c.outputChannels,
                             least(S, c.outputWidth - column)};
    }
    clearNumbers(input + images * padded * rowFloats, slack);
    TileArguments t;
    t.runs = c.kernelHeight;
    t.runLength = c.kernelWidth * channels;
    t.runPitch = rowFloats;
    t.pixelPitch = c.step * channels;
    t.outputPitch = c.outputChannels;
    runTiles<W>(t, blocks, S, groups, count, packed + filterFloats * part, Ahead{});
  });
}

void groupedConvolution(const GroupedConvolution& k) {
  const ConvolutionShape& c = k.shape;
  const Parts parts(k.groups, c.inputChannels, c.outputChannels);
  const GroupedCorrelation correlation = {c.batch,
                                          c.inputHeight,
                                          c.inputWidth,
                                          c.inputChannels,
                                          c.outputHeight,
                                          c.outputWidth,
                                          c.outputChannels,
                                          c.kernelHeight,
                                          c.kernelWidth,
                                          c.stride,
                                          1,
                                          c.padTop,
                                          c.padLeft};
  withWidth(parts.perPart * parts.outputs, [&](auto width) {
    correlateGroups<decltype(width)::value>(
        correlation, parts, k.x,
        [&](int tap, int input, int output) {
          return k.filter + ((size_t)tap * parts.inputs + input) * c.outputChannels + output;
        },
        k.y);
  });
}

// With a stride, the output's gradient has zeros between its pixels.
void groupedConvolutionInputGradient(const GroupedConvolutionInputGradient& k) {
  const ConvolutionShape& c = k.shape;
  const Parts parts(k.groups, c.outputChannels, c.inputChannels);
  const GroupedCorrelation correlation = {c.batch,
                                          c.outputHeight,
                                          c.outputWidth,
                                          c.outputChannels,
                                          c.inputHeight,
                                          c.inputWidth,
                                          c.inputChannels,
                                          c.kernelHeight,
                                          c.kernelWidth,
                                          1,
                                          c.stride,
                                          c.kernelHeight - 1 - c.padTop,
                                          c.kernelWidth - 1 - c.padLeft};
  const int last = c.kernelHeight * c.kernelWidth - 1;
  withWidth(parts.perPart * parts.outputs, [&](auto width) {
    correlateGroups<decltype(width)::value>(
        correlation, parts, k.dy,
        [&](int tap, int dyChannel, int dxChannel) {
          const int group = dxChannel / parts.outputs;
          return k.filter + ((size_t)(last - tap) * parts.outputs + dxChannel % parts.outputs) * c.outputChannels +
                 group * parts.inputs + dyChannel;
        },
        k.dx);
  });
}

// Images are split into a number of chunks that depends only on the shapes. Their sums are added in order.
template <int W>
void groupedFilterGradient(const ConvolutionShape& c, const Parts& parts, const float* x, const float* dy,
                           float* dfilter) {
  constexpr size_t kMostFloats = 1024 * 1024;  // of all sums
  constexpr int kItems = 64;
  const int C = parts.perPart * parts.inputs, taps = c.kernelHeight * c.kernelWidth;
  const ChannelBlocks blocks(parts.perPart * parts.outputs, W, kGradientV);
  const int lanes = blocks.vectors * W;
  const size_t sumFloats = (size_t)taps * C * lanes;
  const int fitting = (int)(kMostFloats / sumFloats) / parts.count;
  const int chunks = most(1, least(least(c.batch, ceilDivide(kItems, parts.count)), fitting));
  const int paddedWidth = (c.outputWidth - 1) * c.stride + c.kernelWidth;
  const int paddedHeight = (c.outputHeight - 1) * c.stride + c.kernelHeight;
  const size_t imageFloats = (size_t)paddedWidth * paddedHeight * C;
  const int bandRows = imageFloats <= kPartFloats * 2
                           ? c.outputHeight
                           : most(1, (int)(kPartFloats / ((size_t)paddedWidth * C * c.stride)));
  float* sums = sharedScratch(1, sumFloats * chunks * parts.count);
  parallel(chunks * parts.count, [&](int item, int thread) {
    const int part = item % parts.count, chunk = item / parts.count;
    const int channels = parts.groupsOf(part) * parts.inputs, outputs = parts.groupsOf(part) * parts.outputs;
    const int start = shareStart(c.batch, chunk, chunks), end = shareStart(c.batch, chunk + 1, chunks);
    const size_t rowFloats = (size_t)paddedWidth * channels;
    const size_t inputFloats = ((size_t)(bandRows - 1) * c.stride + c.kernelHeight) * rowFloats;
    float* input = threadScratch(thread, inputFloats + (size_t)bandRows * c.outputWidth * lanes);
    float* gradient = input + inputFloats;
    float* sum = sums + sumFloats * item;
    GradientTile t;
    t.images = 1, t.columns = c.outputWidth;
    t.xImage = t.dyImage = 0;
    t.xRow = rowFloats * c.stride, t.xPixel = (ptrdiff_t)c.stride * channels;
    t.dyRow = (ptrdiff_t)c.outputWidth * lanes, t.dyPixel = t.pitch = lanes;
    t.add = false;
    for (int image = start; image < end; image++)
      for (int from = 0; from < c.outputHeight; from += bandRows, t.add = true) {
        t.rows = least(bandRows, c.outputHeight - from);
        const int first = from * c.stride, last = first + (t.rows - 1) * c.stride + c.kernelHeight;
        copyPart(x + (size_t)image * c.inputHeight * c.inputWidth * c.inputChannels + parts.firstInput(part),
                 c.inputHeight, c.inputWidth, c.inputChannels, channels, 1, c.padTop, c.padLeft, paddedWidth, first,
                 last, input);
        const float* pixel =
            dy + ((size_t)image * c.outputHeight + from) * c.outputWidth * c.outputChannels + parts.firstOutput(part);
        float* to = gradient;
        for (int i = 0; i < t.rows * c.outputWidth; i++, pixel += c.outputChannels, to += lanes) {
          copyNumbers(to, pixel, outputs);
          clearNumbers(to + outputs, lanes - outputs);
        }
        const int runLength = c.kernelWidth * channels;
        for (int block = 0; block < blocks.blocks; block++) {
          const int V = blocks.vectorsOf(block), tiles = ceilDivide(runLength, maxRows(V));
          t.dy = gradient + blocks.firstChannel(block);
          for (int ky = 0; ky < c.kernelHeight; ky++)
            for (int i = 0; i < tiles; i++) {
              const int row = shareStart(runLength, i, tiles), rows = shareStart(runLength, i + 1, tiles) - row;
              t.x = input + ky * rowFloats + row;
              t.sum = sum + (size_t)(ky * runLength + row) * lanes + blocks.firstChannel(block);
              findGradientTile<W>(rows, V)(t);
            }
        }
      }
  });
  parallel(taps * parts.inputs, [&](int item, int) {
    const int tap = item / parts.inputs, input = item % parts.inputs;
    for (int output = 0; output < c.outputChannels; output++) {
      const int group = output / parts.outputs, part = group / parts.perPart, place = group % parts.perPart;
      const int row = tap * parts.groupsOf(part) * parts.inputs + place * parts.inputs + input;
      const float* from = sums + sumFloats * part + (size_t)row * lanes + output - parts.firstOutput(part);
      float total = *from;
      for (int chunk = 1; chunk < chunks; chunk++) total += from[sumFloats * parts.count * chunk];
      dfilter[(size_t)item * c.outputChannels + output] = total;
    }
  });
}

void groupedConvolutionFilterGradient(const GroupedConvolutionFilterGradient& k) {
  const Parts parts(k.groups, k.shape.inputChannels, k.shape.outputChannels);
  withWidth(parts.perPart * parts.outputs,
            [&](auto width) { groupedFilterGradient<decltype(width)::value>(k.shape, parts, k.x, k.dy, k.dfilter); });
}

}  // namespace
}  // namespace VARIANT
