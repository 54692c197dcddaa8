// A pool of threads that divide numbered work items. The caller works too. Each thread has the same share of every job,
// front to back, so that the output of one kernel is in the cache of the core that reads it in the next. A thread that
// is done helps the others, from the back. Idle workers spin a while, then sleep, so that a waiting process uses no
// CPU. The pool is never destroyed: the process may exit while workers sleep. Denormal numbers count as zero on every
// thread.
#include "thread-pool.h"

#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "aligned-memory.h"
#include "denormals.h"

namespace {

struct Scratch {
  float* memory = nullptr;
  size_t floats = 0;
};

// The items of one thread that no thread has begun: first << 32 | end. It has its own cache line.
struct alignas(64) Share {
  std::atomic<uint64_t> left{0};
};

struct Pool {
  std::mutex mutex;
  std::condition_variable wake;
  std::atomic<int> sleeping{0};
  // generation << 16 | open << 15 | workers inside the job
  std::atomic<uint64_t> state{0};
  void (*work)(void*, int, int) = nullptr;
  void* context = nullptr;
  std::atomic<int> threads{1};
  int spawned = 0;
  std::unique_ptr<Share[]> shares;  // one a thread
  std::vector<Scratch> scratch = std::vector<Scratch>(1);
  Scratch shared[4];
};

constexpr uint64_t kOpen = 1 << 15;
constexpr uint64_t kInside = kOpen - 1;
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}

// Tells the processor that this thread only waits.
inline void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Takes an item of a share: its own thread takes the first, others the last. False if none is left.
bool take(Share& share, bool own, int& item) {
  uint64_t left = share.left.load(std::memory_order_relaxed);
  for (;;) {
    const uint64_t first = left >> 32, end = left & 0xffffffff;
    if (first >= end) return false;
    item = (int)(own ? first : end - 1);
    const uint64_t rest = own ? (first + 1) << 32 | end : first << 32 | (end - 1);
    if (share.left.compare_exchange_weak(left, rest, std::memory_order_relaxed)) return true;
  }
}

void drain(Pool& p, int thread) {
  const int threads = p.threads.load();
  for (int i = 0, item; i < threads; i++) {
    const int owner = (thread + i) % threads;
    while (take(p.shares[owner], i == 0, item)) p.work(p.context, item, thread);
  }
}

// Whether `done` became true within the time that idle workers spin. Most gaps between two kernels are far shorter,
// except those with a garbage collection of JavaScript. Waking from sleep takes some 50 µs.
template <class Done>
bool spinUntil(const Done& done) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::microseconds(300);
  do {
    for (int i = 0; i < 16; i++) {
      if (done()) return true;
      relax();
    }
  } while (Clock::now() < end);
  return false;
}

void workerLoop(int index) {
  Pool& p = pool();
  flushDenormals();
  uint64_t seen = p.state.load() >> 16;
  for (;;) {
    uint64_t state;
    if (!spinUntil([&] { return ((state = p.state.load(std::memory_order_acquire)) >> 16) != seen; })) {
      std::unique_lock<std::mutex> lock(p.mutex);
      p.sleeping++;
      p.wake.wait(lock, [&] { return (p.state.load() >> 16) != seen; });
      p.sleeping--;
      continue;
    }
    // Enter only while the job is open: a worker that wakes late must not touch a job whose caller has returned.
    seen = state >> 16;
    if (index >= p.threads.load()) continue;
    while ((state & kOpen) && (state >> 16) == seen) {
      if (p.state.compare_exchange_weak(state, state + 1)) {
        drain(p, index);
        p.state.fetch_sub(1);
        break;
      }
    }
  }
}

float* grow(Scratch& piece, size_t floats) {
#ifdef EXACT_SCRATCH  // for sanitizers: no room beyond the request
  const size_t room = 0;
  const bool fits = piece.floats == floats;
#else
  const size_t room = floats / 4;
  const bool fits = piece.floats >= floats;
#endif
  if (!fits) {
    freeAligned(piece.memory);
    piece.floats = floats + room;
    piece.memory = (float*)allocateAligned(piece.floats * 4);
    if (!piece.memory) abort();
  }
  return piece.memory;
}

}  // namespace

void setThreads(int threads) {
  returnLargeBlocks();
  Pool& p = pool();
  for (; p.spawned < threads - 1; p.spawned++) std::thread(workerLoop, p.spawned + 1).detach();
  if ((int)p.scratch.size() < threads) p.scratch.resize(threads);
  p.shares.reset(new Share[threads]);
  p.threads = threads;
}

void runParallel(int items, void (*work)(void*, int, int), void* context) {
  Pool& p = pool();
  if (items <= 1 || p.threads.load() == 1) {
    for (int item = 0; item < items; item++) work(context, item, 0);
    return;
  }
  const int threads = p.threads.load();
  p.work = work;
  p.context = context;
  for (int thread = 0; thread < threads; thread++) {
    const uint64_t first = (int64_t)items * thread / threads, end = (int64_t)items * (thread + 1) / threads;
    p.shares[thread].left.store(first << 32 | end, std::memory_order_relaxed);
  }
  p.state.store(((p.state.load() >> 16) + 1) << 16 | kOpen);
  if (p.sleeping.load() > 0) {
    { std::lock_guard<std::mutex> lock(p.mutex); }
    p.wake.notify_all();
  }
  drain(p, 0);
  p.state.fetch_and(~kOpen);
  // If other programs have the cores, a worker with an item may have lost its core. Then yield this core to it.
  for (int spin = 0; p.state.load(std::memory_order_acquire) & kInside; spin++) {
    if (spin < 1000)
      relax();
    else
      std::this_thread::yield();
  }
}

float* threadScratch(int thread, size_t floats) { return grow(pool().scratch[thread], floats); }

float* sharedScratch(int slot, size_t floats) { return grow(pool().shared[slot], floats); }
