// The inner loop of convolutions: tiles of pixels × output channels that stay in registers during the loop over filter
// taps and input channels, and the filters packed in the order in which a tile reads them.
#pragma once
#include "vector.h"

namespace VARIANT {
namespace {

// S neighbouring pixels of one output row, anywhere in memory. Pixels valid … S−1 are computed but not stored.
struct Group {
  const float* input;
  float* output;
  int valid;
};

struct TileArguments {
  const Group* groups;
  const float* filter;    // [runs][runLength][V·W]
  int runs, runLength;    // a run: the inputs of one filter row, neighbours in memory
  ptrdiff_t runPitch;     // floats from run to run
  ptrdiff_t pixelPitch;   // floats from pixel to pixel of a group, in the input
  ptrdiff_t outputPitch;  // the same in the output
  int channels;           // output channels to store, 1 … V·W
};

// The distance of pixel P from the first in bytes, with few registers: x86 can scale an index by 1, 2, 4 and 8.
template <int P>
ALWAYS_INLINE const float* pixelAt(const char* base, ptrdiff_t s, ptrdiff_t s3, ptrdiff_t s5) {
  if constexpr (P == 0)
    return (const float*)base;
  else if constexpr (P == 1)
    return (const float*)(base + s);
  else if constexpr (P == 2)
    return (const float*)(base + s * 2);
  else if constexpr (P == 3)
    return (const float*)(base + s3);
  else if constexpr (P == 4)
    return (const float*)(base + s * 4);
  else if constexpr (P == 5)
    return (const float*)(base + s5);
  else
    return (const float*)(base + s3 * 2);
}

// G groups of S pixels by V vectors of W channels.
template <int W, int S, int G, int V>
void tile(const TileArguments& t) {
  Vector<W> sum[G * S * V];
  unroll<0, G * S * V>([&](auto i) INLINE_LAMBDA { sum[i] = zero<W>(); });
  const float* filter = t.filter;
  const ptrdiff_t s = t.pixelPitch * 4, s3 = s * 3, s5 = s * 5;
  const char* start[G];
  unroll<0, G>([&](auto g) INLINE_LAMBDA { start[g] = (const char*)t.groups[g].input; });
  auto step = [&](const char* const* base, auto ahead) INLINE_LAMBDA {
    constexpr int u = decltype(ahead)::value;
    Vector<W> f[V];
    unroll<0, V>([&](auto v) INLINE_LAMBDA { f[v] = load<W>(filter + (u * V + v) * W); });
    unroll<0, G>([&](auto g) INLINE_LAMBDA {
      unroll<0, S>([&](auto p) INLINE_LAMBDA {
        const float x = pixelAt<decltype(p)::value>(base[g], s, s3, s5)[u];
        unroll<0, V>([&](auto v) INLINE_LAMBDA { sum[(g * S + p) * V + v] += x * f[v]; });
      });
    });
  };
  constexpr int U = 4;
  for (int run = 0; run < t.runs; run++) {
    const char* base[G];
    unroll<0, G>([&](auto g) INLINE_LAMBDA { base[g] = start[g]; });
    int left = t.runLength;
    for (; left >= U; left -= U) {
      unroll<0, U>([&](auto u) INLINE_LAMBDA { step(base, u); });
      unroll<0, G>([&](auto g) INLINE_LAMBDA { base[g] += U * 4; });
      filter += U * V * W;
    }
    for (; left > 0; left--) {
      step(base, Constant<0>{});
      unroll<0, G>([&](auto g) INLINE_LAMBDA { base[g] += 4; });
      filter += V * W;
    }
    unroll<0, G>([&](auto g) INLINE_LAMBDA { start[g] += t.runPitch * 4; });
  }
  const bool whole = t.channels == V * W;
  unroll<0, G>([&](auto g) INLINE_LAMBDA {
    float* out = t.groups[g].output;
    const int valid = t.groups[g].valid;
    unroll<0, S>([&](auto p) INLINE_LAMBDA {
      if (p < valid) {
        if (whole) {
          unroll<0, V>([&](auto v) INLINE_LAMBDA { store<W>(out + v * W, sum[(g * S + p) * V + v]); });
        } else {
          float channels[V * W];
          unroll<0, V>([&](auto v) INLINE_LAMBDA { store<W>(channels + v * W, sum[(g * S + p) * V + v]); });
          copyNumbers(out, channels, t.channels);
        }
        out += t.outputPitch;
      }
    });
  });
}

typedef void (*TileFunction)(const TileArguments&);

// The largest number of groups in a tile of V vectors by S pixels: as many accumulators as there are registers.
#if REGISTERS >= 32
constexpr int kMaxV = 2;
constexpr int maxGroups(int S, int V) { return S == 7 ? (V == 1 ? 4 : 2) : (V == 1 ? 6 : 3); }
#elif FUSED_MULTIPLY_ADD
constexpr int kMaxV = 3;
constexpr int maxGroups(int S, int V) { return S == 7 ? 1 : (V == 1 ? 3 : 1); }
#else
constexpr int kMaxV = 2;
constexpr int maxGroups(int S, int V) { return S == 7 ? 1 : (V == 1 ? 2 : 1); }
#endif
// Groups of 7 pixels suit maps of 7, 14 … 112. With 16 registers there is only room for groups of 4.
constexpr bool kSevens = REGISTERS >= 32;

template <int W, int S, int V>
TileFunction tileOfGroups(int groups) {
  TileFunction found = nullptr;
  unroll<1, maxGroups(S, V) + 1>([&](auto g) {
    if (groups == g) found = tile<W, S, decltype(g)::value, V>;
  });
  return found;
}

template <int W>
TileFunction findTile(int S, int V, int groups) {
  TileFunction found = nullptr;
  unroll<1, kMaxV + 1>([&](auto v) {
    constexpr int vectors = decltype(v)::value;
    if (V != vectors) return;
    if constexpr (kSevens) {
      if (S == 7) found = tileOfGroups<W, 7, vectors>(groups);
    }
    if (S == 4) found = tileOfGroups<W, 4, vectors>(groups);
  });
  return found;
}

// Output channels in blocks of at most kMaxV vectors, as equal as possible.
struct ChannelBlocks {
  int channels, width, vectors, blocks;
  ChannelBlocks(int channels, int width, int maxVectors)
      : channels(channels),
        width(width),
        vectors(ceilDivide(channels, width)),
        blocks(ceilDivide(vectors, maxVectors)) {}
  int firstVector(int block) const { return shareStart(vectors, block, blocks); }
  int vectorsOf(int block) const { return firstVector(block + 1) - firstVector(block); }
  int firstChannel(int block) const { return firstVector(block) * width; }
  int channelsOf(int block) const { return least(channels, firstChannel(block + 1)) - firstChannel(block); }
};

// The vector width for a number of channels: half vectors where they waste fewer lanes.
inline int widthFor(int channels) {
  const bool half = WIDTH > 8 && ceilDivide(channels, 8) * 8 < ceilDivide(channels, WIDTH) * WIDTH;
  return half ? 8 : WIDTH;
}

// Calls body(Constant<width>) for the vector width that suits `channels`.
template <class Body>
void withWidth(int channels, const Body& body) {
  if (widthFor(channels) == WIDTH) return body(Constant<WIDTH>{});
  if constexpr (WIDTH > 8) body(Constant<8>{});
}

// The layout of the filter's numbers: row r of a tap is its input channel, a lane is its output channel.
struct Taps {
  int count, channels;  // taps, rows in each
  ptrdiff_t rowStep, laneStep;
  const float* tap[256];
};

// packed[block][tap][row][vectors·W], zero beyond the last channel. One tap of one block.
inline void pack(const Taps& taps, const ChannelBlocks& blocks, int block, int tap, float* packed) {
  const int lanes = blocks.vectorsOf(block) * blocks.width, channels = blocks.channelsOf(block);
  packed += (size_t)taps.channels * (taps.count * blocks.firstChannel(block) + tap * lanes);
  const float* from = taps.tap[tap] + blocks.firstChannel(block) * taps.laneStep;
  if (taps.laneStep == 1) {
    for (int row = 0; row < taps.channels; row++, packed += lanes, from += taps.rowStep) {
      copyNumbers(packed, from, channels);
      clearNumbers(packed + channels, lanes - channels);
    }
    return;
  }
  for (int lane = 0; lane < lanes; lane++)
    for (int row = 0; row < taps.channels; row++)
      packed[(size_t)row * lanes + lane] = lane < channels ? from[lane * taps.laneStep + row * taps.rowStep] : 0;
}

// Memory that will be read soon. Each tile prefetches a few of its lines, so that it arrives while tiles compute.
struct Ahead {
  const char *next, *end;
  void fetch(int tilesLeft) {
    const ptrdiff_t lines = (end - next + 63) / 64;
    for (ptrdiff_t i = (lines + tilesLeft - 1) / most(1, tilesLeft); i > 0 && next < end; i--, next += 64)
      __builtin_prefetch(next, 0, 2);
  }
};

// Runs all tiles of a list of groups: for each block of channels, so that its filters stay in the cache.
template <int W>
void runTiles(TileArguments t, const ChannelBlocks& blocks, int S, Group* groups, int count, const float* packed,
              Ahead ahead) {
  for (int block = 0; block < blocks.blocks; block++) {
    const int V = blocks.vectorsOf(block), limit = maxGroups(S, V);
    t.filter = packed + (size_t)t.runs * t.runLength * blocks.firstChannel(block);
    t.channels = blocks.channelsOf(block);
    const int tiles = ceilDivide(count, limit);
    for (int i = 0; i < tiles; i++) {
      const int first = shareStart(count, i, tiles), last = shareStart(count, i + 1, tiles);
      t.groups = groups + first;
      ahead.fetch(tiles - i);
      // The output's lines of the tile after this one, to be written.
      for (int g = last; g < least(count, last + limit); g++)
        for (ptrdiff_t at = 0; at < S * t.outputPitch; at += most(16, t.outputPitch))
          __builtin_prefetch(groups[g].output + at, 1, 3);
      findTile<W>(S, V, last - first)(t);
    }
    for (int i = 0; i < count; i++) groups[i].output += t.channels;
  }
}

inline void packAll(const Taps& taps, const ChannelBlocks& blocks, float* packed) {
  parallel(blocks.blocks * taps.count,
           [&](int item, int) { pack(taps, blocks, item / taps.count, item % taps.count, packed); });
}

}  // namespace
}  // namespace VARIANT
