// The pool's controls, for the binding alone; what kernels call is in kernels.h.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Threads that run kernels from now on, the caller included. Not while a kernel runs.
// Throws std::system_error where the system allows no more threads; what was in force then stays.
void setThreads(int threads);
// 64-byte aligned (2 MiB, and huge pages asked for, where that large); null when memory is short.
void* allocateAligned(size_t bytes);
void freeAligned(void* memory);
// Makes this thread take denormal numbers as zero; returns what restoreDenormals puts back.
uint64_t flushDenormals();
void restoreDenormals(uint64_t before);
