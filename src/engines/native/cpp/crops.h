// A batch of images, cut out of bytes.
#pragma once
#include "kernels.h"
#include "vector.h"

namespace VARIANT {
namespace {

void cropImages(const CropImages& k) {
  const int H = k.height, W = k.width, C = k.channels;
  const size_t size = (size_t)H * W * C;
  parallel(k.batch, [&](int item, int) {
    const int* crop = k.crops + item * 4;
    const int down = crop[1] - k.padding, right = crop[2] - k.padding;
    const int first = most(0, -right), last = least(W, W - right);
    for (int row = 0; row < H; row++) {
      float* to = k.y + item * size + (size_t)row * W * C;
      if (row + down < 0 || row + down >= H || first >= last) {
        __builtin_memset(to, 0, (size_t)W * C * sizeof(float));
        continue;
      }
      const size_t from = ((size_t)(row + down) * W + first + right) * C;
      const uint8_t* pixels = k.pixels + crop[0] * size + from;
      const float* mean = k.mean + from;
      if (crop[3]) {
        __builtin_memset(to, 0, (size_t)(W - last) * C * sizeof(float));
        __builtin_memset(to + (size_t)(W - first) * C, 0, (size_t)first * C * sizeof(float));
        float* pixel = to + (size_t)(W - 1 - first) * C;
        for (int column = first; column < last; column++, pixel -= C, pixels += C, mean += C)
          for (int c = 0; c < C; c++) pixel[c] = (float)pixels[c] / 255.0f - mean[c];
      } else {
        __builtin_memset(to, 0, (size_t)first * C * sizeof(float));
        __builtin_memset(to + (size_t)last * C, 0, (size_t)(W - last) * C * sizeof(float));
        float* begin = to + (size_t)first * C;
        for (int i = 0; i < (last - first) * C; i++) begin[i] = (float)pixels[i] / 255.0f - mean[i];
      }
    }
  });
}

}  // namespace
}  // namespace VARIANT
