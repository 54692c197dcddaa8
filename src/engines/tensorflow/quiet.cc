// Turns standard error off and on, while TensorFlow's library loads. The library prints a greeting there before it reads
// TF_CPP_MIN_LOG_LEVEL, in the middle of this program's progress bars. JavaScript cannot duplicate a file descriptor.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

static int saved = -1;

static napi_value Off(napi_env, napi_callback_info) {
  if (saved < 0) saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  int nothing = open("/dev/null", O_WRONLY);
  if (saved >= 0 && nothing >= 0) dup2(nothing, STDERR_FILENO);
  if (nothing >= 0) close(nothing);
  return nullptr;
}

static napi_value On(napi_env, napi_callback_info) {
  if (saved >= 0) dup2(saved, STDERR_FILENO);
  return nullptr;
}

NAPI_MODULE_INIT() {
  napi_property_descriptor functions[] = {
      {"off", nullptr, Off, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"on", nullptr, On, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, 2, functions);
  return exports;
}
