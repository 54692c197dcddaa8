#include "aligned-memory.h"

#include <stdlib.h>
#if defined(__linux__)
#include <malloc.h>
#include <sys/mman.h>
#endif

void* allocateAligned(size_t bytes) {
  const size_t large = size_t{1} << 21;
  const bool big = bytes >= large;
  void* memory = nullptr;
  if (posix_memalign(&memory, big ? large : 64, bytes)) return nullptr;
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  if (big) madvise(memory, bytes / large * large, MADV_HUGEPAGE);
#endif
  return memory;
}

void freeAligned(void* memory) { free(memory); }

void returnLargeBlocks() {
#if defined(__GLIBC__)
  // Large blocks always get their own pages. Otherwise the allocator keeps freed blocks, and aligned blocks fragment
  // it.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}
