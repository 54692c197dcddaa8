// The layout of a convolution's numbers for tiles. Images are copied into zero-padded planes, one for each phase of the
// stride, in which the inputs of neighbouring outputs are neighbours. Positions are numbered through all rows of all
// images of a plane. So a filter tap is an offset for any stride, and taps of one row are neighbours too.
#pragma once
#include "kernels.h"
#include "vector.h"

namespace VARIANT {
namespace {

constexpr int kMostStride = 4, kMostKernel = 15;

// One dimension of a plane. Position j has the datum first + j·step if lead ≤ j < end, else zero.
struct PlaneAxis {
  int lead, end, first, step;
  // Taps `phase`, phase + stride … of a filter: the output at u reads positions u … u + taps − 1.
  static PlaneAxis ofPhase(int phase, int stride, int pad, int extent) {
    PlaneAxis axis;
    axis.first = phase - pad, axis.step = stride;
    axis.lead = most(0, ceilDivide(pad - phase, stride));
    axis.end = most(axis.lead, ceilDivide(extent + pad - phase, stride));
    return axis;
  }
  // The distance between rows (or images) at which outputs up to `needed` positions on read only their own data. Beyond
  // the row they read the next row's lead: one padding serves both.
  int pitch(int needed) const { return most(least(end, needed), needed - lead); }
};

// Neighbouring taps of one filter row.
struct Run {
  int plane, row, column;  // the first one's place, from the output's
  int taps;
  int kernelRow, kernelColumn, kernelStep;  // in the filter
};

// Outputs that are computed in the same way: all of them, or for a gradient by the input those of one phase.
struct Phase {
  int rows, columns, firstRow, firstColumn, step;  // where they lie in the output
  int runs;
  Run run[kMostKernel * kMostStride];
};

struct Planes {
  int batch, channels;  // of the input
  int inputHeight, inputWidth;
  int outputHeight, outputWidth, outputChannels;
  int pixels = 1;                    // neighbouring pixels of the input that are one position of a plane
  int rowPitch = 0, imagePitch = 0;  // positions from row to row, rows from image to image
  int needed = 0;                    // rows of a plane that the outputs read
  int planes = 0, phases = 0;
  PlaneAxis vertical[kMostStride * kMostStride] = {}, horizontal[kMostStride * kMostStride] = {};
  Phase phase[kMostStride * kMostStride] = {};

  int positionSize() const { return pixels * channels; }
  int rowSize() const { return rowPitch * positionSize(); }
  int mostRows() const {
    int rows = 0;
    for (int p = 0; p < phases; p++) rows = most(rows, phase[p].rows);
    return rows;
  }
  // The rows of a plane that outputs read below their own row.
  int rowsBelow() const {
    int rows = 0;
    for (int p = 0; p < phases; p++) rows = most(rows, needed - phase[p].rows);
    return rows;
  }
  // Whether the only plane is the input itself, as one row of pixels.
  bool isOneRow() const {
    return batch == 1 && planes == 1 && phases == 1 && inputHeight == 1 && outputHeight == 1 && imagePitch == 1 &&
           needed == 1 && rowPitch == inputWidth && outputWidth == inputWidth && !horizontal[0].lead;
  }

 private:
  void add(const PlaneAxis& y, const PlaneAxis& x, int rows) {
    vertical[planes] = y, horizontal[planes] = x;
    planes++;
    imagePitch = most(imagePitch, y.pitch(rows));
    needed = most(needed, rows);
  }

 public:
  // Forward: s² planes of the input, one phase of outputs. With `wholeRows`, if a filter row of an image fits a step: s
  // planes, whose positions are as many pixels as an output is from the next. So a run is a whole filter row.
  static Planes forward(const ConvolutionShape& c, bool wholeRows = false) {
    Planes g = {c.batch, c.inputChannels, c.inputHeight, c.inputWidth, c.outputHeight, c.outputWidth, c.outputChannels};
    g.rowPitch = c.outputWidth, g.imagePitch = c.outputHeight;
    g.phases = 1;
    Phase& phase = g.phase[0];
    phase = {c.outputHeight, c.outputWidth, 0, 0, 1, 0, {}};
    constexpr int kMostImageChannels = 4;
    wholeRows =
        wholeRows && c.stride > 1 && c.inputChannels <= kMostImageChannels && c.kernelWidth * c.inputChannels <= 32;
    const int step = wholeRows ? 1 : c.stride;  // from tap to tap of a run
    if (wholeRows) {
      g.pixels = c.stride;
      g.rowPitch = ceilDivide((c.outputWidth - 1) * c.stride + most(c.stride, c.kernelWidth), c.stride);
    }
    for (int py = 0; py < least(c.stride, c.kernelHeight); py++)
      for (int px = 0; px < least(step, c.kernelWidth); px++) {
        const int tapRows = ceilDivide(c.kernelHeight - py, c.stride), tapColumns = ceilDivide(c.kernelWidth - px, step);
        for (int i = 0; i < tapRows; i++)
          phase.run[phase.runs++] = {g.planes, i, 0, tapColumns, py + i * c.stride, px, step};
        const PlaneAxis x = PlaneAxis::ofPhase(px, step, c.padLeft, c.inputWidth);
        g.add(PlaneAxis::ofPhase(py, c.stride, c.padTop, c.inputHeight), x, c.outputHeight + tapRows - 1);
        if (!wholeRows) g.rowPitch = most(g.rowPitch, x.pitch(c.outputWidth + tapColumns - 1));
      }
    return g;
  }

  // The gradient by the input: one plane of the output's gradient, s² phases of inputs. Taps run backwards.
  static Planes inputGradient(const ConvolutionShape& c) {
    struct Axis {
      int taps, first, origin, count;
      Axis(int phase, int kernel, int stride, int pad, int extent) {
        first = (phase + pad) % stride;
        taps = most(0, ceilDivide(kernel - first, stride));
        origin = (phase + pad - first) / stride - (taps - 1);
        count = ceilDivide(extent - phase, stride);
      }
    };
    Planes g = {c.batch, c.outputChannels, c.outputHeight, c.outputWidth, c.inputHeight, c.inputWidth, c.inputChannels};
    int leadY = 0, leadX = 0, rows = 0, columns = 0;
    const auto eachPhase = [&](const auto& body) {
      for (int py = 0; py < least(c.stride, c.inputHeight); py++)
        for (int px = 0; px < least(c.stride, c.inputWidth); px++)
          body(py, px, Axis(py, c.kernelHeight, c.stride, c.padTop, c.inputHeight),
               Axis(px, c.kernelWidth, c.stride, c.padLeft, c.inputWidth));
    };
    eachPhase([&](int, int, const Axis& y, const Axis& x) {
      if (y.taps && x.taps) leadY = most(leadY, -y.origin), leadX = most(leadX, -x.origin);
    });
    eachPhase([&](int py, int px, const Axis& y, const Axis& x) {
      Phase& phase = g.phase[g.phases++];
      phase = {y.count, x.count, py, px, c.stride, 0, {}};
      rows = most(rows, y.count), columns = most(columns, x.count);
      if (!y.taps || !x.taps) return;
      const int atY = y.origin + leadY, atX = x.origin + leadX;
      for (int i = 0; i < y.taps; i++)
        phase.run[phase.runs++] = {
            0,        atY + i, atX, x.taps, y.first + (y.taps - 1 - i) * c.stride, x.first + (x.taps - 1) * c.stride,
            -c.stride};
      rows = most(rows, atY + y.count + y.taps - 1), columns = most(columns, atX + x.count + x.taps - 1);
    });
    const PlaneAxis x = {leadX, leadX + c.outputWidth, -leadX, 1};
    g.add({leadY, leadY + c.outputHeight, -leadY, 1}, x, rows);
    g.rowPitch = most(g.rowPitch, x.pitch(columns));
    for (int p = 0; p < g.phases; p++)
      g.rowPitch = most(g.rowPitch, g.phase[p].columns), g.imagePitch = most(g.imagePitch, g.phase[p].rows);
    return g;
  }
};

}  // namespace
}  // namespace VARIANT
