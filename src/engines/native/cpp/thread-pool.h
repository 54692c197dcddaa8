// The pool of threads for kernels, and their scratch memory.
#pragma once
#include <stddef.h>

// Sets the number of threads that run kernels, with the caller. Not to be called while a kernel runs.
// Throws std::system_error if the system allows no more threads. Then the number does not change.
void setThreads(int threads);
// Runs work(context, item, thread) once for each item 0 … items−1, on any free thread. Returns when all are done.
void runParallel(int items, void (*work)(void* context, int item, int thread), void* context);

// Memory that keeps its address until a larger piece is requested under the same name. It is 64-byte aligned and not
// cleared. The calling thread's own:
float* threadScratch(int thread, size_t floats);
// Shared by all threads, to be requested outside runParallel; slots 0 … 3:
float* sharedScratch(int slot, size_t floats);
