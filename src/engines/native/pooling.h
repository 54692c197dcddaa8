// Max pooling, global average pooling, option A's shortcut, and their gradients: images are shared out among threads,
// channels go by vectors. Included inside the namespace of one variant.

// body(offset, Constant<width>) over n neighbouring floats: whole vectors, then single floats.
template <class Body>
ALWAYS_INLINE void eachVector(size_t n, const Body& body) {
  size_t i = 0;
  for (; i + WIDTH <= n; i += WIDTH) body(i, Constant<WIDTH>{});
  for (; i < n; i++) body(i, Constant<1>{});
}

struct Window {
  int top, bottom, left, right;  // input rows and columns, the ends excluded
  Window(const Convolution& c, int row, int column) {
    const int y = row * c.stride - c.padTop, x = column * c.stride - c.padLeft;
    top = most(0, y), bottom = least(c.inputHeight, y + c.kernelHeight);
    left = most(0, x), right = least(c.inputWidth, x + c.kernelWidth);
  }
};

void maxPool(const Convolution& c, const float* x, float* y) {
  const int C = c.inputChannels;
  parallel(c.batch * c.outputHeight, [&](int item, int) {
    const float* image = x + (size_t)(item / c.outputHeight) * c.inputHeight * c.inputWidth * C;
    float* to = y + (size_t)item * c.outputWidth * C;
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
void maxPoolGradient(const Convolution& c, const float* dy, const float* x, const float* y, float* dx) {
  const int C = c.inputChannels;
  const size_t inputFloats = (size_t)c.inputHeight * c.inputWidth * C;
  const size_t outputFloats = (size_t)c.outputHeight * c.outputWidth * C;
  parallel(c.batch, [&](int item, int) {
    const float* image = x + item * inputFloats;
    float* to = dx + item * inputFloats;
    clearFloats(to, inputFloats);
    size_t at = item * outputFloats;
    for (int outRow = 0; outRow < c.outputHeight; outRow++) {
      for (int outColumn = 0; outColumn < c.outputWidth; outColumn++, at += C) {
        const Window w(c, outRow, outColumn);
        eachVector(C, [&](size_t offset, auto width) INLINE_LAMBDA {
          constexpr int W = decltype(width)::value;
          const Vector<W> best = load<W>(y + at + offset);
          Vector<W> left = load<W>(dy + at + offset);  // what has not found its maximum yet
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

void averagePool(int batch, int pixels, int channels, const float* x, float* y) {
  parallel(batch, [&](int item, int) {
    const float* image = x + (size_t)item * pixels * channels;
    eachVector(channels, [&](size_t offset, auto width) INLINE_LAMBDA {
      constexpr int W = decltype(width)::value;
      Vector<W> sum = zero<W>();
      for (int p = 0; p < pixels; p++) sum += load<W>(image + (size_t)p * channels + offset);
      store<W>(y + (size_t)item * channels + offset, sum / (float)pixels);
    });
  });
}

void averagePoolGradient(int batch, int pixels, int channels, const float* dy, float* dx) {
  parallel(batch, [&](int item, int) {
    const float* from = dy + (size_t)item * channels;
    float* to = dx + (size_t)item * pixels * channels;
    eachVector(channels, [&](size_t offset, auto width) INLINE_LAMBDA {
      constexpr int W = decltype(width)::value;
      store<W>(to + offset, load<W>(from + offset) / (float)pixels);
    });
    for (int p = 1; p < pixels; p++) copyFloats(to + (size_t)p * channels, to, channels);
  });
}

void identityShortcut(const Convolution& c, const float* x, float* y) {
  const int from = c.inputChannels, to = c.outputChannels;
  parallel(c.batch, [&](int item, int) {
    for (int row = 0; row < c.outputHeight; row++) {
      const float* in = x + ((size_t)item * c.inputHeight + row * c.stride) * c.inputWidth * from;
      float* out = y + ((size_t)item * c.outputHeight + row) * c.outputWidth * to;
      for (int column = 0; column < c.outputWidth; column++, in += c.stride * from, out += to) {
        copyFloats(out, in, from);
        clearFloats(out + from, to - from);
      }
    }
  });
}

void identityShortcutGradient(const Convolution& c, const float* dy, float* dx) {
  const int channels = c.inputChannels;
  const size_t imageFloats = (size_t)c.inputHeight * c.inputWidth * channels;
  parallel(c.batch, [&](int item, int) {
    if (c.stride > 1) clearFloats(dx + item * imageFloats, imageFloats);
    for (int row = 0; row < c.outputHeight; row++) {
      const float* in = dy + ((size_t)item * c.outputHeight + row) * c.outputWidth * c.outputChannels;
      float* out = dx + ((size_t)item * c.inputHeight + row * c.stride) * c.inputWidth * channels;
      for (int column = 0; column < c.outputWidth; column++, in += c.outputChannels, out += c.stride * channels)
        copyFloats(out, in, channels);
    }
  });
}
