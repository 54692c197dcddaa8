// What the engine and its kernels agree on: plain structs, and one table of functions per instruction set.
// Plain data and declarations only: each variant's code must stay in its own namespace, or the linker could pick a
// function compiled for AVX-512 where the baseline needs it. All arrays are float32, channels last.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct Convolution {
  int batch;
  int inputHeight, inputWidth, inputChannels;
  int outputHeight, outputWidth, outputChannels;
  int kernelHeight, kernelWidth;
  int stride;
  int padTop, padLeft;
};

struct BatchNorm {
  size_t rows;  // all axes but the last
  int channels;
  bool relu;
  float epsilon, momentum;
  const float *x, *gamma, *beta, *shortcut;  // shortcut may be null
  const float *runningMean, *runningVariance;
  float *y, *mean, *inverseStd, *newRunningMean, *newRunningVariance;
};

struct BatchNormGradient {
  size_t rows;
  int channels;
  bool relu;
  const float *dy, *x, *y, *gamma, *mean, *inverseStd;
  float *dx, *dgamma, *dbeta, *dshortcut;  // dshortcut may be null
};

struct Momentum {
  size_t count;
  float learningRate, momentum, weightDecay;
  const float *weights, *velocity, *gradient;
  float *newWeights, *newVelocity;
};

// One kernel per function; every function divides its work by the shapes alone, so that the numbers are the same for
// any number of threads.
struct Kernels {
  const char* title;
  int width;  // floats in a vector
  void (*convolution)(const Convolution&, const float* x, const float* filter, float* y);
  void (*convolutionInputGradient)(const Convolution&, const float* dy, const float* filter, float* dx);
  void (*convolutionFilterGradient)(const Convolution&, const float* x, const float* dy, float* dfilter);
  // c[m,n] = a·b, where a is [m,k] and b is [k,n] ([n,k] when transposed).
  void (*product)(int m, int k, int n, bool transposeB, const float* a, const float* b, float* c);
  // c[m,n] = aᵀ·b, where a is [k,m] and b is [k,n].
  void (*productOfTransposed)(int m, int k, int n, const float* a, const float* b, float* c);
  void (*batchNorm)(const BatchNorm&);
  void (*batchNormInference)(const BatchNorm&);  // mean and variance are runningMean and runningVariance
  void (*batchNormGradient)(const BatchNormGradient&);
  void (*maxPool)(const Convolution&, const float* x, float* y);
  void (*maxPoolGradient)(const Convolution&, const float* dy, const float* x, const float* y, float* dx);
  void (*averagePool)(int batch, int pixels, int channels, const float* x, float* y);
  void (*averagePoolGradient)(int batch, int pixels, int channels, const float* dy, float* dx);
  // Option A: y[..., :C] = x[:, ::stride, ::stride, :], zero in the other channels.
  void (*identityShortcut)(const Convolution&, const float* x, float* y);
  void (*identityShortcutGradient)(const Convolution&, const float* dy, float* dx);
  void (*softmaxCrossEntropy)(int batch, int classes, const float* logits, const int32_t* labels, float* losses,
                              float* wrong, float* probabilities);
  void (*softmaxCrossEntropyGradient)(int batch, int classes, const float* dlosses, const float* probabilities,
                                      const int32_t* labels, float* dlogits);
  void (*momentum)(const Momentum&);
  void (*add)(size_t count, const float* a, const float* b, float* sum);
  // y = 1/(1 + e^−(x + bias)), and its gradient; [rows, channels], bias [channels].
  void (*gate)(size_t rows, int channels, const float* x, const float* bias, float* y);
  void (*gateGradient)(size_t rows, int channels, const float* dy, const float* y, float* dx, float* dbias);
  // y = x·gate, or x·(1 − gate) as complement.
  void (*gated)(size_t count, bool complement, const float* x, const float* gate, float* y);
  void (*gatedGradient)(size_t count, bool complement, const float* dy, const float* x, const float* gate, float* dx,
                        float* dgate);
  void (*scale)(size_t count, float factor, const float* x, float* y);
  void (*relu)(size_t count, const float* x, float* y);
  void (*reluGradient)(size_t count, const float* dy, const float* y, float* dx);
  // `rounds` of multiply-adds that touch no memory, in each work item; returns how many floating-point operations.
  double (*multiplyAdds)(int items, int rounds);
};

// From thread-pool.cc.
// Runs work(context, item, thread) once for each item 0 … items−1, on whatever thread is free; returns when all are done.
void runParallel(int items, void (*work)(void* context, int item, int thread), void* context);
// Memory that keeps its address until a larger piece is asked for under the same name; 64-byte aligned, not cleared.
// The calling thread's own:
float* threadScratch(int thread, size_t floats);
// One for all threads, to be asked for outside runParallel; slots 0 … 3:
float* sharedScratch(int slot, size_t floats);
