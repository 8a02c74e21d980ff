/* One system call, as native code makes it: numbers and addresses of buffers in, the result or -errno out. */
#define _GNU_SOURCE
#include <errno.h>
#include <node_api.h>
#include <unistd.h>

static long number_of(napi_env env, napi_value value) {
  napi_valuetype type;
  int64_t number = 0;
  void *data = NULL;
  size_t length;
  bool lossless;
  napi_typeof(env, value, &type);
  if (type == napi_number) napi_get_value_int64(env, value, &number);
  else if (type == napi_bigint) napi_get_value_bigint_int64(env, value, &number, &lossless);
  else if (napi_get_buffer_info(env, value, &data, &length) == napi_ok) return (long)data;
  return number;
}

static napi_value call(napi_env env, napi_callback_info info) {
  napi_value given[7], result;
  long args[7] = {0};
  size_t count = 7;
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  for (size_t at = 0; at < count && at < 7; at++) args[at] = number_of(env, given[at]);
  long answer = syscall(args[0], args[1], args[2], args[3], args[4], args[5], args[6]);
  napi_create_int64(env, answer == -1 ? -errno : answer, &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "call", NAPI_AUTO_LENGTH, call, NULL, &function);
  napi_set_named_property(env, exports, "call", function);
  return exports;
}
