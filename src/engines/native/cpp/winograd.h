// 3×3 convolution with stride 1 and padding 1 by Winograd's minimal filtering F(4×4, 3×3): a tile of 4×4 outputs takes
// 36 products for each pair of channels, where direct convolution takes 144. Forward, and both gradients. Its error is
// up to six times the direct path's, and at most 4e-6 of the largest output with up to 512 channels.
//
// In one dimension, 6 inputs d give 4 outputs y = Aᵀ[(G·g) ⊙ (Bᵀ·d)] for 3 filter taps g: polynomials are multiplied
// through their values at the points 0, ±a, ±b and ∞ (Toom and Cook). In two dimensions, each matrix is applied to the
// columns, then to the rows. The 36 values of a tile are called its frequencies here. For each frequency there is one
// matrix product, [tiles, input channels]·[input channels, output channels].
#pragma once
#include "gradient-tile.h"
#include "kernels.h"
#include "tile.h"
#include "vector.h"

namespace VARIANT {
namespace {

// The convolutions that use Winograd. Measured against the direct path on one core, forward and both gradients: 1.3
// to 1.9 times as fast with 8 channels on 32×32 (transforms cost as much as products), 1.8 to 2.5 with 16, 2.2 to 3.3
// with 32 to 128, 1.5 to 2.4 with 256 and 512. Tiles that stick out of the map waste products: 5×5 maps use 25 of 64
// outputs and still gain 1.1 to 1.7. With fewer than 16 tiles the filters' transform costs what the products save.
inline bool takesWinograd(const ConvolutionShape& c) {
  const bool shape = c.kernelHeight == 3 && c.kernelWidth == 3 && c.stride == 1 && c.padTop == 1 && c.padLeft == 1 &&
                     c.outputHeight == c.inputHeight && c.outputWidth == c.inputWidth;
  const bool wholeVectors =
      c.inputChannels % widthFor(c.inputChannels) == 0 && c.outputChannels % widthFor(c.outputChannels) == 0;
  const int64_t tiles = (int64_t)ceilDivide(c.inputHeight, 4) * ceilDivide(c.inputWidth, 4);
  return shape && wholeVectors && least(c.inputChannels, c.outputChannels) >= 8 && tiles * c.batch >= 16 &&
         tiles * 16 * 3 <= (int64_t)c.inputHeight * c.inputWidth * 8;
}

// The points: √½ and √2 keep all coefficients near 1, which leaves about a third of the error of the usual 1 and 2.
constexpr float kA = 0.70710678118654752f, kA2 = 0.5f, kA3 = kA * kA2;
constexpr float kB = 1.41421356237309505f, kB2 = 2.0f, kB3 = kB * kB2;
// Lagrange's weights 1 / ∏(p − q) of the points 0, ±a, ±b.
constexpr float kWeight0 = 1 / (kA2 * kB2);
constexpr float kWeightA = 1 / (2 * kA2 * (kA2 - kB2)), kWeightB = 1 / (2 * kB2 * (kB2 - kA2));

// Matrices applied to vectors of channels. Rows of a pair ±p share their even and their odd part.
struct InputTransform {  // Bᵀ
  static constexpr int from = 6, to = 6;
  template <class V>
  static ALWAYS_INLINE void apply(const V* d, V* v) {
    const V evenA = d[4] - kB2 * d[2], oddA = d[3] - kB2 * d[1];
    const V evenB = d[4] - kA2 * d[2], oddB = d[3] - kA2 * d[1];
    v[0] = d[4] - (kA2 + kB2) * d[2] + kA2 * kB2 * d[0];
    v[1] = evenA + kA * oddA;
    v[2] = evenA - kA * oddA;
    v[3] = evenB + kB * oddB;
    v[4] = evenB - kB * oddB;
    v[5] = d[5] - (kA2 + kB2) * d[3] + kA2 * kB2 * d[1];
  }
};
struct OutputTransform {  // Aᵀ
  static constexpr int from = 6, to = 4;
  template <class V>
  static ALWAYS_INLINE void apply(const V* m, V* y) {
    const V sumA = m[1] + m[2], differenceA = m[1] - m[2];
    const V sumB = m[3] + m[4], differenceB = m[3] - m[4];
    y[0] = m[0] + sumA + sumB;
    y[1] = kA * differenceA + kB * differenceB;
    y[2] = kA2 * sumA + kB2 * sumB;
    y[3] = kA3 * differenceA + kB3 * differenceB + m[5];
  }
};
struct Unchanged {
  static constexpr int from = 4, to = 4;
  template <class V>
  static ALWAYS_INLINE void apply(const V* m, V* y) {
    unroll<0, 4>([&](auto i) INLINE_LAMBDA { y[i] = m[i]; });
  }
};
struct OutputGradientTransform {  // A
  static constexpr int from = 4, to = 6;
  template <class V>
  static ALWAYS_INLINE void apply(const V* y, V* v) {
    const V evenA = y[0] + kA2 * y[2], oddA = y[1] + kA2 * y[3];
    const V evenB = y[0] + kB2 * y[2], oddB = y[1] + kB2 * y[3];
    v[0] = y[0];
    v[1] = evenA + kA * oddA;
    v[2] = evenA - kA * oddA;
    v[3] = evenB + kB * oddB;
    v[4] = evenB - kB * oddB;
    v[5] = y[3];
  }
};
struct FilterTransform {  // G
  static constexpr int from = 3, to = 6;
  template <class V>
  static ALWAYS_INLINE void apply(const V* g, V* u) {
    const V evenA = kWeightA * (g[0] + kA2 * g[2]), oddA = kWeightA * kA * g[1];
    const V evenB = kWeightB * (g[0] + kB2 * g[2]), oddB = kWeightB * kB * g[1];
    u[0] = kWeight0 * g[0];
    u[1] = evenA + oddA;
    u[2] = evenA - oddA;
    u[3] = evenB + oddB;
    u[4] = evenB - oddB;
    u[5] = g[2];
  }
};
struct FilterGradientTransform {  // Gᵀ
  static constexpr int from = 6, to = 3;
  template <class V>
  static ALWAYS_INLINE void apply(const V* u, V* g) {
    const V sumA = kWeightA * (u[1] + u[2]), differenceA = kWeightA * (u[1] - u[2]);
    const V sumB = kWeightB * (u[3] + u[4]), differenceB = kWeightB * (u[3] - u[4]);
    g[0] = kWeight0 * u[0] + sumA + sumB;
    g[1] = kA * differenceA + kB * differenceB;
    g[2] = kA2 * sumA + kB2 * sumB + u[5];
  }
};

// In two dimensions: columns, then rows. read(i, j) returns the vector at a row and column, write(i, j, vector) stores
// it.
template <int W, class Columns, class Rows, class Read, class Write>
ALWAYS_INLINE void transformTile(const Read& read, const Write& write) {
  Vector<W> between[Columns::to * Rows::from];
  unroll<0, Rows::from>([&](auto j) INLINE_LAMBDA {
    Vector<W> before[Columns::from], after[Columns::to];
    unroll<0, Columns::from>([&](auto i) INLINE_LAMBDA { before[i] = read(i, j); });
    Columns::apply(before, after);
    unroll<0, Columns::to>([&](auto i) INLINE_LAMBDA { between[i * Rows::from + j] = after[i]; });
  });
  unroll<0, Columns::to>([&](auto i) INLINE_LAMBDA {
    Vector<W> after[Rows::to];
    Rows::apply(between + i * Rows::from, after);
    unroll<0, Rows::to>([&](auto j) INLINE_LAMBDA { write(i, j, after[j]); });
  });
}

constexpr int kFrequencies = 36;
// Floats from frequency to frequency: one cache line more than needed, because at a power of two all 36 share a cache
// set.
inline size_t frequencyPitch(int rows, int lanes) { return (size_t)rows * lanes + 16; }

// The maps are cut into strips: one row of tiles of one image, numbered through the batch.
struct Strips {
  int height, width, across, perImage, count;
  explicit Strips(const ConvolutionShape& c)
      : height(c.inputHeight),
        width(c.inputWidth),
        across(ceilDivide(width, 4)),
        perImage(ceilDivide(height, 4)),
        count(c.batch * perImage) {}
  size_t firstPixel(int strip) const { return ((size_t)(strip / perImage) * height + strip % perImage * 4) * width; }
  int rowsLeft(int strip) const { return height - strip % perImage * 4; }
  // The memory of strips first … last−1 of a map with this number of channels, as far as they exist.
  Ahead ahead(const float* map, int channels, int first, int last) const {
    const auto at = [&](int strip) { return (const char*)(map + firstPixel(least(strip, count)) * channels); };
    return {at(first), at(last)};
  }
  // Strips transformed and multiplied at a time: 32 tiles, so that 64 channels' frequencies stay in a second-level
  // cache of 1 MB while the products read them. With 16, 48 or 64 tiles most layers are slower, by up to 10 %.
  int atOnce() const { return most(1, 32 / across); }
};

// The memory of one thread for the inputs' frequencies.
struct InputScratch {
  size_t pitch, zeros, columns;
  InputScratch(const Strips& s, int channels)
      : pitch(frequencyPitch(ceilDivide(s.atOnce() * s.across, 4) * 4, channels)),
        zeros((size_t)s.width * channels),
        columns((size_t)(s.across * 4 + 2) * 6 * WIDTH) {}
  size_t floats() const { return pitch * kFrequencies + zeros + columns; }
};

// Bᵀ·d·B of strips from … to−1 into the start of the scratch: v[frequency·pitch + tile·channels + channel]. Columns are
// transformed once for both tiles that share them. Outside the map all is zero: a row of zeros stands for its rows.
template <int W>
void transformInputs(const Strips& s, int from, int to, int channels, const float* x, const InputScratch& scratch,
                     float* memory) {
  float *v = memory, *zeros = memory + scratch.pitch * kFrequencies, *columns = zeros + scratch.zeros;
  clearNumbers(zeros, scratch.zeros);
  const int width = s.across * 4 + 2;
  for (int strip = from; strip < to; strip++, v += (size_t)s.across * channels) {
    const int rowsLeft = s.rowsLeft(strip);
    const float* rows[6];
    unroll<0, 6>([&](auto i) INLINE_LAMBDA {
      const bool outside = (i == 0 && rowsLeft == s.height) || i > rowsLeft;
      rows[i] = outside ? zeros : x + (s.firstPixel(strip) + (ptrdiff_t)(i - 1) * s.width) * channels;
    });
    for (int channel = 0; channel < channels; channel += W) {
      for (int column = 0; column < width; column++) {
        Vector<W> d[6], t[6];
        unroll<0, 6>([&](auto i) INLINE_LAMBDA { t[i] = zero<W>(); });
        if (column >= 1 && column <= s.width) {
          const ptrdiff_t at = (ptrdiff_t)(column - 1) * channels + channel;
          unroll<0, 6>([&](auto i) INLINE_LAMBDA { d[i] = load<W>(rows[i] + at); });
          InputTransform::apply(d, t);
        }
        unroll<0, 6>([&](auto i) INLINE_LAMBDA { store<W>(columns + (i * width + column) * W, t[i]); });
      }
      for (int tile = 0; tile < s.across; tile++) {
        unroll<0, 6>([&](auto i) INLINE_LAMBDA {
          Vector<W> d[6], t[6];
          unroll<0, 6>([&](auto j) INLINE_LAMBDA { d[j] = load<W>(columns + (i * width + tile * 4 + j) * W); });
          InputTransform::apply(d, t);
          float* at = v + (size_t)tile * channels + channel;
          unroll<0, 6>([&](auto j) INLINE_LAMBDA { store<W>(at + (i * 6 + j) * scratch.pitch, t[j]); });
        });
      }
    }
  }
}

// Aᵀ·m·A of some vectors of channels of strips from … to−1, m[frequency·pitch + tile·vectors·W + channel]; or only its
// rows' half, if the columns are Unchanged. Values outside the map are dropped.
template <int W, class Columns>
void transformOutputs(const Strips& s, int from, int to, int vectors, const float* m, size_t pitch, int channels,
                      float* y) {
  for (int strip = from; strip < to; strip++) {
    const int rows = s.rowsLeft(strip);
    for (int tile = 0; tile < s.across; tile++) {
      const int columns = s.width - tile * 4;
      float* corner = y + (s.firstPixel(strip) + tile * 4) * channels;
      for (int vector = 0; vector < vectors; vector++, m += W, corner += W)
        transformTile<W, Columns, OutputTransform>([&](int i, int j)
                                                       INLINE_LAMBDA { return load<W>(m + (i * 6 + j) * pitch); },
                                                   [&](int i, int j, Vector<W> out) INLINE_LAMBDA {
                                                     if (i < rows && j < columns)
                                                       store<W>(corner + ((ptrdiff_t)i * s.width + j) * channels, out);
                                                   });
    }
  }
}

// A·dy·Aᵀ of channels first … first+lanes−1 of strips from … to−1: v[frequency·pitch + tile·lanes + channel].
template <int W>
void transformOutputGradients(const Strips& s, int from, int to, int channels, int first, int lanes, const float* dy,
                              float* v, size_t pitch) {
  for (int strip = from; strip < to; strip++) {
    const int rows = s.rowsLeft(strip);
    for (int tile = 0; tile < s.across; tile++) {
      const int columns = s.width - tile * 4;
      const float* corner = dy + (s.firstPixel(strip) + tile * 4) * channels + first;
      for (int lane = 0; lane < lanes; lane += W, v += W, corner += W)
        transformTile<W, OutputGradientTransform, OutputGradientTransform>(
            [&](int i, int j) INLINE_LAMBDA {
              const bool inside = i < rows && j < columns;
              return inside ? load<W>(corner + ((ptrdiff_t)i * s.width + j) * channels) : zero<W>();
            },
            [&](int i, int j, Vector<W> out) INLINE_LAMBDA { store<W>(v + (i * 6 + j) * pitch, out); });
    }
  }
}

// With 32 registers, products run by columns of frequencies (columnTile). With 16, they run by single frequencies
// through tile.h: columns would need two loads for each product there, and take half as long again.
constexpr bool kByColumns = REGISTERS >= 32;

// The start of a block's filters, and within them of frequency (i, j), an input channel and a vector of the block.
inline size_t filterStart(const ChannelBlocks& blocks, int block, int C) {
  return ((size_t)blocks.firstChannel(block) * C + block * 16) * kFrequencies;
}
template <int W>
ALWAYS_INLINE size_t filterAt(int C, int vectors, int i, int j, int channel, int vector) {
  if (kByColumns) return ((((size_t)j * vectors + vector) * C + channel) * 6 + i) * W;
  return (i * 6 + j) * frequencyPitch(C, vectors * W) + ((size_t)channel * vectors + vector) * W;
}

// G·g·Gᵀ of all filters, from packed[block][tap][channel][vectors·W] of pack().
template <int W>
void transformFilters(const ChannelBlocks& blocks, int C, const float* packed, float* u) {
  constexpr int kChannels = 16;
  const int parts = ceilDivide(C, kChannels);
  parallel(blocks.blocks * parts, [&](int item, int) {
    const int block = item / parts, first = item % parts * kChannels, last = least(C, first + kChannels);
    const int V = blocks.vectorsOf(block);
    const float* g = packed + (size_t)9 * C * blocks.firstChannel(block) + (size_t)first * V * W;
    float* to = u + filterStart(blocks, block, C);
    for (int channel = first; channel < last; channel++)
      for (int vector = 0; vector < V; vector++, g += W)
        transformTile<W, FilterTransform, FilterTransform>(
            [&](int i, int j) INLINE_LAMBDA { return load<W>(g + (size_t)(i * 3 + j) * C * V * W); },
            [&](int i, int j, Vector<W> out)
                INLINE_LAMBDA { store<W>(to + filterAt<W>(C, V, i, j, channel, vector), out); });
  });
}

// Products of 4 neighbouring tiles, the 6 frequencies of a column and 1 vector of output channels, in
// registers while all input channels go by; then Aᵀ of the column at once, so that 4 vectors leave instead of 6 and
// half of the outputs' transform hides behind products: 5 to 25 % of the whole.
template <int W>
void columnTile(const float* v, size_t vPitch, const float* u, int C, float* m, size_t mPitch, int lanes) {
  constexpr int G = 4, U = 4;  // C fills whole vectors, so it is a multiple of U
  Vector<W> sum[G * 6];
  unroll<0, G * 6>([&](auto i) INLINE_LAMBDA { sum[i] = zero<W>(); });
  const ptrdiff_t s = vPitch * 6 * 4, s3 = s * 3, s5 = s * 5;
  const char* base[G];
  unroll<0, G>([&](auto g) INLINE_LAMBDA { base[g] = (const char*)(v + (size_t)g * C); });
  for (int channel = 0; channel < C; channel += U, u += U * 6 * W) {
    unroll<0, U>([&](auto k) INLINE_LAMBDA {
      unroll<0, 6>([&](auto i) INLINE_LAMBDA {
        const Vector<W> filter = load<W>(u + (k * 6 + i) * W);
        unroll<0, G>([&](auto g) INLINE_LAMBDA {
          sum[g * 6 + i] += pixelAt<decltype(i)::value>(base[g], s, s3, s5)[k] * filter;
        });
      });
    });
    unroll<0, G>([&](auto g) INLINE_LAMBDA { base[g] += U * 4; });
  }
  unroll<0, G>([&](auto g) INLINE_LAMBDA {
    Vector<W> out[4];
    OutputTransform::apply(sum + g * 6, out);
    unroll<0, 4>([&](auto i) INLINE_LAMBDA { store<W>(m + i * 6 * mPitch + (size_t)g * lanes, out[i]); });
  });
}

// Forward, or the gradient by the input, which is the same with the filters packed the other way: x has C channels, y
// has the channels of the blocks. A work item's frequencies never leave its thread's cache. Only the filters' are in
// memory.
template <int W>
void winograd(const ConvolutionShape& c, int C, const ChannelBlocks& blocks, const float* x, const float* packed,
              float* y) {
  const Strips s(c);
  float* u = sharedScratch(2, filterStart(blocks, blocks.blocks, C));
  transformFilters<W>(blocks, C, packed, u);
  const int strips = s.atOnce();
  const InputScratch scratch(s, C);
  const size_t pitch = frequencyPitch(ceilDivide(strips * s.across, 4) * 4, kMaxV * W);
  parallel(ceilDivide(s.count, strips), [&](int item, int thread) {
    const int from = item * strips, to = least(s.count, from + strips), groups = ceilDivide((to - from) * s.across, 4);
    float* v = threadScratch(thread, scratch.floats() + pitch * kFrequencies);
    float* m = v + scratch.floats();
    withWidth(C, [&](auto width) { transformInputs<decltype(width)::value>(s, from, to, C, x, scratch, v); });
    // Both maps are large: without these, cache misses take a third of the time with 16 channels.
    Ahead input = s.ahead(x, C, from + strips * 2, to + strips * 2), output = s.ahead(y, blocks.channels, from, to);
    // Tiles are processed by fours. Those past the last give numbers that nothing reads.
    for (int block = 0; block < blocks.blocks; block++) {
      const int V = blocks.vectorsOf(block), lanes = V * W;
      const float* filters = u + filterStart(blocks, block, C);
      float* out = y + blocks.firstChannel(block);
      const auto fetch = [&](int left) {
        if (block == 0) output.fetch(left);
        if (block == blocks.blocks - 1) input.fetch(left);
      };
      if constexpr (kByColumns) {
        for (int column = 0; column < 6; column++)
          for (int vector = 0; vector < V; vector++)
            for (int g = 0; g < groups; g++) {
              fetch(((5 - column) * V + V - vector) * groups - g);
              columnTile<W>(v + column * scratch.pitch + (size_t)g * 4 * C, scratch.pitch,
                            filters + filterAt<W>(C, V, 0, column, 0, vector), C,
                            m + column * pitch + (size_t)g * 4 * lanes + vector * W, pitch, lanes);
            }
        transformOutputs<W, Unchanged>(s, from, to, V, m, pitch, blocks.channels, out);
      } else {
        const int parts = ceilDivide(groups, maxGroups(4, V));
        TileArguments t;
        t.runs = 1, t.runLength = C, t.runPitch = 0;
        t.pixelPitch = C;
        t.outputPitch = t.channels = lanes;
        for (int f = 0; f < kFrequencies; f++) {
          fetch(kFrequencies - f);
          t.filter = filters + filterAt<W>(C, V, f / 6, f % 6, 0, 0);
          for (int part = 0; part < parts; part++) {
            const int first = shareStart(groups, part, parts), count = shareStart(groups, part + 1, parts) - first;
            Group list[8];
            for (int g = 0; g < count; g++) {
              const size_t tile = (size_t)(first + g) * 4;
              list[g] = {v + f * scratch.pitch + tile * C, m + f * pitch + tile * lanes, 4};
            }
            t.groups = list;
            findTile<W>(4, V, count)(t);
          }
        }
        transformOutputs<W, OutputTransform>(s, from, to, V, m, pitch, blocks.channels, out);
      }
    }
  });
}

// The gradient by the filter is the forward pass in reverse: dg = Gᵀ·[Σ (A·dy·Aᵀ) ⊙ (Bᵀ·d·B)]·G, where the sum over
// all tiles is again a matrix product for each frequency. Only the shapes decide how strips are split into chunks, of
// at least 64 tiles, because G would cost too much otherwise. The sums of the chunks are added in order.
template <int W>
void winogradFilterGradient(const ConvolutionShape& c, const float* x, const float* dy, float* dfilter) {
  constexpr size_t kMostFloats = 2 * 1024 * 1024;  // of all chunks' sums
  constexpr size_t kSumFloats = 150 * 1000;        // of one item's sums by frequency, to stay in the second-level cache
  const Strips s(c);
  const ChannelBlocks blocks(c.outputChannels, W, kGradientV);
  const int C = c.inputChannels, K = c.outputChannels;
  const size_t filterFloats = (size_t)9 * C * K;
  const int chunks = most(1, least(s.count * s.across / 64, least(64, (int)(kMostFloats / filterFloats))));
  // If there are too many sums by frequency, items divide the output channels and transform the input again.
  const int blockGroups = least(blocks.blocks, (int)((kFrequencies * (size_t)C * K + kSumFloats - 1) / kSumFloats));
  const InputScratch scratch(s, C);
  float* partial = sharedScratch(1, filterFloats * chunks);
  parallel(chunks * blockGroups, [&](int item, int thread) {
    const int chunk = item / blockGroups, group = item % blockGroups;
    const int firstBlock = shareStart(blocks.blocks, group, blockGroups);
    const int lastBlock = shareStart(blocks.blocks, group + 1, blockGroups);
    const int first = blocks.firstChannel(firstBlock), lanes = blocks.firstChannel(lastBlock) - first;
    const int start = shareStart(s.count, chunk, chunks), end = shareStart(s.count, chunk + 1, chunks);
    const size_t gradientPitch = frequencyPitch(s.atOnce() * s.across, lanes), sumPitch = frequencyPitch(C, lanes);
    float* v = threadScratch(thread, scratch.floats() + (gradientPitch + sumPitch) * kFrequencies);
    float *d = v + scratch.floats(), *sum = d + gradientPitch * kFrequencies;
    const int turns = ceilDivide(end - start, s.atOnce());
    for (int turn = 0; turn < turns; turn++) {
      const int from = start + shareStart(end - start, turn, turns),
                to = start + shareStart(end - start, turn + 1, turns);
      withWidth(C, [&](auto width) { transformInputs<decltype(width)::value>(s, from, to, C, x, scratch, v); });
      transformOutputGradients<W>(s, from, to, K, first, lanes, dy, d, gradientPitch);
      Ahead input = s.ahead(x, C, to, to * 2 - from), gradient = s.ahead(dy, K, to, to * 2 - from);
      GradientTile t;
      t.images = t.rows = 1, t.columns = (to - from) * s.across;
      t.xImage = t.xRow = t.dyImage = t.dyRow = 0;
      t.xPixel = C, t.dyPixel = t.pitch = lanes;
      t.add = turn > 0;
      for (int f = 0; f < kFrequencies; f++) {
        input.fetch(kFrequencies - f);
        gradient.fetch(kFrequencies - f);
        for (int block = firstBlock; block < lastBlock; block++) {
          const int V = blocks.vectorsOf(block), parts = ceilDivide(C, maxRows(V));
          const int lane = blocks.firstChannel(block) - first;
          t.dy = d + f * gradientPitch + lane;
          for (int part = 0; part < parts; part++) {
            const int row = shareStart(C, part, parts), rows = shareStart(C, part + 1, parts) - row;
            t.x = v + f * scratch.pitch + row;
            t.sum = sum + f * sumPitch + (size_t)row * lanes + lane;
            findGradientTile<W>(rows, V)(t);
          }
        }
      }
    }
    for (int row = 0; row < C; row++) {
      const float* u = sum + (size_t)row * lanes;
      float* to = partial + chunk * filterFloats + (size_t)row * K + first;
      for (int lane = 0; lane < lanes; lane += W, u += W, to += W)
        transformTile<W, FilterGradientTransform, FilterGradientTransform>(
            [&](int i, int j) INLINE_LAMBDA { return load<W>(u + (i * 6 + j) * sumPitch); },
            [&](int i, int j, Vector<W> out) INLINE_LAMBDA { store<W>(to + (size_t)(i * 3 + j) * C * K, out); });
    }
  });
  addChunks<W>(partial, chunks, 9 * C, K, K, dfilter);
}

}  // namespace
}  // namespace VARIANT
