// A pool of threads for kernels, and the memory that they work in between their arguments.
#pragma once
#include <stddef.h>

// Threads that run kernels from now on, the caller included. Not while a kernel runs.
// Throws std::system_error where the system allows no more threads; what was in force then stays.
void setThreads(int threads);
// Runs work(context, item, thread) once for each item 0 … items−1, on whatever thread is free; returns when all are
// done.
void runParallel(int items, void (*work)(void* context, int item, int thread), void* context);

// Memory that keeps its address until a larger piece is asked for under the same name; 64-byte aligned, not cleared.
// The calling thread's own:
float* threadScratch(int thread, size_t floats);
// One for all threads, to be asked for outside runParallel; slots 0 … 3:
float* sharedScratch(int slot, size_t floats);
