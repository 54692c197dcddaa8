// What the engine and its kernels agree on: plain structs of arguments, and one table of functions per instruction set,
// both made from the list in kernels.inc. All arrays are float32, channels last.
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

#define SHAPE(field) ConvolutionShape field;
#define EXTENT(field) int field;
#define COUNT(field) size_t field;
#define REAL(field) float field;
#define FLAG(field) bool field;
#define INPUT(field, size) const float* field;
#define OPTIONAL_INPUT(field, size) const float* field;
#define OUTPUT(field, size) float* field;
#define OPTIONAL_OUTPUT(field, size) float* field;
#define LABELS(field, batch, classes) const int32_t* field;
#define EXPECT(condition, sentence)
#define KERNEL(name, Arguments, arguments) \
  struct Arguments {                       \
    arguments                              \
  };
#include "kernels.inc"

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
