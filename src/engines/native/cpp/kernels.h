// What the engine and its kernels agree on: plain structs of arguments, and one table of functions per instruction set,
// both made from the lists in kernels.inc and mixed-kernels.inc. All arrays are channels last.
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

// The kernels of one instruction set. Every function divides its work by the shapes alone, so that the numbers are the
// same for any number of threads.
struct Kernels {
  const char* title;
  int width;  // floats in a vector
#define KERNEL(name, Arguments, arguments) void (*name)(const Arguments&);
#include "kernels.inc"
  // `rounds` of multiply-adds that touch no memory, in each work item; returns how many floating-point operations.
  double (*multiplyAdds)(int items, int rounds);
};

// Those of bf16-mixed precision, which give the same bits on every processor too.
struct MixedKernels {
  const char* title;
#define KERNEL(name, Arguments, arguments) void (*name)(const mixed::Arguments&);
#include "mixed-kernels.inc"
};
