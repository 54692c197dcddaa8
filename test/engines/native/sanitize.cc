// Calls every kernel of one variant (-DVARIANT=name) on many shapes, for sanitizers to watch; sanitize.sh builds and
// runs it. Arrays are on the heap and of exact size, so that one float too far is seen. Results must be the same bits
// with 1, 2 and 3 threads, and near plain loops. The precision of kernels is tested elsewhere.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "denormals.h"
#include "kernels.h"
#include "thread-pool.h"

namespace VARIANT {
extern const Kernels kernels;
}

namespace {

using Floats = std::vector<float>;
using Arrays = std::vector<Floats>;
const Kernels& kernels = VARIANT::kernels;
std::mt19937 generator(1);
int cases = 0;

int draw(int from, int to) { return std::uniform_int_distribution<int>(from, to)(generator); }
int oneOf(const std::vector<int>& choices) { return choices[draw(0, (int)choices.size() - 1)]; }
// Numbers from −1 to 1, few enough different ones that maxima are shared.
Floats random(size_t count) {
  Floats values(count);
  for (float& value : values) value = (float)draw(-50, 50) / 50;
  return values;
}

// Runs a kernel with 1, 2 and 3 threads, each time with new arrays of these sizes, and compares.
void check(const std::string& what, const std::vector<size_t>& sizes, const std::function<void(Arrays&)>& kernel,
           const std::function<void(std::vector<std::vector<double>>&)>& plain) {
  Arrays first;
  for (int threads = 1; threads <= 3; threads++) {
    setThreads(threads);
    Arrays results;
    for (size_t size : sizes) results.emplace_back(size, NAN);
    kernel(results);
    if (threads == 1) first = results;
    for (size_t i = 0; i < sizes.size(); i++) {
      if (!memcmp(results[i].data(), first[i].data(), sizes[i] * sizeof(float))) continue;
      printf("%s: result %zu is not the same with %d threads\n", what.c_str(), i, threads);
      exit(1);
    }
  }
  std::vector<std::vector<double>> expected;
  for (size_t size : sizes) expected.emplace_back(size, 0.0);
  plain(expected);
  for (size_t i = 0; i < sizes.size(); i++) {
    double largest = 1;
    for (double value : expected[i]) largest = fmax(largest, fabs(value));
    for (size_t j = 0; j < sizes[i]; j++) {
      if (fabs(first[i][j] - expected[i][j]) <= 1e-4 * largest) continue;
      printf("%s: result %zu is %g at %zu, not %g\n", what.c_str(), i, first[i][j], j, expected[i][j]);
      exit(1);
    }
  }
  cases++;
}

// f(place in x, in the filter, in y) for each product of a convolution.
template <class F>
void eachProduct(const ConvolutionShape& c, const F& f) {
  size_t y = 0;
  for (int image = 0; image < c.batch; image++)
    for (int row = 0; row < c.outputHeight; row++)
      for (int column = 0; column < c.outputWidth; column++, y += c.outputChannels)
        for (int i = 0; i < c.kernelHeight; i++)
          for (int j = 0; j < c.kernelWidth; j++) {
            const int top = row * c.stride + i - c.padTop, left = column * c.stride + j - c.padLeft;
            if (top < 0 || left < 0 || top >= c.inputHeight || left >= c.inputWidth) continue;
            const size_t x = (((size_t)image * c.inputHeight + top) * c.inputWidth + left) * c.inputChannels;
            const size_t filter = (size_t)(i * c.kernelWidth + j) * c.inputChannels * c.outputChannels;
            for (int from = 0; from < c.inputChannels; from++)
              for (int to = 0; to < c.outputChannels; to++)
                f(x + from, filter + (size_t)from * c.outputChannels + to, y + to);
          }
}

size_t inputSize(const ConvolutionShape& c) { return (size_t)c.batch * c.inputHeight * c.inputWidth * c.inputChannels; }
size_t outputSize(const ConvolutionShape& c) {
  return (size_t)c.batch * c.outputHeight * c.outputWidth * c.outputChannels;
}
size_t filterSize(const ConvolutionShape& c) {
  return (size_t)c.kernelHeight * c.kernelWidth * c.inputChannels * c.outputChannels;
}
std::string titleOf(const ConvolutionShape& c) {
  char text[160];
  snprintf(text, sizeof text, "%d×%d×%d×%d to %d×%d×%d by %d×%d, stride %d, padding %d, %d", c.batch, c.inputHeight,
           c.inputWidth, c.inputChannels, c.outputHeight, c.outputWidth, c.outputChannels, c.kernelHeight,
           c.kernelWidth, c.stride, c.padTop, c.padLeft);
  return text;
}

void checkConvolution(const ConvolutionShape& c) {
  const Floats x = random(inputSize(c)), filter = random(filterSize(c)), dy = random(outputSize(c));
  check(
      "convolution " + titleOf(c), {dy.size(), x.size(), filter.size()},
      [&](Arrays& to) {
        kernels.convolution({.shape = c, .x = x.data(), .filter = filter.data(), .y = to[0].data()});
        kernels.convolutionInputGradient({.shape = c, .dy = dy.data(), .filter = filter.data(), .dx = to[1].data()});
        kernels.convolutionFilterGradient({.shape = c, .x = x.data(), .dy = dy.data(), .dfilter = to[2].data()});
      },
      [&](auto& to) {
        double *y = to[0].data(), *dx = to[1].data(), *dfilter = to[2].data();
        eachProduct(c, [&](size_t atX, size_t atFilter, size_t atY) {
          y[atY] += (double)x[atX] * filter[atFilter];
          dx[atX] += (double)dy[atY] * filter[atFilter];
          dfilter[atFilter] += (double)dy[atY] * x[atX];
        });
      });
}

// Both numbers of channels are those of one group.
void checkGrouped(ConvolutionShape c, int groups) {
  const ConvolutionShape one = c;
  c.inputChannels *= groups, c.outputChannels *= groups;
  const Floats x = random(inputSize(c)), filter = random(filterSize(one) * groups), dy = random(outputSize(c));
  check(
      "grouped convolution " + titleOf(c), {dy.size(), x.size(), filter.size()},
      [&](Arrays& to) {
        kernels.groupedConvolution(
            {.shape = c, .groups = groups, .x = x.data(), .filter = filter.data(), .y = to[0].data()});
        kernels.groupedConvolutionInputGradient(
            {.shape = c, .groups = groups, .dy = dy.data(), .filter = filter.data(), .dx = to[1].data()});
        kernels.groupedConvolutionFilterGradient(
            {.shape = c, .groups = groups, .x = x.data(), .dy = dy.data(), .dfilter = to[2].data()});
      },
      [&](auto& to) {
        double *y = to[0].data(), *dx = to[1].data(), *dfilter = to[2].data();
        // The products of a convolution of one group's channels, for each group.
        eachProduct(one, [&](size_t atX, size_t atFilter, size_t atY) {
          const size_t from = atX % one.inputChannels, output = atY % one.outputChannels;
          for (int group = 0; group < groups; group++) {
            const size_t i = atX / one.inputChannels * c.inputChannels + group * one.inputChannels + from;
            const size_t o = atY / one.outputChannels * c.outputChannels + group * one.outputChannels + output;
            const size_t f = atFilter / one.outputChannels * c.outputChannels + group * one.outputChannels + output;
            y[o] += (double)x[i] * filter[f];
            dx[i] += (double)dy[o] * filter[f];
            dfilter[f] += (double)dy[o] * x[i];
          }
        });
      });
}

void checkMaxPool(ConvolutionShape c) {
  c.outputChannels = c.inputChannels;
  const Floats x = random(inputSize(c)), dy = random(outputSize(c));
  check(
      "max pool " + titleOf(c), {dy.size(), x.size()},
      [&](Arrays& to) {
        kernels.maxPool({.shape = c, .x = x.data(), .y = to[0].data()});
        kernels.maxPoolGradient({.shape = c, .dy = dy.data(), .x = x.data(), .y = to[0].data(), .dx = to[1].data()});
      },
      [&](auto& to) {
        const size_t none = x.size();
        std::vector<size_t> best(dy.size(), none);
        eachProduct(c, [&](size_t atX, size_t, size_t atY) {
          if (atX % c.inputChannels != atY % c.inputChannels) return;
          if (best[atY] == none || x[atX] > x[best[atY]]) best[atY] = atX;
        });
        for (size_t i = 0; i < dy.size(); i++) {
          to[0][i] = x[best[i]];
          to[1][best[i]] += dy[i];
        }
      });
}

void checkShortcut(int batch, int height, int width, int channels, int stride, int more) {
  const ConvolutionShape c = {
      batch, height, width, channels, (height - 1) / stride + 1, (width - 1) / stride + 1, channels + more, 1,
      1,     stride, 0,     0};
  const Floats x = random(inputSize(c)), dy = random(outputSize(c));
  check(
      "identity shortcut " + titleOf(c), {dy.size(), x.size()},
      [&](Arrays& to) {
        kernels.identityShortcut({.shape = c, .x = x.data(), .y = to[0].data()});
        kernels.identityShortcutGradient({.shape = c, .dy = dy.data(), .dx = to[1].data()});
      },
      [&](auto& to) {
        eachProduct(c, [&](size_t atX, size_t, size_t atY) {
          if (atX % c.inputChannels != atY % c.outputChannels) return;
          to[0][atY] = x[atX];
          to[1][atX] = dy[atY];
        });
      });
}

void checkProduct(int m, int k, int n) {
  const Floats a = random((size_t)m * k), b = random((size_t)k * n);
  Floats aTransposed(a.size()), bTransposed(b.size());
  for (int i = 0; i < m * k; i++) aTransposed[(size_t)(i % k) * m + i / k] = a[i];
  for (int i = 0; i < k * n; i++) bTransposed[(size_t)(i % n) * k + i / n] = b[i];
  const size_t size = (size_t)m * n;
  check(
      "product " + std::to_string(m) + "×" + std::to_string(k) + "×" + std::to_string(n), {size, size, size},
      [&](Arrays& to) {
        Product p = {.m = m, .k = k, .n = n, .a = a.data(), .b = b.data(), .c = to[0].data()};
        kernels.product(p);
        p.transposeB = true, p.b = bTransposed.data(), p.c = to[1].data();
        kernels.product(p);
        p.transposeB = false, p.transposeA = true, p.a = aTransposed.data(), p.b = b.data(), p.c = to[2].data();
        kernels.product(p);
      },
      [&](auto& to) {
        for (int i = 0; i < m; i++)
          for (int j = 0; j < n; j++)
            for (int l = 0; l < k; l++)
              for (auto& c : to) c[(size_t)i * n + j] += (double)a[(size_t)i * k + l] * b[(size_t)l * n + j];
      });
}

void checkBatchNorm(size_t rows, int channels, bool relu, bool withShortcut) {
  const size_t size = rows * channels, C = channels;
  const Floats x = random(size), dy = random(size), z = random(size), gamma = random(C), beta = random(C);
  const Floats mean = random(C), shortcut = random(withShortcut ? size : 0);
  Floats positive(C);
  for (float& value : positive) value = (float)draw(1, 20) / 10;
  const float epsilon = 1e-3f, momentum = 0.1f;
  const auto activate = [&](double value) { return relu && value < 0 ? 0 : value; };
  const auto gradient = [&](size_t i) { return relu && !(z[i] > 0) ? 0 : (double)dy[i]; };
  check(
      "batch norm " + std::to_string(rows) + "×" + std::to_string(channels),
      {size, C, C, C, C, size, size, C, C, withShortcut ? size : 0},
      [&](Arrays& to) {
        const float* added = withShortcut ? shortcut.data() : nullptr;
        kernels.batchNorm({.rows = rows,
                           .channels = channels,
                           .relu = relu,
                           .epsilon = epsilon,
                           .momentum = momentum,
                           .x = x.data(),
                           .gamma = gamma.data(),
                           .beta = beta.data(),
                           .runningMean = mean.data(),
                           .runningVariance = positive.data(),
                           .shortcut = added,
                           .y = to[0].data(),
                           .mean = to[1].data(),
                           .inverseStd = to[2].data(),
                           .newRunningMean = to[3].data(),
                           .newRunningVariance = to[4].data()});
        kernels.batchNormInference({.rows = rows,
                                    .channels = channels,
                                    .relu = relu,
                                    .epsilon = epsilon,
                                    .x = x.data(),
                                    .gamma = gamma.data(),
                                    .beta = beta.data(),
                                    .mean = mean.data(),
                                    .variance = positive.data(),
                                    .shortcut = added,
                                    .y = to[5].data()});
        kernels.batchNormGradient({.rows = rows,
                                   .channels = channels,
                                   .relu = relu,
                                   .dy = dy.data(),
                                   .x = x.data(),
                                   .y = z.data(),
                                   .gamma = gamma.data(),
                                   .mean = mean.data(),
                                   .inverseStd = positive.data(),
                                   .dx = to[6].data(),
                                   .dgamma = to[7].data(),
                                   .dbeta = to[8].data(),
                                   .dshortcut = withShortcut ? to[9].data() : nullptr});
      },
      [&](auto& to) {
        for (size_t c = 0; c < C; c++) {
          double sum = 0, squares = 0, dbeta = 0, products = 0;
          for (size_t i = c; i < size; i += C) sum += x[i];
          const double average = sum / rows;
          for (size_t i = c; i < size; i += C) {
            squares += (x[i] - average) * (x[i] - average);
            dbeta += gradient(i);
            products += gradient(i) * (x[i] - mean[c]);
          }
          const double inverse = 1 / sqrt(squares / rows + epsilon), fixed = 1 / sqrt(positive[c] + epsilon);
          to[1][c] = average, to[2][c] = inverse;
          to[3][c] = (1 - momentum) * mean[c] + momentum * average;
          to[4][c] = (1 - momentum) * positive[c] + momentum * (rows > 1 ? squares / (rows - 1) : 0);
          to[7][c] = products * positive[c], to[8][c] = dbeta;
          for (size_t i = c; i < size; i += C) {
            const double added = withShortcut ? shortcut[i] : 0;
            to[0][i] = activate((x[i] - average) * inverse * gamma[c] + beta[c] + added);
            to[5][i] = activate((x[i] - mean[c]) * fixed * gamma[c] + beta[c] + added);
            to[6][i] = gamma[c] * positive[c] *
                       (gradient(i) - dbeta / rows - (x[i] - mean[c]) * positive[c] * positive[c] * products / rows);
            if (withShortcut) to[9][i] = gradient(i);
          }
        }
      });
}

void checkAveragePool(int batch, size_t pixels, int channels) {
  const size_t size = (size_t)batch * pixels * channels, pooled = (size_t)batch * channels;
  const Floats x = random(size), dy = random(pooled);
  check(
      "average pool", {pooled, size},
      [&](Arrays& to) {
        kernels.averagePool({.batch = batch, .pixels = pixels, .channels = channels, .x = x.data(), .y = to[0].data()});
        kernels.averagePoolGradient(
            {.batch = batch, .pixels = pixels, .channels = channels, .dy = dy.data(), .dx = to[1].data()});
      },
      [&](auto& to) {
        for (size_t i = 0; i < size; i++) {
          const size_t at = i / channels / pixels * channels + i % channels;
          to[0][at] += (double)x[i] / pixels;
          to[1][i] = (double)dy[at] / pixels;
        }
      });
}

void checkSoftmax(int batch, int classes) {
  const size_t size = (size_t)batch * classes, B = batch;
  const Floats logits = random(size), dlosses = random(B), p = random(size);
  std::vector<int32_t> labels(B);
  for (int32_t& label : labels) label = draw(0, classes - 1);
  check(
      "softmax", {B, B, size, size},
      [&](Arrays& to) {
        kernels.softmaxCrossEntropy({.batch = batch,
                                     .classes = classes,
                                     .logits = logits.data(),
                                     .labels = labels.data(),
                                     .losses = to[0].data(),
                                     .wrong = to[1].data(),
                                     .probabilities = to[2].data()});
        kernels.softmaxCrossEntropyGradient({.batch = batch,
                                             .classes = classes,
                                             .dlosses = dlosses.data(),
                                             .probabilities = p.data(),
                                             .labels = labels.data(),
                                             .dlogits = to[3].data()});
      },
      [&](auto& to) {
        for (size_t b = 0; b < B; b++) {
          const float* row = logits.data() + b * classes;
          double sum = 0;
          int best = 0;
          for (int k = 0; k < classes; k++) {
            sum += exp(row[k]);
            if (row[k] > row[best]) best = k;
          }
          to[0][b] = log(sum) - row[labels[b]], to[1][b] = best != labels[b];
          for (int k = 0; k < classes; k++) {
            to[2][b * classes + k] = exp(row[k]) / sum;
            to[3][b * classes + k] = dlosses[b] * (p[b * classes + k] - (k == labels[b]));
          }
        }
      });
}

void checkUpdate(size_t count) {
  const Floats weights = random(count), velocity = random(count), gradient = random(count);
  check(
      "momentum and add", {count, count, count},
      [&](Arrays& to) {
        to[0] = weights, to[1] = velocity;
        kernels.momentum({.count = count,
                          .learningRate = 0.1f,
                          .momentum = 0.9f,
                          .weightDecay = 0.01f,
                          .weights = to[0].data(),
                          .velocity = to[1].data(),
                          .gradient = gradient.data()});
        kernels.add({.count = count, .a = weights.data(), .b = velocity.data(), .sum = to[2].data()});
      },
      [&](auto& to) {
        for (size_t i = 0; i < count; i++) {
          to[1][i] = 0.9 * velocity[i] + 0.1 * (gradient[i] + 0.01 * weights[i]);
          to[0][i] = weights[i] - to[1][i];
          to[2][i] = (double)weights[i] + velocity[i];
        }
      });
}

void checkGates(size_t rows, int channels) {
  const size_t size = rows * channels;
  const Floats x = random(size), dy = random(size), bias = random(channels), open = random(size);
  const float* gate = open.data();
  check(
      "gates", {size, size, (size_t)channels, size, size, size, size, size, size},
      [&](Arrays& to) {
        kernels.gate({.rows = rows, .channels = channels, .x = x.data(), .bias = bias.data(), .y = to[0].data()});
        kernels.gateGradient({.rows = rows,
                              .channels = channels,
                              .dy = dy.data(),
                              .y = gate,
                              .dx = to[1].data(),
                              .dbias = to[2].data()});
        kernels.gated({.count = size, .complement = true, .x = x.data(), .gate = gate, .y = to[3].data()});
        kernels.gatedGradient({.count = size,
                               .complement = false,
                               .dy = dy.data(),
                               .x = x.data(),
                               .gate = gate,
                               .dx = to[4].data(),
                               .dgate = to[5].data()});
        kernels.scale({.count = size, .factor = 0.5f, .x = x.data(), .y = to[6].data()});
        kernels.relu({.count = size, .x = x.data(), .y = to[7].data()});
        kernels.reluGradient({.count = size, .dy = dy.data(), .y = gate, .dx = to[8].data()});
      },
      [&](auto& to) {
        for (size_t i = 0; i < size; i++) {
          const double g = open[i];
          to[0][i] = 1 / (1 + exp(-((double)x[i] + bias[i % channels])));
          to[1][i] = dy[i] * g * (1 - g);
          to[2][i % channels] += to[1][i];
          to[3][i] = x[i] * (1 - g);
          to[4][i] = dy[i] * g;
          to[5][i] = dy[i] * x[i];
          to[6][i] = x[i] * 0.5;
          to[7][i] = fmax(0, x[i]);
          to[8][i] = g > 0 ? dy[i] : 0;
        }
      });
}

const std::vector<int> kChannels = {1, 2, 3, 5, 7, 8, 9, 13, 16, 17, 24, 31, 32, 33, 40, 48, 65};

ConvolutionShape randomConvolution() {
  ConvolutionShape c;
  c.batch = oneOf({1, 1, 2, 3, 33});
  c.inputHeight = draw(1, 3) == 1 ? 1 : draw(1, 17), c.inputWidth = draw(1, 20);
  c.inputChannels = oneOf(kChannels), c.outputChannels = oneOf(kChannels);
  c.kernelHeight = oneOf({1, 3, 3, 7}), c.kernelWidth = draw(1, 4) == 1 ? oneOf({1, 2, 3, 7}) : c.kernelHeight;
  c.stride = oneOf({1, 1, 2, 2, 3});
  c.padTop = draw(0, c.kernelHeight - 1), c.padLeft = draw(0, c.kernelWidth - 1);
  // As far as windows touch the image, or somewhat less.
  const int rows = (c.inputHeight - 1 + c.padTop) / c.stride + 1,
            columns = (c.inputWidth - 1 + c.padLeft) / c.stride + 1;
  c.outputHeight = draw((rows + 1) / 2, rows), c.outputWidth = draw((columns + 1) / 2, columns);
  return c;
}

ConvolutionShape same(int batch, int height, int width, int from, int to) {
  return {batch, height, width, from, height, width, to, 3, 3, 1, 1, 1};
}

}  // namespace

int main() {
  flushDenormals();
  for (int i = 0; i < 150;) {
    const ConvolutionShape c = randomConvolution();
    if (filterSize(c) * c.outputHeight * c.outputWidth * c.batch > 400000) continue;
    checkConvolution(c);
    if (++i % 5 == 0) checkMaxPool(c);
  }
  // Winograd, and just outside of it: too few tiles, parts of vectors, narrow maps.
  for (const ConvolutionShape& c :
       {same(1, 16, 16, 8, 8), same(2, 16, 16, 16, 24), same(1, 13, 19, 32, 48), same(4, 5, 5, 40, 16),
        same(3, 7, 9, 16, 33), same(1, 15, 15, 80, 16), same(1, 12, 20, 16, 16), same(2, 10, 14, 9, 16),
        same(20, 4, 2, 16, 16), same(20, 3, 4, 16, 16), same(1, 2, 70, 16, 16), same(2, 2, 140, 8, 16),
        same(1, 30, 34, 16, 8)})
    checkConvolution(c);
  // Images in bands, 1×1 (products of pixels), and the stem of an ImageNet network.
  for (const ConvolutionShape& c :
       {same(1, 61, 59, 19, 5), same(33, 6, 5, 3, 17), ConvolutionShape{1, 150, 149, 3, 75, 75, 9, 7, 7, 2, 3, 3},
        ConvolutionShape{3, 9, 11, 17, 9, 11, 33, 1, 1, 1, 0, 0},
        ConvolutionShape{2, 57, 56, 24, 29, 28, 7, 1, 1, 2, 0, 0}})
    checkConvolution(c);
  for (int i = 0; i < 60;) {
    const ConvolutionShape c = randomConvolution();
    const int groups = oneOf({1, 2, 3, 5, 8, 32});
    if (filterSize(c) * c.outputHeight * c.outputWidth * c.batch * groups > 400000) continue;
    checkGrouped(c, groups);
    i++;
  }
  // Images in bands, several images an item, and groups of more outputs than a tile.
  checkGrouped({1, 61, 59, 4, 61, 59, 4, 3, 3, 1, 1, 1}, 9);
  checkGrouped({9, 80, 61, 3, 40, 31, 2, 3, 3, 2, 1, 1}, 5);
  checkGrouped({33, 5, 4, 1, 5, 4, 1, 3, 3, 1, 1, 1}, 37);
  checkGrouped(same(3, 8, 7, 20, 70), 2);
  checkMaxPool({2, 57, 56, 24, 29, 28, 24, 3, 3, 2, 1, 1});
  for (int i = 0; i < 12; i++) {
    checkShortcut(draw(1, 5), draw(1, 9), draw(1, 9), oneOf(kChannels), draw(1, 3), draw(0, 20));
    checkProduct(draw(1, 70), oneOf(kChannels), oneOf(kChannels));
    checkAveragePool(draw(1, 5), draw(1, 50), oneOf(kChannels));
    checkSoftmax(draw(1, 40), draw(1, 12));
    for (const size_t rows : {draw(1, 9), draw(10, 3000)}) checkBatchNorm(rows, oneOf(kChannels), i & 1, i & 2);
  }
  for (const size_t rows : {1, 9, 3000}) checkGates(rows, oneOf(kChannels));
  checkBatchNorm(20011, 7, true, true);
  checkProduct(300, 513, 10);
  for (const size_t count : {1, 15, 16, 17, 16384, 16385, 50001}) checkUpdate(count);
  if (kernels.multiplyAdds(5, 100) <= 0) return 1;
  printf("%d cases", cases);
}
