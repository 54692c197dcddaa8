// Calls the convolutions of bf16-mixed precision of one variant (-DVARIANT=name) on many shapes, for sanitizers to
// watch; sanitize.sh builds and runs it. Arrays are on the heap and of exact size. Results must be the same bits with
// 1, 2 and 3 threads, and near plain loops. That all variants give the same bits is tested elsewhere.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <random>
#include <vector>

#include "denormals.h"
#include "kernels.h"
#include "thread-pool.h"

namespace VARIANT {
extern const MixedKernels mixedKernels;
}

namespace {

using Halves = std::vector<bf16>;
using Floats = std::vector<float>;
const MixedKernels& kernels = VARIANT::mixedKernels;
std::mt19937 generator(1);

int draw(int from, int to) { return std::uniform_int_distribution<int>(from, to)(generator); }
int oneOf(const std::vector<int>& choices) { return choices[draw(0, (int)choices.size() - 1)]; }

float wide(bf16 half) {
  const uint32_t bits = (uint32_t)half.bits << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}
// Numbers of few bits, which bfloat16 holds.
float number() { return (float)draw(-32, 32) / 32; }
Halves halves(size_t count) {
  Halves values(count);
  for (bf16& value : values) {
    const float drawn = number();
    uint32_t bits;
    memcpy(&bits, &drawn, 4);
    value.bits = (uint16_t)(bits >> 16);
  }
  return values;
}
Floats floats(size_t count) {
  Floats values(count);
  for (float& value : values) value = number();
  return values;
}

struct Results {
  Halves y, dx;
  Floats dfilter;
};

template <class E>
void requireSame(const char* what, const std::vector<E>& a, const std::vector<E>& b) {
  if (!memcmp(a.data(), b.data(), a.size() * sizeof(E))) return;
  printf("%s is not the same with more threads, or by separate kernels\n", what);
  exit(1);
}

void requireNear(const char* what, double value, double expected, double terms, double precision) {
  if (fabs(value - expected) <= precision * (1 + terms)) return;
  printf("%s is %g, not %g\n", what, value, expected);
  exit(1);
}

void check(const ConvolutionShape& c) {
  const size_t inputs = (size_t)c.batch * c.inputHeight * c.inputWidth * c.inputChannels;
  const size_t outputs = (size_t)c.batch * c.outputHeight * c.outputWidth * c.outputChannels;
  const size_t filters = (size_t)c.kernelHeight * c.kernelWidth * c.inputChannels * c.outputChannels;
  const Halves x = halves(inputs), dy = halves(outputs);
  const Floats filter = floats(filters), norm = floats((size_t)3 * c.inputChannels);
  Results first;
  for (int threads = 1; threads <= 3; threads++) {
    setThreads(threads);
    Results r = {Halves(outputs), Halves(inputs), Floats(filters)};
    kernels.convolution({.shape = c, .x = x.data(), .filter = filter.data(), .y = r.y.data()});
    kernels.convolutionInputGradient({.shape = c, .dy = dy.data(), .filter = filter.data(), .dx = r.dx.data()});
    Halves sum(inputs);
    kernels.convolutionInputGradient(
        {.shape = c, .dy = dy.data(), .filter = filter.data(), .other = x.data(), .dx = sum.data()});
    kernels.convolutionFilterGradient({.shape = c, .x = x.data(), .dy = dy.data(), .dfilter = r.dfilter.data()});
    // Through batch norm as from its stored output.
    Halves stored(inputs), through(outputs), from(outputs);
    Floats gradientThrough(filters), gradientFrom(filters);
    kernels.normalise({.rows = inputs / c.inputChannels,
                       .channels = c.inputChannels,
                       .x = x.data(),
                       .norm = norm.data(),
                       .y = stored.data()});
    kernels.convolution({.shape = c, .x = x.data(), .norm = norm.data(), .filter = filter.data(), .y = through.data()});
    kernels.convolution({.shape = c, .x = stored.data(), .filter = filter.data(), .y = from.data()});
    kernels.convolutionFilterGradient(
        {.shape = c, .x = x.data(), .norm = norm.data(), .dy = dy.data(), .dfilter = gradientThrough.data()});
    kernels.convolutionFilterGradient(
        {.shape = c, .x = stored.data(), .dy = dy.data(), .dfilter = gradientFrom.data()});
    requireSame("an output through batch norm", through, from);
    // Normalised where it is stored, as by the kernel after it.
    const Floats outputNorm = floats((size_t)3 * c.outputChannels), ones((size_t)c.outputChannels, 1);
    Halves packed(kernels.packedFilterSize(c)), normalised(outputs), separate(outputs);
    kernels.packFilter({.shape = c, .filter = filter.data(), .packed = packed.data()});
    kernels.normalisedConvolution({.shape = c,
                                   .relu = true,
                                   .x = x.data(),
                                   .norm = norm.data(),
                                   .filter = filter.data(),
                                   .packed = packed.data(),
                                   .outputNorm = outputNorm.data(),
                                   .shortcut = dy.data(),
                                   .y = normalised.data()});
    kernels.batchNormInference({.rows = outputs / c.outputChannels,
                                .channels = c.outputChannels,
                                .relu = true,
                                .epsilon = 0,
                                .x = through.data(),
                                .gamma = outputNorm.data() + c.outputChannels,
                                .beta = outputNorm.data() + 2 * c.outputChannels,
                                .mean = outputNorm.data(),
                                .variance = ones.data(),
                                .shortcut = dy.data(),
                                .y = separate.data()});
    requireSame("a normalised output", normalised, separate);
    requireSame("a filter's gradient through batch norm", gradientThrough, gradientFrom);
    if (threads == 1) first = r;
    requireSame("an output", r.y, first.y);
    requireSame("an input's gradient", r.dx, first.dx);
    requireSame("a filter's gradient", r.dfilter, first.dfilter);
  }
  std::vector<double> y(outputs), dx(inputs), dfilter(filters);
  for (size_t at = 0; at < outputs / c.outputChannels; at++) {
    const int row = (int)(at / c.outputWidth % c.outputHeight), column = (int)(at % c.outputWidth);
    const size_t image = at / c.outputWidth / c.outputHeight;
    for (int tap = 0; tap < c.kernelHeight * c.kernelWidth; tap++) {
      const int top = row * c.stride + tap / c.kernelWidth - c.padTop;
      const int left = column * c.stride + tap % c.kernelWidth - c.padLeft;
      if (top < 0 || left < 0 || top >= c.inputHeight || left >= c.inputWidth) continue;
      for (int from = 0; from < c.inputChannels; from++) {
        const size_t i = ((image * c.inputHeight + top) * c.inputWidth + left) * c.inputChannels + from;
        for (int to = 0; to < c.outputChannels; to++) {
          const size_t f = ((size_t)tap * c.inputChannels + from) * c.outputChannels + to,
                       j = at * c.outputChannels + to;
          y[j] += (double)wide(x[i]) * filter[f];
          dx[i] += (double)wide(dy[j]) * filter[f];
          dfilter[f] += (double)wide(dy[j]) * wide(x[i]);
        }
      }
    }
  }
  for (size_t i = 0; i < outputs; i++) requireNear("an output", wide(first.y[i]), y[i], fabs(y[i]), 0.005);
  for (size_t i = 0; i < inputs; i++) requireNear("an input's gradient", wide(first.dx[i]), dx[i], fabs(dx[i]), 0.005);
  for (size_t i = 0; i < filters; i++)
    requireNear("a filter's gradient", first.dfilter[i], dfilter[i], fabs(dfilter[i]), 1e-4);
}

}  // namespace

int main() {
  flushDenormals();
  const std::vector<int> channels = {1, 2, 3, 8, 13, 16, 17, 32, 33, 48};
  int cases = 0;
  while (cases < 60) {
    ConvolutionShape c = {};
    c.batch = draw(1, 5), c.inputHeight = draw(1, 17), c.inputWidth = draw(1, 20);
    c.inputChannels = oneOf(channels), c.outputChannels = oneOf(channels);
    c.kernelHeight = oneOf({1, 3, 3, 7}), c.kernelWidth = draw(1, 4) == 1 ? draw(1, 7) : c.kernelHeight;
    c.stride = oneOf({1, 1, 2, 2, 3, 4});
    c.padTop = draw(0, c.kernelHeight - 1), c.padLeft = draw(0, c.kernelWidth - 1);
    const int rows = (c.inputHeight - 1 + c.padTop) / c.stride + 1,
              columns = (c.inputWidth - 1 + c.padLeft) / c.stride + 1;
    c.outputHeight = draw((rows + 1) / 2, rows), c.outputWidth = draw((columns + 1) / 2, columns);
    if ((double)c.kernelHeight * c.kernelWidth * c.inputChannels * c.outputChannels * c.outputHeight * c.outputWidth *
            c.batch >
        200000)
      continue;
    check(c);
    cases++;
  }
  // Whole tiles in rows, several images an item, images in bands, pixels alone, channels in parts.
  for (const ConvolutionShape& c :
       {ConvolutionShape{2, 16, 16, 16, 16, 16, 16, 3, 3, 1, 1, 1},
        ConvolutionShape{33, 4, 4, 8, 4, 4, 8, 3, 3, 1, 1, 1}, ConvolutionShape{1, 100, 90, 16, 100, 90, 4, 3, 3, 1, 1, 1},
        ConvolutionShape{3, 17, 16, 32, 17, 16, 16, 1, 1, 1, 0, 0},
        ConvolutionShape{2, 3, 3, 264, 3, 3, 8, 3, 3, 1, 1, 1},
        ConvolutionShape{1, 33, 31, 3, 17, 16, 24, 7, 7, 2, 3, 3}}) {
    check(c);
    cases++;
  }
  printf("%d cases", cases);
}
