// Memory that starts on a cache line.
#pragma once
#include <stddef.h>

// 64-byte aligned (2 MiB, and huge pages asked for, where that large), not cleared; null when memory is short.
void* allocateAligned(size_t bytes);
void freeAligned(void* memory);
// Has large blocks given back to the system when they are freed. Once is enough.
void returnLargeBlocks();
