// The arguments of a call from JavaScript, each checked before a kernel sees it: type, range, length against the dimensions.
// What is checked is never read again from memory that the caller can change.
#pragma once
#include <node_api.h>
#include <stdio.h>
#include <string.h>

#include <vector>

#include "kernels.h"

constexpr int kMaxArguments = 20;
constexpr int kMostExtent = 1 << 24, kMostNumbers = 2147483647;

// The arguments of one call. The first thing found wrong is thrown, and `ok` is false from then on.
struct Call {
  napi_env env;
  napi_value arguments[kMaxArguments];
  size_t count = kMaxArguments;
  bool ok = true;

  Call(napi_env env, napi_callback_info info) : env(env) {
    napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  }

  void fail(const char* message) {
    if (ok) napi_throw_type_error(env, nullptr, message);
    ok = false;
  }

  // Whether the argument is there and neither undefined nor null.
  bool given(size_t index) {
    napi_valuetype type = napi_undefined;
    if (index < count) napi_typeof(env, arguments[index], &type);
    return type != napi_undefined && type != napi_null;
  }

  const float* floats(size_t index, const char* name, size_t length) {
    return (const float*)array(index, name, napi_float32_array, "a Float32Array", length, false);
  }

  float* output(size_t index, const char* name, size_t length) {
    return (float*)array(index, name, napi_float32_array, "a Float32Array", length, true);
  }

  const int32_t* integers(size_t index, const char* name, size_t length) {
    return (const int32_t*)array(index, name, napi_int32_array, "an Int32Array", length, false);
  }

  double number(size_t index, const char* name) {
    double value = 0;
    if (index >= count || napi_get_value_double(env, arguments[index], &value) != napi_ok) {
      char message[80];
      snprintf(message, sizeof message, "Expected %s to be a number.", name);
      fail(message);
    }
    return value;
  }

  // A whole number from 1: kernels rely on fewer channels than on rows.
  int extent(size_t index, const char* name, int limit = kMostExtent) {
    const double value = number(index, name);
    if (ok && !(value >= 1 && value <= limit && value == (double)(int)value)) {
      char message[120];
      snprintf(message, sizeof message, "Expected %s to be a whole number from 1 to %d, got %.10g.", name, limit, value);
      fail(message);
    }
    return ok ? (int)value : 1;
  }

  // The product of extents, which must be a number of floats that an int counts: kernels rely on it.
  size_t size(int a, int b, int c = 1, int d = 1) {
    const double product = (double)a * b * c * d;
    if (product <= kMostNumbers) return (size_t)product;
    fail("Expected an array of at most 2147483647 numbers.");
    return 0;
  }

  // A copy, as the array may share its memory with one that the kernel writes. Empty where something is wrong.
  std::vector<int32_t> labels(size_t index, int batch, int classes) {
    const int32_t* given = integers(index, "labels", batch);
    if (!ok) return {};
    std::vector<int32_t> copy(given, given + batch);
    for (const int32_t label : copy) {
      if (label >= 0 && label < classes) continue;
      char message[96];
      snprintf(message, sizeof message, "Expected labels to be from 0 to %d, got %d.", classes - 1, label);
      fail(message);
    }
    return copy;
  }

  bool boolean(size_t index, const char* name) {
    bool value = false;
    if (index >= count || napi_get_value_bool(env, arguments[index], &value) != napi_ok) {
      char message[80];
      snprintf(message, sizeof message, "Expected %s to be true or false.", name);
      fail(message);
    }
    return value;
  }

 private:
  struct Range {
    const char *begin, *end;
    bool written;
  };
  Range ranges[kMaxArguments];
  int rangeCount = 0;

  // The numbers of a typed array, null where something is wrong. All are of four bytes.
  void* array(size_t index, const char* name, napi_typedarray_type wanted, const char* kind, size_t length, bool written) {
    char message[160];
    napi_typedarray_type type = napi_uint8_array;  // left as it is for a type that Node-API does not know
    size_t actual = 0;
    void* data = nullptr;
    bool is = false;
    if (index < count) napi_is_typedarray(env, arguments[index], &is);
    if (!is || napi_get_typedarray_info(env, arguments[index], &type, &actual, &data, nullptr, nullptr) != napi_ok ||
        type != wanted) {
      snprintf(message, sizeof message, "Expected %s to be %s.", name, kind);
      fail(message);
      return nullptr;
    }
    if (actual != length) {
      snprintf(message, sizeof message, "Expected %s to hold %zu numbers, got %zu.", name, length, actual);
      fail(message);
      return nullptr;
    }
    // What a kernel writes shares no memory with anything else it is given.
    const Range range = {(const char*)data, (const char*)data + 4 * length, written};
    for (int i = 0; i < rangeCount; i++) {
      const Range& other = ranges[i];
      if (!(written || other.written) || range.begin >= other.end || other.begin >= range.end) continue;
      snprintf(message, sizeof message, "Expected %s to have memory of its own.", name);
      fail(message);
    }
    ranges[rangeCount++] = range;
    return data;
  }
};

// [batch, inputHeight, inputWidth, inputChannels, outputHeight, outputWidth, outputChannels, kernelHeight, kernelWidth,
//  stride, padTop, padLeft]
inline Convolution convolutionOf(Call& call, size_t index) {
  Convolution c = {};
  const int32_t* given = call.integers(index, "dimensions", 12);
  if (!given) return c;
  int32_t d[12];
  memcpy(d, given, sizeof d);
  memcpy(&c, d, sizeof c);
  for (int i = 0; i < 10; i++)
    if (d[i] < 1 || d[i] > kMostExtent) call.fail("Expected every dimension to be from 1 to 16777216.");
  // What the kernels rely on: a fixed table of filter taps and of phases, padding that is less than the filter.
  if (call.ok && (c.kernelHeight > 15 || c.kernelWidth > 15)) call.fail("Expected the filter to be at most 15 × 15.");
  if (call.ok && c.stride > 4) call.fail("Expected the stride to be at most 4.");
  if (call.ok && (c.padTop < 0 || c.padLeft < 0 || c.padTop >= c.kernelHeight || c.padLeft >= c.kernelWidth))
    call.fail("Expected the padding to be less than the filter.");
  // Every window must touch the image, and the padding below and right be less than the filter too.
  if (call.ok && ((int64_t)(c.outputHeight - 1) * c.stride - c.padTop >= c.inputHeight ||
                  (int64_t)(c.outputWidth - 1) * c.stride - c.padLeft >= c.inputWidth))
    call.fail("Expected every window to touch the image.");
  return c;
}
inline size_t inputSize(Call& call, const Convolution& c) {
  return call.size(c.batch, c.inputHeight, c.inputWidth, c.inputChannels);
}
inline size_t outputSize(Call& call, const Convolution& c) {
  return call.size(c.batch, c.outputHeight, c.outputWidth, c.outputChannels);
}
inline size_t filterSize(Call& call, const Convolution& c) {
  return call.size(c.kernelHeight, c.kernelWidth, c.inputChannels, c.outputChannels);
}

inline Convolution poolingOf(Call& call, size_t index) {
  Convolution c = convolutionOf(call, index);
  if (call.ok && c.inputChannels != c.outputChannels) call.fail("Expected pooling to keep the number of channels.");
  return c;
}

inline Convolution shortcutOf(Call& call, size_t index) {
  Convolution c = convolutionOf(call, index);
  if (call.ok && c.outputChannels < c.inputChannels) call.fail("Expected the shortcut to have no fewer channels than its input.");
  if (call.ok && (c.kernelHeight != 1 || c.kernelWidth != 1)) call.fail("Expected the shortcut's filter to be 1 × 1.");
  return c;
}
