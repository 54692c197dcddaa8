// The arguments of a call from JavaScript. Each is checked before a kernel sees it: its type, its range, and its length
// against the shape. A checked value is never read again from memory that the caller can change.
#pragma once
#include <node_api.h>
#include <stdio.h>
#include <string.h>

#include <string>
#include <vector>

#include "kernels.h"

constexpr int kMaxArguments = 24;
constexpr int kMostExtent = 1 << 24, kMostNumbers = 2147483647;

// The product of extents. It is a double because it may exceed the length of any array. Then no array fits.
template <class... Extents>
double size(Extents... extents) {
  return (1.0 * ... * (double)extents);
}
inline double inputSize(const ConvolutionShape& c) {
  return size(c.batch, c.inputHeight, c.inputWidth, c.inputChannels);
}
inline double outputSize(const ConvolutionShape& c) {
  return size(c.batch, c.outputHeight, c.outputWidth, c.outputChannels);
}
inline double filterSize(const ConvolutionShape& c) {
  return size(c.kernelHeight, c.kernelWidth, c.inputChannels, c.outputChannels);
}

// The arguments of one call, taken in the order of their names. All are fetched at the start, because fetching one may
// run code of the caller. The first error is thrown, and `ok` is false from then on.
class Call {
 public:
  bool ok = true;

  // The properties of the only argument.
  Call(napi_env env, napi_callback_info info, const char* const* names, size_t count) : env(env), count(count) {
    size_t given = 1;
    napi_value object;
    napi_valuetype type = napi_undefined;
    napi_get_cb_info(env, info, &given, &object, nullptr, nullptr);
    if (given < 1 || napi_typeof(env, object, &type) != napi_ok || type != napi_object)
      fail("Expected the arguments to be an object.");
    for (size_t i = 0; ok && i < count; i++)
      if (napi_get_named_property(env, object, names[i], &arguments[i]) != napi_ok) ok = false;  // with what it threw
  }

  // The arguments themselves.
  Call(napi_env env, napi_callback_info info) : env(env), count(kMaxArguments) {
    napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  }

  void fail(const char* message) {
    if (ok) napi_throw_type_error(env, nullptr, message);
    ok = false;
  }

  void expect(bool condition, const char* sentence) {
    if (ok && !condition) fail(sentence);
  }

  float* floats(const char* name, double length, bool written) {
    return (float*)array(name, {napi_float32_array, 4, "to be a Float32Array"}, length, written);
  }

  // bfloat16 numbers, as bits.
  bf16* halves(const char* name, double length, bool written) {
    return (bf16*)array(name, {napi_uint16_array, 2, "to be a Uint16Array"}, length, written);
  }

  const uint8_t* bytes(const char* name, double length) {
    return (const uint8_t*)array(name, {napi_uint8_array, 1, "to be a Uint8Array"}, length, false);
  }

  // Whether the next argument is neither undefined nor null. Otherwise it is skipped.
  bool given() {
    napi_valuetype type = napi_undefined;
    if (ok && next < count) napi_typeof(env, arguments[next], &type);
    if (type != napi_undefined && type != napi_null) return true;
    next++;
    return false;
  }

  // A copy that lives as long as the call, because the array may share its memory with an array that the kernel writes.
  const int32_t* labels(const char* name, int batch, int classes) {
    const int32_t* given = integers(name, batch);
    if (!ok) return nullptr;
    kept.assign(given, given + batch);
    for (const int32_t label : kept) {
      if (label >= 0 && label < classes) continue;
      char message[96];
      snprintf(message, sizeof message, "Expected %s to be from 0 to %d, got %d.", name, classes - 1, label);
      fail(message);
    }
    return kept.data();
  }

  // The same of windows: image, top, left, mirrored.
  const int32_t* crops(const char* name, int batch, int images, int most) {
    const int32_t* given = integers(name, size(batch, 4));
    if (!ok) return nullptr;
    kept.assign(given, given + (size_t)batch * 4);
    const int limits[4] = {images - 1, most, most, 1};
    for (size_t i = 0; i < kept.size(); i++) {
      if (kept[i] >= 0 && kept[i] <= limits[i % 4]) continue;
      char message[96];
      snprintf(message, sizeof message, "Expected %s to be from 0 to %d, got %d.", name, limits[i % 4], kept[i]);
      fail(message);
    }
    return kept.data();
  }

  // [batch, inputHeight, inputWidth, inputChannels, outputHeight, outputWidth, outputChannels, kernelHeight,
  // kernelWidth,
  //  stride, padTop, padLeft]
  ConvolutionShape shape(const char* name) {
    ConvolutionShape c = {};
    const int32_t* given = integers(name, 12);
    if (!given) return c;
    int32_t d[12];
    memcpy(d, given, sizeof d);
    memcpy(&c, d, sizeof c);
    for (int i = 0; i < 10; i++)
      expect(d[i] >= 1 && d[i] <= kMostExtent, "Expected every dimension to be from 1 to 16777216.");
    // The kernels rely on these limits: a fixed table of filter taps and of phases, and padding smaller than the
    // filter.
    expect(c.kernelHeight <= 15 && c.kernelWidth <= 15, "Expected the filter to be at most 15 × 15.");
    expect(c.stride <= 4, "Expected the stride to be at most 4.");
    expect(c.padTop >= 0 && c.padLeft >= 0 && c.padTop < c.kernelHeight && c.padLeft < c.kernelWidth,
           "Expected the padding to be less than the filter.");
    // Every window must touch the image, and the padding below and right must be smaller than the filter too.
    expect(((int64_t)c.outputHeight - 1) * c.stride - c.padTop < c.inputHeight &&
               ((int64_t)c.outputWidth - 1) * c.stride - c.padLeft < c.inputWidth,
           "Expected every window to touch the image.");
    return c;
  }

  double number(const char* name) {
    double value = 0;
    if (!take() || napi_get_value_double(env, argument, &value) != napi_ok) fail(name, "to be a number");
    return value;
  }

  // A whole number from 1. Kernels allow fewer channels than rows.
  int extent(const char* name, int limit = kMostExtent) {
    const double value = number(name);
    if (ok && !(value >= 1 && value <= limit && value == (double)(int)value)) {
      char message[120];
      snprintf(message, sizeof message, "Expected %s to be a whole number from 1 to %d, got %.10g.", name, limit,
               value);
      fail(message);
    }
    return ok ? (int)value : 1;
  }

  bool boolean(const char* name) {
    bool value = false;
    if (!take() || napi_get_value_bool(env, argument, &value) != napi_ok) fail(name, "to be true or false");
    return value;
  }

  std::string word(const char* name) {
    size_t length = 0;
    char value[32] = "";
    if (!take() || napi_get_value_string_utf8(env, argument, value, sizeof value, &length) != napi_ok)
      fail(name, "to be a string");
    return value;
  }

 private:
  struct Range {
    const char *begin, *end;
    bool written;
  };
  napi_env env;
  napi_value arguments[kMaxArguments], argument = nullptr;
  size_t count, next = 0;
  Range ranges[kMaxArguments];
  int rangeCount = 0;
  std::vector<int32_t> kept;

  // Makes the next argument the current one. False if there is none.
  bool take() {
    if (!ok || next >= count) return false;
    argument = arguments[next++];
    return true;
  }

  void fail(const char* name, const char* wanted) {
    char message[120];
    snprintf(message, sizeof message, "Expected %s %s.", name, wanted);
    fail(message);
  }

  const int32_t* integers(const char* name, double length) {
    return (const int32_t*)array(name, {napi_int32_array, 4, "to be an Int32Array"}, length, false);
  }

  struct Kind {
    napi_typedarray_type type;
    size_t bytes;  // of a number
    const char* words;
  };

  // The numbers of a typed array, or null if something is wrong.
  void* array(const char* name, const Kind& kind, double length, bool written) {
    napi_typedarray_type type = napi_uint8_array;  // left as it is for a type that Node-API does not know
    size_t actual = 0;
    void* data = nullptr;
    bool is = false;
    if (take()) napi_is_typedarray(env, argument, &is);
    if (!is || napi_get_typedarray_info(env, argument, &type, &actual, &data, nullptr, nullptr) != napi_ok ||
        type != kind.type) {
      fail(name, kind.words);
      return nullptr;
    }
    expect(length <= kMostNumbers, "Expected an array of at most 2147483647 numbers.");
    if (ok && (double)actual != length) {
      char message[160];
      snprintf(message, sizeof message, "Expected %s to have %.0f numbers, got %zu.", name, length, actual);
      fail(message);
    }
    if (!ok) return nullptr;
    // An array that a kernel writes shares no memory with any other argument.
    const Range range = {(const char*)data, (const char*)data + kind.bytes * actual, written};
    for (int i = 0; i < rangeCount; i++) {
      const Range& other = ranges[i];
      if ((written || other.written) && range.begin < other.end && other.begin < range.end)
        fail(name, "to have its own memory");
    }
    ranges[rangeCount++] = range;
    return data;
  }
};
