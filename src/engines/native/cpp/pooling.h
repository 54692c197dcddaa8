// Max pooling, global average pooling, option A's shortcut, and their gradients: images are shared out among threads,
// channels go by vectors.
#pragma once
#include "each-vector.h"
#include "kernels.h"
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

void maxPool(const MaxPool& k) {
  const ConvolutionShape& c = k.shape;
  const int C = c.inputChannels;
  parallel(c.batch * c.outputHeight, [&](int item, int) {
    const float* image = k.x + (size_t)(item / c.outputHeight) * c.inputHeight * c.inputWidth * C;
    float* to = k.y + (size_t)item * c.outputWidth * C;
    for (int column = 0; column < c.outputWidth; column++, to += C) {
      const Window w(c, item % c.outputHeight, column);
      eachVector(C, [&](size_t offset, auto width) INLINE_LAMBDA {
        constexpr int W = decltype(width)::value;
        Vector<W> best = Vector<W>{} - __builtin_inff();
        for (int row = w.top; row < w.bottom; row++)
          for (int col = w.left; col < w.right; col++) {
            const Vector<W> v = load<W>(image + ((size_t)row * c.inputWidth + col) * C + offset);
            best = v > best ? v : best;
          }
        store<W>(to + offset, best);
      });
    }
  });
}

// The gradient goes to the first maximum of each window, as in TensorFlow.js.
void maxPoolGradient(const MaxPoolGradient& k) {
  const ConvolutionShape& c = k.shape;
  const int C = c.inputChannels;
  const size_t inputFloats = (size_t)c.inputHeight * c.inputWidth * C;
  const size_t outputFloats = (size_t)c.outputHeight * c.outputWidth * C;
  parallel(c.batch, [&](int item, int) {
    const float* image = k.x + item * inputFloats;
    float* to = k.dx + item * inputFloats;
    clearFloats(to, inputFloats);
    size_t at = item * outputFloats;
    for (int outRow = 0; outRow < c.outputHeight; outRow++) {
      for (int outColumn = 0; outColumn < c.outputWidth; outColumn++, at += C) {
        const Window w(c, outRow, outColumn);
        eachVector(C, [&](size_t offset, auto width) INLINE_LAMBDA {
          constexpr int W = decltype(width)::value;
          const Vector<W> best = load<W>(k.y + at + offset);
          Vector<W> left = load<W>(k.dy + at + offset);  // what has not found its maximum yet
          for (int row = w.top; row < w.bottom; row++)
            for (int col = w.left; col < w.right; col++) {
              const size_t i = ((size_t)row * c.inputWidth + col) * C + offset;
              const Vector<W> hit = load<W>(image + i) == best ? left : Vector<W>{};
              store<W>(to + i, load<W>(to + i) + hit);
              left -= hit;
            }
        });
      }
    }
  });
}

void averagePool(const AveragePool& k) {
  parallel(k.batch, [&](int item, int) {
    const float* image = k.x + (size_t)item * k.pixels * k.channels;
    eachVector(k.channels, [&](size_t offset, auto width) INLINE_LAMBDA {
      constexpr int W = decltype(width)::value;
      Vector<W> sum = zero<W>();
      for (size_t p = 0; p < k.pixels; p++) sum += load<W>(image + p * k.channels + offset);
      store<W>(k.y + (size_t)item * k.channels + offset, sum / (float)k.pixels);
    });
  });
}

void averagePoolGradient(const AveragePoolGradient& k) {
  parallel(k.batch, [&](int item, int) {
    const float* from = k.dy + (size_t)item * k.channels;
    float* to = k.dx + (size_t)item * k.pixels * k.channels;
    eachVector(k.channels, [&](size_t offset, auto width) INLINE_LAMBDA {
      constexpr int W = decltype(width)::value;
      store<W>(to + offset, load<W>(from + offset) / (float)k.pixels);
    });
    for (size_t p = 1; p < k.pixels; p++) copyFloats(to + p * k.channels, to, k.channels);
  });
}

void identityShortcut(const IdentityShortcut& k) {
  const ConvolutionShape& c = k.shape;
  const int from = c.inputChannels, to = c.outputChannels;
  parallel(c.batch, [&](int item, int) {
    for (int row = 0; row < c.outputHeight; row++) {
      const float* in = k.x + ((size_t)item * c.inputHeight + row * c.stride) * c.inputWidth * from;
      float* out = k.y + ((size_t)item * c.outputHeight + row) * c.outputWidth * to;
      for (int column = 0; column < c.outputWidth; column++, in += c.stride * from, out += to) {
        copyFloats(out, in, from);
        clearFloats(out + from, to - from);
      }
    }
  });
}

void identityShortcutGradient(const IdentityShortcutGradient& k) {
  const ConvolutionShape& c = k.shape;
  const int channels = c.inputChannels;
  const size_t imageFloats = (size_t)c.inputHeight * c.inputWidth * channels;
  parallel(c.batch, [&](int item, int) {
    if (c.stride > 1) clearFloats(k.dx + item * imageFloats, imageFloats);
    for (int row = 0; row < c.outputHeight; row++) {
      const float* in = k.dy + ((size_t)item * c.outputHeight + row) * c.outputWidth * c.outputChannels;
      float* out = k.dx + ((size_t)item * c.inputHeight + row * c.stride) * c.inputWidth * channels;
      for (int column = 0; column < c.outputWidth; column++, in += c.outputChannels, out += c.stride * channels)
        copyFloats(out, in, channels);
    }
  });
}

}  // namespace
}  // namespace VARIANT
