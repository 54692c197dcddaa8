// What JavaScript sees of the kernels: a Node-API addon (plain C, so that one build serves all versions of Node).
// Arguments are checked by arguments.h, so that a wrong call throws and never crashes. One variant and one number of
// threads are in force for the whole process.
#define NAPI_VERSION 8
#include <node_api.h>
#include <string.h>

#include <chrono>
#include <iterator>
#include <system_error>
#include <thread>

#include "arguments.h"
#include "kernels.h"
#include "thread-pool.h"

#define EACH_VARIANT_DECLARE(name) \
  namespace name { extern const Kernels kernels; }
#if defined(__x86_64__)
EACH_VARIANT_DECLARE(baseline)
EACH_VARIANT_DECLARE(avx2)
EACH_VARIANT_DECLARE(avx512)
#else
EACH_VARIANT_DECLARE(neon)
#endif

namespace {

struct Variant {
  const char* name;
  const Kernels* kernels;
  bool (*runs)();
};

// Best first.
const Variant variants[] = {
#if defined(__x86_64__)
    {"avx512", &avx512::kernels,
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma") != 0;
     }},
    {"avx2", &avx2::kernels, [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") != 0; }},
    {"baseline", &baseline::kernels, [] { return true; }},
#else
    {"neon", &neon::kernels, [] { return true; }},
#endif
};

// Until open() the plainest.
const Kernels* kernels = std::end(variants)[-1].kernels;
int threadsInForce = 1;
constexpr int kMostThreads = 1024;

// Puts the JavaScript thread's treatment of denormal numbers back when a kernel returns.
struct Denormals {
  uint64_t before = flushDenormals();
  ~Denormals() { restoreDenormals(before); }
};

#define KERNEL(name) napi_value name(napi_env env, napi_callback_info info)

KERNEL(convolution) {
  Call call(env, info);
  const Convolution c = convolutionOf(call, 3);
  const float* x = call.floats(0, "x", inputSize(call, c));
  const float* filter = call.floats(1, "filter", filterSize(call, c));
  float* y = call.output(2, "y", outputSize(call, c));
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->convolution(c, x, filter, y);
  return nullptr;
}

KERNEL(convolutionInputGradient) {
  Call call(env, info);
  const Convolution c = convolutionOf(call, 3);
  const float* dy = call.floats(0, "dy", outputSize(call, c));
  const float* filter = call.floats(1, "filter", filterSize(call, c));
  float* dx = call.output(2, "dx", inputSize(call, c));
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->convolutionInputGradient(c, dy, filter, dx);
  return nullptr;
}

KERNEL(convolutionFilterGradient) {
  Call call(env, info);
  const Convolution c = convolutionOf(call, 3);
  const float* x = call.floats(0, "x", inputSize(call, c));
  const float* dy = call.floats(1, "dy", outputSize(call, c));
  float* dfilter = call.output(2, "dfilter", filterSize(call, c));
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->convolutionFilterGradient(c, x, dy, dfilter);
  return nullptr;
}

// (a, b, c, m, k, n, transposeA, transposeB): c = op(a)·op(b), where op(a) is [m, k] and op(b) is [k, n].
KERNEL(product) {
  Call call(env, info);
  const int m = call.extent(3, "m"), k = call.extent(4, "k"), n = call.extent(5, "n");
  const bool transposeA = call.boolean(6, "transposeA"), transposeB = call.boolean(7, "transposeB");
  const float* a = call.floats(0, "a", call.size(m, k));
  const float* b = call.floats(1, "b", call.size(k, n));
  float* c = call.output(2, "c", call.size(m, n));
  if (transposeA && transposeB) call.fail("Expected at most one of a and b to be transposed.");
  if (!call.ok) return nullptr;
  Denormals denormals;
  if (transposeA) kernels->productOfTransposed(m, k, n, a, b, c);
  else kernels->product(m, k, n, transposeB, a, b, c);
  return nullptr;
}

// (x, gamma, beta, runningMean, runningVariance, shortcut?, y, mean, inverseStd, newRunningMean, newRunningVariance,
//  rows, channels, relu, epsilon, momentum)
KERNEL(batchNorm) {
  Call call(env, info);
  BatchNorm b = {};
  b.rows = call.extent(11, "rows", kMostNumbers);
  b.channels = call.extent(12, "channels");
  b.relu = call.boolean(13, "relu");
  b.epsilon = (float)call.number(14, "epsilon");
  b.momentum = (float)call.number(15, "momentum");
  const size_t size = call.size((int)b.rows, b.channels), C = b.channels;
  b.x = call.floats(0, "x", size);
  b.gamma = call.floats(1, "gamma", C);
  b.beta = call.floats(2, "beta", C);
  b.runningMean = call.floats(3, "runningMean", C);
  b.runningVariance = call.floats(4, "runningVariance", C);
  b.shortcut = call.given(5) ? call.floats(5, "shortcut", size) : nullptr;
  b.y = call.output(6, "y", size);
  b.mean = call.output(7, "mean", C);
  b.inverseStd = call.output(8, "inverseStd", C);
  b.newRunningMean = call.output(9, "newRunningMean", C);
  b.newRunningVariance = call.output(10, "newRunningVariance", C);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->batchNorm(b);
  return nullptr;
}

// (x, gamma, beta, mean, variance, shortcut?, y, rows, channels, relu, epsilon)
KERNEL(batchNormInference) {
  Call call(env, info);
  BatchNorm b = {};
  b.rows = call.extent(7, "rows", kMostNumbers);
  b.channels = call.extent(8, "channels");
  b.relu = call.boolean(9, "relu");
  b.epsilon = (float)call.number(10, "epsilon");
  const size_t size = call.size((int)b.rows, b.channels), C = b.channels;
  b.x = call.floats(0, "x", size);
  b.gamma = call.floats(1, "gamma", C);
  b.beta = call.floats(2, "beta", C);
  b.runningMean = call.floats(3, "mean", C);
  b.runningVariance = call.floats(4, "variance", C);
  b.shortcut = call.given(5) ? call.floats(5, "shortcut", size) : nullptr;
  b.y = call.output(6, "y", size);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->batchNormInference(b);
  return nullptr;
}

// (dy, x, y, gamma, mean, inverseStd, dx, dgamma, dbeta, dshortcut?, rows, channels, relu)
KERNEL(batchNormGradient) {
  Call call(env, info);
  BatchNormGradient b = {};
  b.rows = call.extent(10, "rows", kMostNumbers);
  b.channels = call.extent(11, "channels");
  b.relu = call.boolean(12, "relu");
  const size_t size = call.size((int)b.rows, b.channels), C = b.channels;
  b.dy = call.floats(0, "dy", size);
  b.x = call.floats(1, "x", size);
  b.y = call.floats(2, "y", size);
  b.gamma = call.floats(3, "gamma", C);
  b.mean = call.floats(4, "mean", C);
  b.inverseStd = call.floats(5, "inverseStd", C);
  b.dx = call.output(6, "dx", size);
  b.dgamma = call.output(7, "dgamma", C);
  b.dbeta = call.output(8, "dbeta", C);
  b.dshortcut = call.given(9) ? call.output(9, "dshortcut", size) : nullptr;
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->batchNormGradient(b);
  return nullptr;
}

KERNEL(maxPool) {
  Call call(env, info);
  const Convolution c = poolingOf(call, 2);
  const float* x = call.floats(0, "x", inputSize(call, c));
  float* y = call.output(1, "y", outputSize(call, c));
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->maxPool(c, x, y);
  return nullptr;
}

KERNEL(maxPoolGradient) {
  Call call(env, info);
  const Convolution c = poolingOf(call, 4);
  const float* dy = call.floats(0, "dy", outputSize(call, c));
  const float* x = call.floats(1, "x", inputSize(call, c));
  const float* y = call.floats(2, "y", outputSize(call, c));
  float* dx = call.output(3, "dx", inputSize(call, c));
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->maxPoolGradient(c, dy, x, y, dx);
  return nullptr;
}

// (x, y, batch, pixels, channels)
KERNEL(averagePool) {
  Call call(env, info);
  const int batch = call.extent(2, "batch"), pixels = call.extent(3, "pixels", kMostNumbers), channels = call.extent(4, "channels");
  const float* x = call.floats(0, "x", call.size(batch, pixels, channels));
  float* y = call.output(1, "y", call.size(batch, channels));
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->averagePool(batch, pixels, channels, x, y);
  return nullptr;
}

// (dy, dx, batch, pixels, channels)
KERNEL(averagePoolGradient) {
  Call call(env, info);
  const int batch = call.extent(2, "batch"), pixels = call.extent(3, "pixels", kMostNumbers), channels = call.extent(4, "channels");
  const float* dy = call.floats(0, "dy", call.size(batch, channels));
  float* dx = call.output(1, "dx", call.size(batch, pixels, channels));
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->averagePoolGradient(batch, pixels, channels, dy, dx);
  return nullptr;
}

KERNEL(identityShortcut) {
  Call call(env, info);
  const Convolution c = shortcutOf(call, 2);
  const float* x = call.floats(0, "x", inputSize(call, c));
  float* y = call.output(1, "y", outputSize(call, c));
  if (!call.ok) return nullptr;
  kernels->identityShortcut(c, x, y);
  return nullptr;
}

KERNEL(identityShortcutGradient) {
  Call call(env, info);
  const Convolution c = shortcutOf(call, 2);
  const float* dy = call.floats(0, "dy", outputSize(call, c));
  float* dx = call.output(1, "dx", inputSize(call, c));
  if (!call.ok) return nullptr;
  kernels->identityShortcutGradient(c, dy, dx);
  return nullptr;
}

// (logits, labels, losses, wrong, probabilities, batch, classes)
KERNEL(softmaxCrossEntropy) {
  Call call(env, info);
  const int batch = call.extent(5, "batch"), classes = call.extent(6, "classes");
  const size_t size = call.size(batch, classes);
  const float* logits = call.floats(0, "logits", size);
  const std::vector<int32_t> labels = call.labels(1, batch, classes);
  float* losses = call.output(2, "losses", batch);
  float* wrong = call.output(3, "wrong", batch);
  float* probabilities = call.output(4, "probabilities", size);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->softmaxCrossEntropy(batch, classes, logits, labels.data(), losses, wrong, probabilities);
  return nullptr;
}

// (dlosses, probabilities, labels, dlogits, batch, classes)
KERNEL(softmaxCrossEntropyGradient) {
  Call call(env, info);
  const int batch = call.extent(4, "batch"), classes = call.extent(5, "classes");
  const size_t size = call.size(batch, classes);
  const float* dlosses = call.floats(0, "dlosses", batch);
  const float* probabilities = call.floats(1, "probabilities", size);
  const std::vector<int32_t> labels = call.labels(2, batch, classes);
  float* dlogits = call.output(3, "dlogits", size);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->softmaxCrossEntropyGradient(batch, classes, dlosses, probabilities, labels.data(), dlogits);
  return nullptr;
}

// (weights, velocity, gradient, newWeights, newVelocity, count, learningRate, momentum, weightDecay)
KERNEL(momentum) {
  Call call(env, info);
  Momentum m = {};
  m.count = call.extent(5, "count", kMostNumbers);
  m.learningRate = (float)call.number(6, "learningRate");
  m.momentum = (float)call.number(7, "momentum");
  m.weightDecay = (float)call.number(8, "weightDecay");
  m.weights = call.floats(0, "weights", m.count);
  m.velocity = call.floats(1, "velocity", m.count);
  m.gradient = call.floats(2, "gradient", m.count);
  m.newWeights = call.output(3, "newWeights", m.count);
  m.newVelocity = call.output(4, "newVelocity", m.count);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->momentum(m);
  return nullptr;
}

// (a, b, sum, count)
KERNEL(add) {
  Call call(env, info);
  const size_t count = call.extent(3, "count", kMostNumbers);
  const float* a = call.floats(0, "a", count);
  const float* b = call.floats(1, "b", count);
  float* sum = call.output(2, "sum", count);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->add(count, a, b, sum);
  return nullptr;
}

// (x, bias, y, rows, channels)
KERNEL(gate) {
  Call call(env, info);
  const int rows = call.extent(3, "rows", kMostNumbers), channels = call.extent(4, "channels");
  const size_t size = call.size(rows, channels);
  const float* x = call.floats(0, "x", size);
  const float* bias = call.floats(1, "bias", channels);
  float* y = call.output(2, "y", size);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->gate(rows, channels, x, bias, y);
  return nullptr;
}

// (dy, y, dx, dbias, rows, channels)
KERNEL(gateGradient) {
  Call call(env, info);
  const int rows = call.extent(4, "rows", kMostNumbers), channels = call.extent(5, "channels");
  const size_t size = call.size(rows, channels);
  const float* dy = call.floats(0, "dy", size);
  const float* y = call.floats(1, "y", size);
  float* dx = call.output(2, "dx", size);
  float* dbias = call.output(3, "dbias", channels);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->gateGradient(rows, channels, dy, y, dx, dbias);
  return nullptr;
}

// (x, gate, y, count, complement)
KERNEL(gated) {
  Call call(env, info);
  const size_t count = call.extent(3, "count", kMostNumbers);
  const bool complement = call.boolean(4, "complement");
  const float* x = call.floats(0, "x", count);
  const float* gate = call.floats(1, "gate", count);
  float* y = call.output(2, "y", count);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->gated(count, complement, x, gate, y);
  return nullptr;
}

// (dy, x, gate, dx, dgate, count, complement)
KERNEL(gatedGradient) {
  Call call(env, info);
  const size_t count = call.extent(5, "count", kMostNumbers);
  const bool complement = call.boolean(6, "complement");
  const float* dy = call.floats(0, "dy", count);
  const float* x = call.floats(1, "x", count);
  const float* gate = call.floats(2, "gate", count);
  float* dx = call.output(3, "dx", count);
  float* dgate = call.output(4, "dgate", count);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->gatedGradient(count, complement, dy, x, gate, dx, dgate);
  return nullptr;
}

// (x, y, count, factor)
KERNEL(scale) {
  Call call(env, info);
  const size_t count = call.extent(2, "count", kMostNumbers);
  const float factor = (float)call.number(3, "factor");
  const float* x = call.floats(0, "x", count);
  float* y = call.output(1, "y", count);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->scale(count, factor, x, y);
  return nullptr;
}

// (x, y, count)
KERNEL(relu) {
  Call call(env, info);
  const size_t count = call.extent(2, "count", kMostNumbers);
  const float* x = call.floats(0, "x", count);
  float* y = call.output(1, "y", count);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->relu(count, x, y);
  return nullptr;
}

// (dy, y, dx, count)
KERNEL(reluGradient) {
  Call call(env, info);
  const size_t count = call.extent(3, "count", kMostNumbers);
  const float* dy = call.floats(0, "dy", count);
  const float* y = call.floats(1, "y", count);
  float* dx = call.output(2, "dx", count);
  if (!call.ok) return nullptr;
  Denormals denormals;
  kernels->reluGradient(count, dy, y, dx);
  return nullptr;
}

// variants(): names of those this machine runs, best first.
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

// open(variant, threads): puts both in force; returns the variant's title ("AVX-512").
napi_value open(napi_env env, napi_callback_info info) {
  Call call(env, info);
  size_t length = 0;
  char name[32] = "";
  if (call.count < 1 || napi_get_value_string_utf8(env, call.arguments[0], name, sizeof name, &length) != napi_ok)
    call.fail("Expected variant to be a string.");
  const int threads = call.extent(1, "threads", kMostThreads);
  if (!call.ok) return nullptr;
  for (const Variant& variant : variants) {
    if (strcmp(variant.name, name) || !variant.runs()) continue;
    try {
      setThreads(threads);
    } catch (const std::system_error&) {
      napi_throw_range_error(env, nullptr, "Expected the system to allow that many threads.");
      return nullptr;
    }
    kernels = variant.kernels;
    threadsInForce = threads;
    napi_value title;
    napi_create_string_utf8(env, kernels->title, NAPI_AUTO_LENGTH, &title);
    return title;
  }
  napi_throw_type_error(env, nullptr, "Expected a variant that this machine runs.");
  return nullptr;
}

// peak(): GFLOP/s of multiply-adds on registers on all threads, the best of 3 runs of 50 ms or more.
napi_value peak(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call.ok) return nullptr;
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

// allocate(bytes): an ArrayBuffer that starts on a cache line (and huge page); its contents are undefined.
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
    // Node has the memory nevertheless, and calls `free`. Before version 22 it holds at most 4 GiB in one.
    napi_value reason;
    napi_get_and_clear_last_exception(env, &reason);
    napi_throw_range_error(env, nullptr, "Out of memory: this version of Node.js holds no array of so many bytes.");
    return nullptr;
  }
  return buffer;
}

// release(buffer): detaches an ArrayBuffer of allocate(), so that its memory is given back at once.
napi_value release(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_detach_arraybuffer(env, argument) != napi_ok)
    napi_throw_type_error(env, nullptr, "Expected an ArrayBuffer that can be detached.");
  return nullptr;
}

napi_value initialise(napi_env env, napi_value exports) {
  // The pool of threads serves one caller.
  static const std::thread::id home = std::this_thread::get_id();
  if (std::this_thread::get_id() != home) {
    napi_throw_error(env, nullptr, "Expected one thread of JavaScript to load the native engine, got another.");
    return nullptr;
  }
#define EXPORT(name) {#name, nullptr, name, nullptr, nullptr, nullptr, napi_enumerable, nullptr}
  const napi_property_descriptor properties[] = {
      {"variants", nullptr, variantNames, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      EXPORT(open),
      EXPORT(peak),
      EXPORT(allocate),
      EXPORT(release),
      EXPORT(convolution),
      EXPORT(convolutionInputGradient),
      EXPORT(convolutionFilterGradient),
      EXPORT(product),
      EXPORT(batchNorm),
      EXPORT(batchNormInference),
      EXPORT(batchNormGradient),
      EXPORT(maxPool),
      EXPORT(maxPoolGradient),
      EXPORT(averagePool),
      EXPORT(averagePoolGradient),
      EXPORT(identityShortcut),
      EXPORT(identityShortcutGradient),
      EXPORT(softmaxCrossEntropy),
      EXPORT(softmaxCrossEntropyGradient),
      EXPORT(momentum),
      EXPORT(add),
      EXPORT(gate),
      EXPORT(gateGradient),
      EXPORT(gated),
      EXPORT(gatedGradient),
      EXPORT(scale),
      EXPORT(relu),
      EXPORT(reluGradient),
  };
  napi_define_properties(env, exports, sizeof properties / sizeof *properties, properties);
  return exports;
}

}  // namespace

NAPI_MODULE(native, initialise)
