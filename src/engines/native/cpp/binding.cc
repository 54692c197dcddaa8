// The kernels as a Node-API addon for JavaScript (plain C, so that one build serves all versions of Node.js). The
// functions are made from the list in kernels.inc and take one object of arguments. arguments.h checks these, so that a
// wrong call throws and never crashes. The variant and the number of threads hold for the whole process.
#define NAPI_VERSION 8
#include <node_api.h>

#include <chrono>
#include <iterator>
#include <string>
#include <system_error>
#include <thread>

#include "aligned-memory.h"
#include "amx.h"
#include "arguments.h"
#include "denormals.h"
#include "kernels.h"
#include "thread-pool.h"

#define VARIANT_TABLES(name)              \
  namespace name {                        \
  extern const Kernels kernels;           \
  extern const MixedKernels mixedKernels; \
  }
#if defined(__x86_64__)
VARIANT_TABLES(avx512)
VARIANT_TABLES(avx2)
VARIANT_TABLES(baseline)
namespace amx {
extern const MixedKernels mixedKernels;
}
#else
VARIANT_TABLES(neon)
#endif

namespace {

struct Variant {
  const char* name;
  const Kernels* kernels;
  const MixedKernels* mixed;
  const MixedKernels* tiles;  // the same on AMX's tiles, or null
  bool (*runs)();
};

// Best first.
const Variant variants[] = {
#if defined(__x86_64__)
    {"avx512", &avx512::kernels, &avx512::mixedKernels, &amx::mixedKernels,
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("fma") != 0;
     }},
    {"avx2", &avx2::kernels, &avx2::mixedKernels, nullptr,
     [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") != 0; }},
    {"baseline", &baseline::kernels, &baseline::mixedKernels, nullptr, [] { return true; }},
#else
    {"neon", &neon::kernels, &neon::mixedKernels, nullptr, [] { return true; }},
#endif
};

// The plainest variant until open().
const Kernels* kernels = std::end(variants)[-1].kernels;
const MixedKernels* mixedKernels = std::end(variants)[-1].mixed;
int threadsInForce = 1;
constexpr int kMostThreads = 1024;

// Restores the JavaScript thread's treatment of denormal numbers when a kernel returns.
struct Denormals {
  uint64_t before = flushDenormals();
  ~Denormals() { restoreDenormals(before); }
};

// A JavaScript function for each kernel. It takes the kernel's arguments as properties of one object.
template <class Arguments, void (*take)(Call&, Arguments&)>
napi_value run(napi_env env, napi_callback_info info, const char* const* names, size_t count,
               void (*kernel)(const Arguments&)) {
  Call call(env, info, names, count);
  Arguments k = {};
  take(call, k);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernel(k);
  return nullptr;
}

#define FUNCTION_OF_KERNEL(name, Arguments, table)                                                \
  napi_value name(napi_env env, napi_callback_info info) {                                        \
    return run<Arguments, take>(env, info, namesOf::name, std::size(namesOf::name), table->name); \
  }

namespace namesOf {
#include "field-names.inc"
#define KERNEL(name, Arguments, arguments) constexpr const char* name[] = {arguments};
#include "kernels.inc"
}  // namespace namesOf

#include "field-checks.inc"
#define KERNEL(name, Arguments, arguments) \
  void take(Call& call, Arguments& k) { arguments }
#include "kernels.inc"
#define KERNEL(name, Arguments, arguments) FUNCTION_OF_KERNEL(name, Arguments, kernels)
#include "kernels.inc"

namespace ofMixed {
// The length of a packed filter. A shape that was refused has none.
double packedFilterSize(const Call& call, const ConvolutionShape& shape) {
  return call.ok ? (double)mixedKernels->packedFilterSize(shape) : 0;
}

namespace namesOf {
#include "field-names.inc"
#define KERNEL(name, Arguments, arguments) constexpr const char* name[] = {arguments};
#include "mixed-kernels.inc"
}  // namespace namesOf

#include "field-checks.inc"
#define KERNEL(name, Arguments, arguments) \
  void take(Call& call, mixed::Arguments& k) { arguments }
#include "mixed-kernels.inc"
#define KERNEL(name, Arguments, arguments) FUNCTION_OF_KERNEL(name, mixed::Arguments, mixedKernels)
#include "mixed-kernels.inc"
}  // namespace ofMixed

// variants(): names of the variants that this machine can run, best first.
napi_value variantNames(napi_env env, napi_callback_info) {
  napi_value names, name;
  napi_create_array(env, &names);
  uint32_t count = 0;
  for (const Variant& variant : variants) {
    if (!variant.runs()) continue;
    napi_create_string_utf8(env, variant.name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, count++, name);
  }
  return names;
}

// open(variant, threads, vectorsOnly): sets them and returns the variant's title ("AVX-512"). Without vectorsOnly,
// bf16-mixed precision uses AMX's tiles if the process may: that changes its speed, and no number.
napi_value open(napi_env env, napi_callback_info info) {
  Call call(env, info);
  const std::string name = call.word("variant");
  const int threads = call.extent("threads", kMostThreads);
  const bool vectorsOnly = call.given() && call.boolean("vectorsOnly");
  if (!call.ok) return nullptr;
  for (const Variant& variant : variants) {
    if (name != variant.name || !variant.runs()) continue;
    try {
      setThreads(threads);
    } catch (const std::system_error&) {
      napi_throw_range_error(env, nullptr, "Expected the system to allow that many threads.");
      return nullptr;
    }
    kernels = variant.kernels;
    mixedKernels = variant.tiles && !vectorsOnly && mayUseAmx() ? variant.tiles : variant.mixed;
    threadsInForce = threads;
    napi_value title;
    napi_create_string_utf8(env, kernels->title, NAPI_AUTO_LENGTH, &title);
    return title;
  }
  napi_throw_type_error(env, nullptr, "Expected a variant that this machine runs.");
  return nullptr;
}

// tiles(): "AMX" or "vectors", which multiply matrices in bf16-mixed precision.
napi_value tilesTitle(napi_env env, napi_callback_info) {
  napi_value title;
  napi_create_string_utf8(env, mixedKernels->title, NAPI_AUTO_LENGTH, &title);
  return title;
}

// packedFilterLength(shape): how many numbers mixed.packFilter writes.
napi_value packedFilterLength(napi_env env, napi_callback_info info) {
  Call call(env, info);
  const ConvolutionShape shape = call.shape("shape");
  if (!call.ok) return nullptr;
  napi_value length;
  napi_create_double(env, ofMixed::packedFilterSize(call, shape), &length);
  return length;
}

// peak(): GFLOP/s of multiply-adds on registers on all threads: the best of 3 runs of at least 50 ms.
napi_value peak(napi_env env, napi_callback_info) {
  double best = 0;
  for (int runs = 0, rounds = 1 << 14; runs < 3;) {
    const auto start = std::chrono::steady_clock::now();
    const double operations = kernels->multiplyAdds(threadsInForce * 8, rounds);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (seconds < 0.05) {
      rounds *= 2;
      continue;
    }
    runs++;
    if (operations / seconds / 1e9 > best) best = operations / seconds / 1e9;
  }
  napi_value result;
  napi_create_double(env, best, &result);
  return result;
}

// allocate(bytes): an ArrayBuffer that starts on a cache line (and huge page). Its content is undefined.
napi_value allocate(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, buffer;
  double bytes = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_value_double(env, argument, &bytes) != napi_ok || !(bytes >= 1 && bytes <= 17179869184.0)) {
    napi_throw_range_error(env, nullptr, "Expected bytes to be from 1 to 16 GiB.");
    return nullptr;
  }
  void* memory = allocateAligned((size_t)bytes);
  if (!memory) {
    napi_throw_range_error(env, nullptr, "Out of memory.");
    return nullptr;
  }
  const auto free = [](napi_env, void* data, void*) { freeAligned(data); };
  if (napi_create_external_arraybuffer(env, memory, (size_t)bytes, free, nullptr, &buffer) != napi_ok) {
    // Node.js has the memory nevertheless, and calls `free`. Before version 22, an array has at most 4 GiB.
    napi_value reason;
    napi_get_and_clear_last_exception(env, &reason);
    napi_throw_range_error(env, nullptr, "Out of memory: this version of Node.js holds no array of so many bytes.");
    return nullptr;
  }
  return buffer;
}

// release(buffer): detaches an ArrayBuffer of allocate(), which returns its memory at once.
napi_value release(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_detach_arraybuffer(env, argument) != napi_ok)
    napi_throw_type_error(env, nullptr, "Expected an ArrayBuffer that can be detached.");
  return nullptr;
}

napi_value initialise(napi_env env, napi_value exports) {
  // The thread pool serves one caller only.
  static const std::thread::id home = std::this_thread::get_id();
  if (std::this_thread::get_id() != home) {
    napi_throw_error(env, nullptr, "Expected one thread of JavaScript to load the native engine, got another.");
    return nullptr;
  }
#define FUNCTION(name, function) \
  { #name, nullptr, function, nullptr, nullptr, nullptr, napi_enumerable, nullptr }
  const napi_property_descriptor mixedProperties[] = {
#define KERNEL(name, Arguments, arguments) FUNCTION(name, ofMixed::name),
#include "mixed-kernels.inc"
  };
  napi_value mixedObject;
  napi_create_object(env, &mixedObject);
  napi_define_properties(env, mixedObject, std::size(mixedProperties), mixedProperties);
  const napi_property_descriptor properties[] = {
      FUNCTION(variants, variantNames),
      FUNCTION(open, open),
      FUNCTION(tiles, tilesTitle),
      FUNCTION(packedFilterLength, packedFilterLength),
      FUNCTION(peak, peak),
      FUNCTION(allocate, allocate),
      FUNCTION(release, release),
#define KERNEL(name, Arguments, arguments) FUNCTION(name, name),
#include "kernels.inc"
      {"mixed", nullptr, nullptr, nullptr, nullptr, mixedObject, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, std::size(properties), properties);
  return exports;
}

}  // namespace

NAPI_MODULE(native, initialise)
