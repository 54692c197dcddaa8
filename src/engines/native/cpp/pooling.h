// Max pooling, global average pooling, option A's shortcut, and their gradients. Images are divided among threads, and
// channels are processed by vectors.
#pragma once
#include <type_traits>

#include "bfloat16.h"
#include "each-vector.h"
#include "kernels.h"
#include "normaliser.h"
#include "vector.h"

namespace VARIANT {
namespace {

struct Window {
  int top, bottom, left, right;  // input rows and columns, the ends excluded
  Window(const ConvolutionShape& c, int row, int column) {
    const int y = row * c.stride - c.padTop, x = column * c.stride - c.padLeft;
    top = most(0, y), bottom = least(c.inputHeight, y + c.kernelHeight);
    left = most(0, x), right = least(c.inputWidth, x + c.kernelWidth);
  }
};

struct AsTheyAre {
  template <int W>
  ALWAYS_INLINE Vector<W> of(int, Vector<W> most, Vector<W>) const {
    return most;
  }
};

// The largest number of a window, once normalised, comes from its largest or its smallest.
struct OnceNormalised {
  const Normaliser norm;
  template <int W>
  ALWAYS_INLINE Vector<W> of(int channel, Vector<W> most, Vector<W> least) const {
    const Normaliser::Lanes<W> normalised = norm.at<W>(channel);
    return normalised(normalised.scale < 0.0f ? least : most);
  }
};

template <class Arguments, class Largest>
void maxPool(const Arguments& k, const Largest& largest) {
  const ConvolutionShape& c = k.shape;
  const int C = c.inputChannels;
  parallel(c.batch * c.outputHeight, [&](int item, int) {
    const auto* image = k.x + (size_t)(item / c.outputHeight) * c.inputHeight * c.inputWidth * C;
    auto* to = k.y + (size_t)item * c.outputWidth * C;
    for (int column = 0; column < c.outputWidth; column++, to += C) {
      const Window w(c, item % c.outputHeight, column);
      eachVector(C, [&](size_t offset, auto width) INLINE_LAMBDA {
        constexpr int W = decltype(width)::value;
        Vector<W> most = Vector<W>{} - __builtin_inff(), least = -most;
        for (int row = w.top; row < w.bottom; row++)
          for (int col = w.left; col < w.right; col++) {
            const Vector<W> v = load<W>(image + ((size_t)row * c.inputWidth + col) * C + offset);
            most = v > most ? v : most;
            least = v < least ? v : least;
          }
        store<W>(to + offset, largest.template of<W>((int)offset, most, least));
      });
    }
  });
}

void maxPool(const MaxPool& k) { maxPool(k, AsTheyAre{}); }

void maxPool(const mixed::MaxPool& k) {
  if (k.norm)
    maxPool(k, OnceNormalised{Normaliser(k.norm, k.shape.inputChannels)});
  else
    maxPool(k, AsTheyAre{});
}

// The gradient goes to the first maximum of each window, as in TensorFlow.js. It is summed in float32. For another type
// of dx, only the rows of one window are in float32 at a time: row r at r modulo the window's height.
template <class Arguments>
void maxPoolGradient(const Arguments& k) {
  using E = std::remove_pointer_t<decltype(k.dx)>;
  constexpr bool inPlace = std::is_same_v<E, float>;
  const ConvolutionShape& c = k.shape;
  const int C = c.inputChannels;
  const size_t rowSize = (size_t)c.inputWidth * C, inputSize = c.inputHeight * rowSize;
  const size_t outputSize = (size_t)c.outputHeight * c.outputWidth * C;
  parallel(c.batch, [&](int item, int thread) {
    const E* image = k.x + item * inputSize;
    E* dx = k.dx + item * inputSize;
    float* sums;
    if constexpr (inPlace)
      sums = dx;
    else
      sums = threadScratch(thread, c.kernelHeight * rowSize);
    clearNumbers(sums, inPlace ? inputSize : c.kernelHeight * rowSize);
    const auto sumsOf = [&](int row) { return sums + (inPlace ? row : row % c.kernelHeight) * rowSize; };
    int stored = 0;
    const auto storeBefore = [&](int end) {
      for (; stored < end; stored++) {
        float* from = sumsOf(stored);
        eachVector(rowSize, [&](size_t offset, auto width) INLINE_LAMBDA {
          constexpr int W = decltype(width)::value;
          store<W>(dx + stored * rowSize + offset, load<W>(from + offset));
        });
        clearNumbers(from, rowSize);
      }
    };
    size_t at = item * outputSize;
    for (int outRow = 0; outRow < c.outputHeight; outRow++) {
      if (!inPlace) storeBefore(Window(c, outRow, 0).top);
      for (int outColumn = 0; outColumn < c.outputWidth; outColumn++, at += C) {
        const Window w(c, outRow, outColumn);
        eachVector(C, [&](size_t offset, auto width) INLINE_LAMBDA {
          constexpr int W = decltype(width)::value;
          const Vector<W> best = load<W>(k.y + at + offset);
          Vector<W> left = load<W>(k.dy + at + offset);  // the gradient that has not found its maximum yet
          for (int row = w.top; row < w.bottom; row++) {
            float* to = sumsOf(row) + offset;
            for (int col = w.left; col < w.right; col++) {
              const Vector<W> value = load<W>(image + row * rowSize + (size_t)col * C + offset);
              const Vector<W> hit = value == best ? left : Vector<W>{};
              store<W>(to + (size_t)col * C, load<W>(to + (size_t)col * C) + hit);
              left -= hit;
            }
          }
        });
      }
    }
    if (!inPlace) storeBefore(c.inputHeight);
  });
}

template <class Arguments>
void averagePool(const Arguments& k) {
  parallel(k.batch, [&](int item, int) {
    const auto* image = k.x + (size_t)item * k.pixels * k.channels;
    eachVector(k.channels, [&](size_t offset, auto width) INLINE_LAMBDA {
      constexpr int W = decltype(width)::value;
      Vector<W> sum = zero<W>();
      for (size_t p = 0; p < k.pixels; p++) sum += load<W>(image + p * k.channels + offset);
      store<W>(k.y + (size_t)item * k.channels + offset, sum / (float)k.pixels);
    });
  });
}

template <class Arguments>
void averagePoolGradient(const Arguments& k) {
  parallel(k.batch, [&](int item, int) {
    const auto* from = k.dy + (size_t)item * k.channels;
    auto* to = k.dx + (size_t)item * k.pixels * k.channels;
    eachVector(k.channels, [&](size_t offset, auto width) INLINE_LAMBDA {
      constexpr int W = decltype(width)::value;
      store<W>(to + offset, load<W>(from + offset) / (float)k.pixels);
    });
    for (size_t p = 1; p < k.pixels; p++) copyNumbers(to + p * k.channels, to, k.channels);
  });
}

template <class Arguments>
void identityShortcut(const Arguments& k) {
  const ConvolutionShape& c = k.shape;
  const int from = c.inputChannels, to = c.outputChannels;
  parallel(c.batch, [&](int item, int) {
    for (int row = 0; row < c.outputHeight; row++) {
      const auto* in = k.x + ((size_t)item * c.inputHeight + row * c.stride) * c.inputWidth * from;
      auto* out = k.y + ((size_t)item * c.outputHeight + row) * c.outputWidth * to;
      for (int column = 0; column < c.outputWidth; column++, in += c.stride * from, out += to) {
        copyNumbers(out, in, from);
        clearNumbers(out + from, to - from);
      }
    }
  });
}

template <class Arguments>
void identityShortcutGradient(const Arguments& k) {
  const ConvolutionShape& c = k.shape;
  const int channels = c.inputChannels;
  const size_t imageSize = (size_t)c.inputHeight * c.inputWidth * channels;
  parallel(c.batch, [&](int item, int) {
    if (c.stride > 1) clearNumbers(k.dx + item * imageSize, imageSize);
    for (int row = 0; row < c.outputHeight; row++) {
      const auto* in = k.dy + ((size_t)item * c.outputHeight + row) * c.outputWidth * c.outputChannels;
      auto* out = k.dx + ((size_t)item * c.inputHeight + row * c.stride) * c.inputWidth * channels;
      for (int column = 0; column < c.outputWidth; column++, in += c.outputChannels, out += c.stride * channels)
        copyNumbers(out, in, channels);
    }
  });
}

}  // namespace
}  // namespace VARIANT
