// The gradient of a bfloat16 convolution by its filter, in float32, as products on tiles: for each filter tap, dy
// transposed, [output channel][position], by the shifted input, [position][input channel]. Positions come in pairs: the
// same position of two images. So a tap shifts whole pairs, and one copy serves all taps. Only the shape decides how
// sums are cut into chunks.
#pragma once
#include "bfloat16.h"
#include "kernels.h"
#include "normaliser.h"
#include "planes.h"
#include "thread-pool.h"
#include "tiles.h"
#include "vector.h"

namespace VARIANT {
namespace {

// The division of the sum: chunks of pairs of images, each with a partial sum; parts of the channels, 16 by 16; and
// within an item, pieces of some hundred positions, which are several pairs or a band of rows of one pair.
struct GradientCut {
  int inputs, outputs;  // blocks of 16 channels
  int chunks, inputParts, outputParts;
  int pairs, rows;
  GradientCut(const Planes& g, const ConvolutionShape& c) {
    inputs = ceilDivide(c.inputChannels, 16), outputs = ceilDivide(c.outputChannels, 16);
    // Enough items for a dozen threads, with all partial sums below the size of the activations.
    const double filter = (double)c.kernelHeight * c.kernelWidth * inputs * outputs * 256;
    const double activations = (double)c.batch * c.outputHeight * c.outputWidth * (inputs + outputs) * 16;
    const int imagePairs = ceilDivide(c.batch, 2);
    chunks = most(1, least(least(32, imagePairs), (int)(activations / (filter * 4))));
    inputParts = inputs >= 16 ? inputs / 8 : 1, outputParts = outputs >= 16 ? outputs / 8 : 1;
    constexpr int kPositions = 320;
    const int image = g.imagePitch * g.rowPitch;
    pairs = most(1, least(kPositions / image, ceilDivide(imagePairs, chunks)));
    rows = image <= kPositions * 3 / 2
               ? c.outputHeight
               : ceilDivide(c.outputHeight, ceilDivide(c.outputHeight * g.rowPitch, kPositions));
  }
  int items() const { return chunks * inputParts * outputParts; }
};

// Numbers as they are.
struct Plain {
  ALWAYS_INLINE BitsOf<16>::narrow operator()(const bf16* from) const {
    BitsOf<16>::narrow values;
    __builtin_memcpy(&values, from, 32);
    return values;
  }
};

// Channels of `count` neighbouring pixels of two images, as pairs; a null image is zeros. `numbers` makes 16 of them.
template <class Numbers>
inline void pairPixels(const bf16* first, const bf16* second, int count, ptrdiff_t step, int channels,
                       const Numbers& numbers, bf16* to) {
  typedef BitsOf<16>::narrow Sixteen;
  if (channels == 16) {
    const auto read = [&](const bf16* from, int pixel)
                          INLINE_LAMBDA { return from ? numbers(from + pixel * step) : Sixteen{}; };
    for (int i = 0; i < count; i++, to += 32) storePairs(to, read(first, i), read(second, i));
    return;
  }
  // Reads beyond the pixels into the row, and drops what it read there. At the row's end there is nothing to read.
  Sixteen mask;
  for (int lane = 0; lane < 16; lane++) mask[lane] = lane < channels ? 0xffff : 0;
  const auto read = [&](const bf16* from, int pixel) INLINE_LAMBDA {
    if (!from) return Sixteen{};
    if ((count - 1 - pixel) * step + channels >= 16) return numbers(from + pixel * step) & mask;
    bf16 last[16] = {};
    __builtin_memcpy(last, from + pixel * step, channels * 2);
    return numbers(last) & mask;
  };
  for (int i = 0; i < count; i++, to += 32) storePairs(to, read(first, i), read(second, i));
}

// An item's input and gradient of one piece, in the layout of the tiles.
struct GradientPiece {
  const Planes& g;
  const ConvolutionShape& c;
  int firstInput = 0, inputs = 0, firstOutput = 0, outputs = 0;  // blocks of channels
  int image = 0, last = 0, row = 0, rows = 0, positionRows = 0;  // images from … last−1, output rows; rows of positions

  int steps() const { return ceilDivide(positionRows * g.rowPitch, 16); }
  // The row of positions of both images, null if there is none.
  template <class Place>
  void eachRow(int count, const Place& place) const {
    for (int r = 0; r < count; r++) {
      const bool banded = rows < c.outputHeight;
      place(r, image + (banded ? 0 : r / g.imagePitch * 2), banded ? row + r : r % g.imagePitch);
    }
  }

  // [block][plane][position][16][2]
  void pairInput(const bf16* x, const Normaliser& norm, bf16* to, size_t planeSize) const {
    const int count = positionRows + g.rowsBelow();
    const size_t C = c.inputChannels;
    for (int plane = 0; plane < g.planes; plane++) {
      const PlaneAxis &vertical = g.vertical[plane], &horizontal = g.horizontal[plane];
      const int lead = least(horizontal.lead, g.rowPitch), end = most(lead, least(horizontal.end, g.rowPitch));
      eachRow(count, [&](int r, int first, int j) {
        const bf16* from[2] = {};
        for (int i = 0; i < 2 && j >= vertical.lead && j < vertical.end; i++)
          if (first + i < last)
            from[i] = x + (((size_t)(first + i) * c.inputHeight + vertical.first + j * vertical.step) * c.inputWidth +
                           horizontal.first + lead * horizontal.step) *
                              C;
        for (int block = 0; block < inputs; block++) {
          const int channel = (firstInput + block) * 16;
          bf16* at = to + (block * g.planes + plane) * planeSize + (size_t)r * g.rowPitch * 32;
          __builtin_memset(at, 0, lead * 64);
          const auto pair = [&](const auto& numbers) {
            pairPixels(from[0] ? from[0] + channel : nullptr, from[1] ? from[1] + channel : nullptr, end - lead,
                       horizontal.step * C, least(16, c.inputChannels - channel), numbers, at + lead * 32);
          };
          if (norm)
            pair(norm.at<16>(channel));
          else
            pair(Plain());
          __builtin_memset(at + end * 32, 0, (g.rowPitch - end) * 64);
        }
      });
      for (int block = 0; block < inputs; block++) {
        bf16* plane0 = to + (block * g.planes + plane) * planeSize;
        const size_t used = (size_t)count * g.rowPitch * 32;
        __builtin_memset(plane0 + used, 0, (planeSize - used) * 2);
      }
    }
  }

  // [output channel][position][2], `pitch` elements from channel to channel; `pairs` is room for one block before that.
  void transposeGradient(const bf16* dy, bf16* pairs, bf16* to, ptrdiff_t pitch) const {
    for (int block = 0; block < outputs; block++) {
      const int channel = (firstOutput + block) * 16, channels = least(16, c.outputChannels - channel);
      eachRow(positionRows, [&](int r, int first, int j) {
        const bf16* from[2] = {};
        for (int i = 0; i < 2 && j < c.outputHeight; i++)
          if (first + i < last)
            from[i] = dy + ((size_t)(first + i) * c.outputHeight + j) * c.outputWidth * c.outputChannels + channel;
        bf16* at = pairs + (size_t)r * g.rowPitch * 32;
        pairPixels(from[0], from[1], c.outputWidth, c.outputChannels, channels, Plain(), at);
        __builtin_memset(at + c.outputWidth * 32, 0, (g.rowPitch - c.outputWidth) * 64);
      });
      const size_t used = (size_t)positionRows * g.rowPitch * 32;
      __builtin_memset(pairs + used, 0, (steps() * 512 - used) * 2);
      for (int step = 0; step < steps(); step++) {
        BitsOf<16>::wide items[16];
        __builtin_memcpy(items, pairs + step * 512, 1024);
        transpose16(items);
        for (int i = 0; i < 16; i++) __builtin_memcpy(to + (block * 16 + i) * pitch + step * 32, &items[i], 64);
      }
    }
  }
};

// A tap of the filter and a block of input channels: the start of its tiles of B, and the place of its sums.
struct GradientTarget {
  const bf16* x;
  float* sum;
};

// Sums M blocks of output channels by N targets over some steps.
template <int M, int N>
void addProducts(Tiles& tiles, Products& p, const bf16* dy, ptrdiff_t pitch, const GradientTarget* target, int step,
                 size_t sumPitch) {
  unroll<0, M>([&](auto m) INLINE_LAMBDA { p.a[m] = (const char*)(dy + m * 16 * pitch + step * 32); });
  unroll<0, N>([&](auto n) INLINE_LAMBDA {
    p.b[n] = (const char*)(target[n].x + step * 512);
    unroll<0, M>([&](auto m) INLINE_LAMBDA { p.c[m][n] = target[n].sum + m * 16 * sumPitch; });
  });
  multiply<M, N>(tiles, p);
}

void convolutionFilterGradient(const mixed::ConvolutionFilterGradient& k) {
  const ConvolutionShape& c = k.shape;
  const Planes g = Planes::forward(c);
  const GradientCut cut(g, c);
  const Normaliser norm(k.norm, c.inputChannels);
  const int taps = c.kernelHeight * c.kernelWidth;
  const size_t sumPitch = cut.inputs * 16, tapSize = cut.outputs * 16 * sumPitch, filterSize = taps * tapSize;
  float* partial = sharedScratch(1, filterSize * cut.chunks);  // [chunk][tap][output][input]
  parallel(cut.items(), [&](int item, int thread) {
    const int chunk = item / (cut.inputParts * cut.outputParts);
    const int inputPart = item / cut.outputParts % cut.inputParts, outputPart = item % cut.outputParts;
    GradientPiece piece = {g, c};
    piece.firstInput = shareStart(cut.inputs, inputPart, cut.inputParts);
    piece.inputs = shareStart(cut.inputs, inputPart + 1, cut.inputParts) - piece.firstInput;
    piece.firstOutput = shareStart(cut.outputs, outputPart, cut.outputParts);
    piece.outputs = shareStart(cut.outputs, outputPart + 1, cut.outputParts) - piece.firstOutput;
    const bool banded = cut.rows < c.outputHeight;
    const int mostRows = banded ? cut.rows : cut.pairs * g.imagePitch,
              mostSteps = ceilDivide(mostRows * g.rowPitch, 16);
    // The room that the last step reads beyond the end: 15 positions and a filter row.
    const size_t planeSize = ((size_t)(mostRows + g.rowsBelow()) * g.rowPitch + 15 + kMostKernel) * 32;
    const ptrdiff_t pitch = (mostSteps | 1) * 32;  // an odd number of cache lines
    const size_t inputSize = piece.inputs * g.planes * planeSize, gradientSize = piece.outputs * 16 * pitch;
    const int targets = taps * piece.inputs;
    bf16* x = (bf16*)threadScratch(
        thread, (inputSize + gradientSize + mostSteps * 512) / 2 + targets * sizeof(GradientTarget) / 4);
    bf16 *dy = x + inputSize, *pairs = dy + gradientSize;
    GradientTarget* target = (GradientTarget*)(pairs + mostSteps * 512);
    float* sum = partial + filterSize * chunk + piece.firstOutput * 16 * sumPitch + piece.firstInput * 16;
    int count = 0;
    for (int r = 0; r < g.phase[0].runs; r++) {
      const Run& run = g.phase[0].run[r];
      for (int tap = 0; tap < run.taps; tap++) {
        const size_t place = run.kernelRow * c.kernelWidth + run.kernelColumn + tap * run.kernelStep;
        const size_t shift = (size_t)run.row * g.rowPitch + run.column + tap;
        for (int block = 0; block < piece.inputs; block++)
          target[count++] = {x + (block * g.planes + run.plane) * planeSize + shift * 32,
                             sum + place * tapSize + block * 16};
      }
    }
    constexpr int kSteps = 20;  // two tiles each of x and dy stay in the first cache
    int offsets[kSteps];
    for (int step = 0; step < kSteps; step++) offsets[step] = step * 64;
    Products p;
    p.offsets = offsets, p.aPitch = pitch * 2, p.bPitch = 64, p.bStep = 1024, p.cPitch = sumPitch * 4, p.add = false;
    Tiles tiles;
    const int imagePairs = ceilDivide(c.batch, 2);
    const int start = shareStart(imagePairs, chunk, cut.chunks), end = shareStart(imagePairs, chunk + 1, cut.chunks);
    for (int pair = start; pair < end; pair += cut.pairs) {
      piece.image = pair * 2, piece.last = least(c.batch, least(end, pair + cut.pairs) * 2);
      for (piece.row = 0; piece.row < c.outputHeight; piece.row += cut.rows) {
        piece.rows = cut.rows;
        piece.positionRows =
            banded ? least(cut.rows, c.outputHeight - piece.row) : (least(end, pair + cut.pairs) - pair) * g.imagePitch;
        piece.pairInput(k.x, norm, x, planeSize);
        piece.transposeGradient(k.dy, pairs, dy, pitch);
        const int steps = piece.steps(), parts = ceilDivide(steps, kSteps);
        for (int part = 0; part < parts; part++) {
          const int step = shareStart(steps, part, parts);
          p.steps = shareStart(steps, part + 1, parts) - step;
          int block = 0;
          for (; block + 2 <= piece.outputs; block += 2) {
            const bf16* a = dy + block * 16 * pitch;
            int t = 0;
            const auto from = [&](int i) { return GradientTarget{target[i].x, target[i].sum + block * 16 * sumPitch}; };
            for (; t + 2 <= targets; t += 2) {
              const GradientTarget two[2] = {from(t), from(t + 1)};
              addProducts<2, 2>(tiles, p, a, pitch, two, step, sumPitch);
            }
            const GradientTarget one[1] = {from(targets - 1)};
            if (t < targets) addProducts<2, 1>(tiles, p, a, pitch, one, step, sumPitch);
          }
          if (block == piece.outputs) {
            p.add = true;
            continue;
          }
          const bf16* a = dy + block * 16 * pitch;
          GradientTarget five[5];
          for (int t = 0; t < targets; t += 5) {
            const int n = least(5, targets - t);
            for (int i = 0; i < n; i++) five[i] = {target[t + i].x, target[t + i].sum + block * 16 * sumPitch};
            unroll<1, 6>([&](auto width) {
              if (n == width) addProducts<1, decltype(width)::value>(tiles, p, a, pitch, five, step, sumPitch);
            });
          }
          p.add = true;
        }
      }
    }
  });
  // Adds the chunks in order, with channels as in the filter: [tap][input][output].
  parallel(taps * cut.outputs, [&](int item, int) {
    const int tap = item / cut.outputs, output = item % cut.outputs * 16,
              outputs = least(16, c.outputChannels - output);
    for (int input = 0; input < c.inputChannels; input += 16) {
      const float* from = partial + tap * tapSize + output * sumPitch + input;
      Vector<16> sums[16];
      for (int i = 0; i < 16; i++) sums[i] = load<16>(from + i * sumPitch);
      for (int chunk = 1; chunk < cut.chunks; chunk++)
        for (int i = 0; i < 16; i++) sums[i] += load<16>(from + chunk * filterSize + i * sumPitch);
      transpose16(sums);
      float* to = k.dfilter + ((size_t)tap * c.inputChannels + input) * c.outputChannels + output;
      for (int i = 0; i < least(16, c.inputChannels - input); i++, to += c.outputChannels)
        __builtin_memcpy(to, &sums[i], outputs * 4);
    }
  });
}

}  // namespace
}  // namespace VARIANT
