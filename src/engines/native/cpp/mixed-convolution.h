// Convolution of bfloat16 forward, and its gradient by the input, as products on tiles: rows of A are 16 positions of
// the padded planes, and B is the filter. One code serves every shape. The order of sums depends only on the shape.
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

inline int stepsOf(const Run& run, int channels) { return ceilDivide(run.taps * channels, 32); }
inline int stepsOf(const Phase& phase, int channels) {
  int steps = 0;
  for (int r = 0; r < phase.runs; r++) steps += stepsOf(phase.run[r], channels);
  return steps;
}

// Filters [height][width][in][out] of float32 as tiles of B: [phase][block of outputs][step][tile][k/2][output][k%2],
// where a block is one or two tiles. `turned` is for the gradient by the input, whose outputs are the filter's inputs.
struct PackedFilters {
  const Planes& g;
  const float* filter;
  int kernelWidth;
  bool turned;
  int tiles;  // of 16 outputs
  size_t phaseStart[kMostStride * kMostStride + 1];

  PackedFilters(const Planes& g, const float* filter, int kernelWidth, bool turned)
      : g(g), filter(filter), kernelWidth(kernelWidth), turned(turned), tiles(ceilDivide(g.outputChannels, 16)) {
    phaseStart[0] = 0;
    for (int p = 0; p < g.phases; p++)
      phaseStart[p + 1] = phaseStart[p] + (size_t)stepsOf(g.phase[p], g.channels) * tiles * 512;
  }
  size_t size() const { return phaseStart[g.phases]; }
  int blocks() const { return ceilDivide(tiles, 2); }
  int tilesOf(int block) const { return least(2, tiles - block * 2); }

  // Row k of a run and 16 outputs from `first`.
  Vector<16> row(const Run& run, int k, int first) const {
    const int tap = k / g.channels, channel = k % g.channels, lanes = least(16, g.outputChannels - first);
    if (tap >= run.taps) return zero<16>();
    const int place = run.kernelRow * kernelWidth + run.kernelColumn + tap * run.kernelStep;
    const float* from = filter + (size_t)place * g.channels * g.outputChannels;
    if (!turned && lanes == 16) return load<16>(from + (size_t)channel * g.outputChannels + first);
    float values[16] = {};
    for (int lane = 0; lane < lanes; lane++)
      values[lane] = turned ? from[(size_t)(first + lane) * g.channels + channel]
                            : from[(size_t)channel * g.outputChannels + first + lane];
    return load<16>(values);
  }

  // Rows k … k+15 of a run and 16 outputs from `first`, as pairs of rows.
  void packRows(const Run& run, int k, int first, bf16* to) const {
    if (!turned || g.channels % 16 || first + 16 > g.outputChannels || k >= run.taps * g.channels) {
      for (int i = 0; i < 16; i += 2, to += 32)
        storePairs(to, narrow<16>(row(run, k + i, first)), narrow<16>(row(run, k + i + 1, first)));
      return;
    }
    // Of a tap, 16 outputs of 16 channels, transposed.
    const int place = run.kernelRow * kernelWidth + run.kernelColumn + k / g.channels * run.kernelStep;
    const float* from = filter + ((size_t)place * g.outputChannels + first) * g.channels + k % g.channels;
    Vector<16> rows[16];
    unroll<0, 16>([&](auto i) INLINE_LAMBDA { rows[i] = load<16>(from + (size_t)i * g.channels); });
    transpose16(rows);
    unroll<0, 8>([&](auto i)
                     INLINE_LAMBDA { storePairs(to + i * 32, narrow<16>(rows[2 * i]), narrow<16>(rows[2 * i + 1])); });
  }

  void pack(bf16* packed) const {
    for (int p = 0; p < g.phases; p++) {
      const Phase& phase = g.phase[p];
      const int steps = stepsOf(phase, g.channels);
      parallel(blocks() * phase.runs, [&](int item, int) {
        const int block = item / phase.runs, N = tilesOf(block);
        const Run& run = phase.run[item % phase.runs];
        int before = 0;
        for (int r = 0; r < item % phase.runs; r++) before += stepsOf(phase.run[r], g.channels);
        bf16* to = packed + phaseStart[p] + ((size_t)block * 2 * steps + (size_t)before * N) * 512;
        for (int step = 0; step < stepsOf(run, g.channels); step++)
          for (int n = 0; n < N; n++)
            for (int k = 0; k < 32; k += 16, to += 256) packRows(run, step * 32 + k, (block * 2 + n) * 16, to);
      });
    }
  }
};

// The outputs of one work item: some whole images, or rows of one image, or columns if the planes are the input itself;
// of all output channels, or of the blocks of one part of them.
struct Piece {
  int image, images, row, rows, column, columns;
  int part;
};

struct Pieces {
  const Planes& g;
  int images, rows, columns, across, bands, parts, count;
  explicit Pieces(const PackedFilters& filters) : g(filters.g) {
    constexpr int kElements = 64000;  // a small part of the second cache
    const int mostRows = g.mostRows(), row = g.planes * g.rowSize(), image = row * g.imagePitch;
    images = image >= kElements ? 1 : most(1, least(kElements / image, g.batch / 16));
    rows = image <= kElements * 2 ? mostRows : least(mostRows, most(1, kElements / row));
    columns = g.isOneRow() ? 256 : g.rowPitch;
    across = ceilDivide(g.rowPitch, columns);
    bands = ceilDivide(mostRows, rows);
    // Filters of more than 1 MB are read from beyond the second cache by each item. So an item has a part of them, and
    // as many more images.
    constexpr size_t kFilters = 1 << 19;
    parts = 1;
    if (images == 1 && bands == 1 && across == 1)
      parts = most(1, least(least(filters.blocks(), g.batch), (int)(filters.size() / kFilters)));
    images *= parts;
    count = ceilDivide(g.batch, images) * bands * across * parts;
  }
  Piece operator[](int item) const {
    const int part = item / (count / parts);
    item %= count / parts;
    const int image = item / (bands * across) * images, row = item / across % bands * rows,
              column = item % across * columns;
    return {image,  least(images, g.batch - image),      row, least(rows, g.mostRows() - row),
            column, least(columns, g.rowPitch - column), part};
  }
};

// Copies rows first … first+rows−1 of a plane, of some images one after the other, into `to`.
inline void copyPlane(const Planes& g, int plane, const bf16* x, const Normaliser& norm, const Piece& piece, int rows,
                      bf16* to) {
  const PlaneAxis &vertical = g.vertical[plane], &horizontal = g.horizontal[plane];
  const size_t C = g.channels;
  const int pixels = g.rowPitch * g.pixels;
  const int lead = least(horizontal.lead, pixels), end = most(lead, least(horizontal.end, pixels));
  for (int r = 0; r < rows; r++, to += pixels * C) {
    const bool whole = piece.images > 1;
    const int image = piece.image + (whole ? r / g.imagePitch : 0), j = whole ? r % g.imagePitch : piece.row + r;
    if (j < vertical.lead || j >= vertical.end || image >= g.batch) {
      __builtin_memset(to, 0, pixels * C * 2);
      continue;
    }
    const size_t row = (size_t)image * g.inputHeight + vertical.first + j * vertical.step;
    const bf16* from = x + (row * g.inputWidth + horizontal.first + lead * horizontal.step) * C;
    __builtin_memset(to, 0, lead * C * 2);
    if (horizontal.step == 1) {
      norm.copy(from, (end - lead) * C, to + lead * C);
    } else {
      for (int i = lead; i < end; i++, from += horizontal.step * C) {
        if (C < 8 && !norm)  // a call costs more
          for (size_t c = 0; c < C; c++) to[i * C + c] = from[c];
        else
          norm.copy(from, C, to + i * C);
      }
    }
    __builtin_memset(to + end * C, 0, (pixels - end) * C * 2);
  }
}

// What is done to a sum before it is rounded and stored: `other` is added to it. With `norm`, the sum is rounded, as
// when it is stored, and normalised before that addition; then comes ReLU, if asked.
struct Finish {
  const bf16* other;                 // of the output's shape; null for none
  const Normaliser* norm = nullptr;  // of the output's channels; null for none
  bool relu = false;
};

// Rounds the sums of 16 positions, N tiles of 16 channels, and stores those that are outputs.
struct Outputs {
  const Planes& g;
  const Phase& phase;
  const Piece& piece;
  const Finish& finish;
  bf16* y;

  // The first output of a row of positions, or null if it has none.
  bf16* row(int r) const {
    const bool whole = piece.images > 1;
    const int image = piece.image + (whole ? r / g.imagePitch : 0), at = whole ? r % g.imagePitch : piece.row + r;
    if (at >= phase.rows || image >= piece.image + piece.images || (!whole && r >= piece.rows)) return nullptr;
    const size_t outputRow = (size_t)image * g.outputHeight + phase.firstRow + at * phase.step;
    return y + (outputRow * g.outputWidth + phase.firstColumn) * g.outputChannels;
  }

  template <int N>
  void store(const float* sums, int row, int column, int channel) const {
    if (finish.norm)
      store<N, true>(sums, row, column, channel);
    else
      store<N, false>(sums, row, column, channel);
  }

 private:
  template <int N, bool normalised>
  void store(const float* sums, int row, int column, int channel) const {
    const int channels = least(16 * N, g.outputChannels - channel);
    const ptrdiff_t pitch = (ptrdiff_t)phase.step * g.outputChannels;
    Normaliser::Lanes<16> norm[N];
    if constexpr (normalised)
      unroll<0, N>([&](auto n) INLINE_LAMBDA { norm[n] = finish.norm->at<16>(channel + n * 16); });
    const auto finished = [&](Vector<16> sum, auto n, const bf16* other) INLINE_LAMBDA {
      if constexpr (normalised) sum = norm[n].beforeRelu(widen<16>(narrow<16>(sum)));
      if (other) sum += load<16>(other + n * 16);
      return normalised && finish.relu ? positive<16>(sum) : sum;
    };
    for (int i = 0; i < 16;) {
      const int here = least(16 - i, g.rowPitch - column), valid = least(here, phase.columns - piece.column - column);
      if (bf16* first = this->row(row)) {
        bf16* to = first + (piece.column + column) * pitch + channel;
        const float* from = sums + i * 16;
        for (int k = 0; k < valid; k++, to += pitch, from += 16) {
          const bf16* other = finish.other ? finish.other + (to - y) : nullptr;
          if (channels == 16 * N) {
            unroll<0, N>([&](auto n) INLINE_LAMBDA {
              VARIANT::store<16>(to + n * 16, finished(load<16>(from + n * 256), n, other));
            });
          } else {
            bf16 values[16 * N] = {};
            if (other) __builtin_memcpy(values, other, channels * 2);
            unroll<0, N>([&](auto n) INLINE_LAMBDA {
              VARIANT::store<16>(values + n * 16, finished(load<16>(from + n * 256), n, other ? values : nullptr));
            });
            __builtin_memcpy(to, values, channels * 2);
          }
        }
      }
      i += here, column += here;
      if (column >= g.rowPitch) column = 0, row++;
    }
  }
};

// One block of N tiles of output channels, all positions of a piece.
template <int M, int N>
void correlateBlock(Tiles& tiles, const Outputs& out, const bf16* planes, const int* offsets, int steps,
                    const bf16* filters, int channel) {
  const Planes& g = out.g;
  const Piece& piece = out.piece;
  const int rows = piece.images > 1 ? piece.images * g.imagePitch : piece.rows;
  // Tiles lie within rows if these are whole tiles, else anywhere.
  const bool byRows = out.phase.columns % 16 == 0 && piece.column == 0 && piece.columns == g.rowPitch;
  const int across = byRows ? out.phase.columns / 16 : 0;
  const int count = byRows ? rows * across : ceilDivide(rows * (piece.images > 1 ? g.rowPitch : piece.columns), 16);
  Products p;
  p.aPitch = (ptrdiff_t)g.positionSize() * 2, p.offsets = offsets, p.steps = steps;
  p.bPitch = 64, p.bStep = N * 1024, p.cPitch = 64, p.add = false;
  unroll<0, N>([&](auto n) INLINE_LAMBDA { p.b[n] = (const char*)(filters + n * 512); });
  alignas(64) float sums[M * N * 256];
  unroll<0, M>(
      [&](auto m) INLINE_LAMBDA { unroll<0, N>([&](auto n) INLINE_LAMBDA { p.c[m][n] = sums + (m * N + n) * 256; }); });
  for (int t = 0; t < count; t += M) {
    int row[M], column[M];
    unroll<0, M>([&](auto m) INLINE_LAMBDA {
      const int tile = least(t + m, count - 1);
      row[m] = byRows ? tile / across : tile * 16 / g.rowPitch;
      column[m] = byRows ? tile % across * 16 : tile * 16 % g.rowPitch;
      p.a[m] = (const char*)(planes + ((size_t)row[m] * g.rowPitch + column[m]) * g.positionSize());
    });
    multiply<M, N>(tiles, p);
    unroll<0, M>([&](auto m) INLINE_LAMBDA {
      if (t + m < count) out.store<N>(sums + m * N * 256, row[m], column[m], channel);
    });
  }
}

inline void correlate(const Planes& g, const PackedFilters& filters, const bf16* x, const Normaliser& norm,
                      const bf16* packed, const Finish& finish, bf16* y) {
  const Pieces pieces(filters);
  parallel(pieces.count, [&](int item, int thread) {
    const Piece piece = pieces[item];
    const int rows = (piece.images > 1 ? piece.images * g.imagePitch : piece.rows) + g.rowsBelow();
    const size_t rowSize = g.rowSize();
    // The room that the last tile reads beyond the end: 15 positions, taps, the rest of a step.
    const size_t slack = (size_t)(16 + kMostKernel) * g.positionSize() + 32;
    const bool flat = g.isOneRow();
    const size_t size = flat ? (size_t)piece.columns * g.channels : rows * rowSize,
                 plane = (size + slack + 31) / 32 * 32;
    const bool inPlace = flat && !norm && g.channels % 32 == 0 && piece.columns % 64 == 0;
    const size_t planesSize = inPlace ? 0 : g.planes * plane;
    int mostSteps = 0;
    for (int p = 0; p < g.phases; p++) mostSteps = most(mostSteps, stepsOf(g.phase[p], g.channels));
    bf16* memory = (bf16*)threadScratch(thread, planesSize / 2 + mostSteps);
    int* offsets = (int*)(memory + planesSize);
    const bf16* planes = x + (size_t)piece.column * g.channels;
    if (!inPlace) {
      for (int i = 0; i < g.planes; i++) {
        if (flat)
          norm.copy(planes, size, memory);
        else
          copyPlane(g, i, x, norm, piece, rows, memory + i * plane);
        __builtin_memset(memory + i * plane + size, 0, (plane - size) * 2);
      }
      planes = memory;
    }
    Tiles tiles;
    for (int p = 0; p < g.phases; p++) {
      const Phase& phase = g.phase[p];
      const Outputs out = {g, phase, piece, finish, y};
      const int steps = stepsOf(phase, g.channels);
      for (int r = 0, step = 0; r < phase.runs; r++) {
        const Run& run = phase.run[r];
        const size_t first = run.plane * plane + run.row * rowSize + (size_t)run.column * g.positionSize();
        for (int i = 0; i < stepsOf(run, g.channels); i++) offsets[step++] = (int)(first + i * 32) * 2;
      }
      const int end = shareStart(filters.blocks(), piece.part + 1, pieces.parts);
      for (int block = shareStart(filters.blocks(), piece.part, pieces.parts); block < end; block++) {
        const bf16* b = packed + filters.phaseStart[p] + (size_t)block * 2 * steps * 512;
        if (filters.tilesOf(block) == 2)
          correlateBlock<2, 2>(tiles, out, planes, offsets, steps, b, block * 32);
        else
          correlateBlock<4, 1>(tiles, out, planes, offsets, steps, b, block * 32);
      }
    }
  });
}

// A 1×1 convolution, as one row of pixels.
inline ConvolutionShape flattened(const ConvolutionShape& c) {
  const bool pixelwise = c.kernelHeight == 1 && c.kernelWidth == 1 && c.stride == 1 &&
                         c.outputHeight == c.inputHeight && c.outputWidth == c.inputWidth;
  const int pixels = c.batch * c.inputHeight * c.inputWidth;
  return pixelwise ? ConvolutionShape{1, 1, pixels, c.inputChannels, 1, pixels, c.outputChannels, 1, 1, 1, 0, 0} : c;
}

inline void correlate(const Planes& g, const ConvolutionShape& c, bool turned, const bf16* x, const float* norm,
                      const float* filter, const bf16* packed, const Finish& finish, bf16* y) {
  const PackedFilters filters(g, filter, c.kernelWidth, turned);
  if (!packed) {
    bf16* room = (bf16*)sharedScratch(0, (filters.size() + 1) / 2);
    filters.pack(room);
    packed = room;
  }
  correlate(g, filters, x, Normaliser(norm, g.channels), packed, finish, y);
}

void convolution(const mixed::Convolution& k) {
  const ConvolutionShape c = flattened(k.shape);
  correlate(Planes::forward(c, true), c, false, k.x, k.norm, k.filter, k.packed, {nullptr}, k.y);
}

void normalisedConvolution(const mixed::NormalisedConvolution& k) {
  const ConvolutionShape c = flattened(k.shape);
  const Normaliser norm(k.outputNorm, c.outputChannels, 3);
  correlate(Planes::forward(c, true), c, false, k.x, k.norm, k.filter, k.packed, {k.shortcut, &norm, k.relu}, k.y);
}

size_t packedFilterSize(const ConvolutionShape& shape) {
  const ConvolutionShape c = flattened(shape);
  const Planes g = Planes::forward(c, true);
  return PackedFilters(g, nullptr, c.kernelWidth, false).size();
}

void packFilter(const mixed::PackFilter& k) {
  const ConvolutionShape c = flattened(k.shape);
  const Planes g = Planes::forward(c, true);
  PackedFilters(g, k.filter, c.kernelWidth, false).pack(k.packed);
}

void convolutionInputGradient(const mixed::ConvolutionInputGradient& k) {
  const ConvolutionShape c = flattened(k.shape);
  correlate(Planes::inputGradient(c), c, true, k.dy, nullptr, k.filter, nullptr, {k.other}, k.dx);
}

}  // namespace
}  // namespace VARIANT
