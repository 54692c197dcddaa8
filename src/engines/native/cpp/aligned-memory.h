// Memory that starts on a cache line.
#pragma once
#include <stddef.h>

// 64-byte aligned (from 2 MiB on aligned to 2 MiB, with huge pages requested), not cleared. Null when memory is short.
void* allocateAligned(size_t bytes);
void freeAligned(void* memory);
// Makes the allocator return large blocks to the system when they are freed. One call is enough.
void returnLargeBlocks();
