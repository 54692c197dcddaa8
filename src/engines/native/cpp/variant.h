// The target of a variant: the width of its vectors in floats, and the number of its vector registers. VARIANT is the
// namespace of all its code, so that one addon can have several. A header that is opened alone belongs to the baseline.
#pragma once

#ifndef VARIANT
#define VARIANT baseline
#endif

// MIXED is for the kernels of bf16-mixed precision. They give the same bits on every processor, so their vectors always
// have 16 floats. If the registers are smaller, the compiler splits them.
#if defined(MIXED)
#define WIDTH 16
#if defined(AMX_TILES)
#define MIXED_TITLE "AMX"
#else
#define MIXED_TITLE "vectors"
#endif
#elif defined(__AVX512F__)
#define WIDTH 16
#define TITLE "AVX-512"
#elif defined(__AVX2__)
#define WIDTH 8
#define TITLE "AVX2"
#elif defined(__aarch64__)
#define WIDTH 4
#define TITLE "NEON"
#else
#define WIDTH 4
#define TITLE "x86-64 baseline"
#endif
#if defined(__AVX512F__) || defined(__aarch64__)
#define REGISTERS 32
#else
#define REGISTERS 16
#endif
#if defined(__FMA__) || defined(__aarch64__)
#define FUSED_MULTIPLY_ADD 1
#else
#define FUSED_MULTIPLY_ADD 0
#endif
