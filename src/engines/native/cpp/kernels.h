// The interface between the engine and its kernels: plain structs of arguments, and one table of functions per
// instruction set. Both are made from the lists in kernels.inc and mixed-kernels.inc. All arrays have channels last.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct ConvolutionShape {
  int batch;
  int inputHeight, inputWidth, inputChannels;
  int outputHeight, outputWidth, outputChannels;
  int kernelHeight, kernelWidth;
  int stride;
  int padTop, padLeft;
};

// bfloat16: the upper half of a float32's bits.
struct bf16 {
  uint16_t bits;
};

#include "field-structs.inc"
#include "kernels.inc"
namespace mixed {
#include "field-structs.inc"
#include "mixed-kernels.inc"
}  // namespace mixed

// The kernels of one instruction set. Every function divides its work only by the shapes, so that the numbers are the
// same for any number of threads.
struct Kernels {
  const char* title;
  int width;  // floats in a vector
#define KERNEL(name, Arguments, arguments) void (*name)(const Arguments&);
#include "kernels.inc"
  // Runs `rounds` of multiply-adds without memory in each work item, and returns the number of floating-point
  // operations.
  double (*multiplyAdds)(int items, int rounds);
};

// The kernels of bf16-mixed precision, which also give the same bits on every processor.
struct MixedKernels {
  const char* title;
#define KERNEL(name, Arguments, arguments) void (*name)(const mixed::Arguments&);
#include "mixed-kernels.inc"
  // How many numbers packFilter() writes.
  size_t (*packedFilterSize)(const ConvolutionShape&);
};
