/*
 * V8 gives JavaScript 984 KiB of a thread's stack, of which the kernel gives the first thread 8 MiB. A parser
 * in JavaScript needs several times what V8's own takes for each level of nesting, so it is let have the rest:
 * useStack(true) gives JavaScript the whole stack, useStack(false) the usual part again.
 *
 * V8's add-on interface has no stack in it, so its own two functions are looked for by name, and where they
 * are not, or the stack is no larger, everything is as it was.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

/* Of the stack: what V8 gives by itself, what we take of more than that, and what native code below may need. */
enum { usual = 984 * 1024, most = 8 * 1024 * 1024, spare = 768 * 1024 };

static void *(*current)(void);
static void (*limit)(void *isolate, uintptr_t lowest);
/* The lowest addresses of the whole stack and of the usual one. */
static uintptr_t whole_end, usual_end;

static napi_value use_stack(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  bool whole;
  if (napi_get_cb_info(env, info, &count, &argument, NULL, NULL) != napi_ok ||
      napi_get_value_bool(env, argument, &whole) != napi_ok) {
    napi_throw_type_error(env, NULL, "useStack takes true or false");
    return NULL;
  }
  if (limit != NULL) limit(current(), whole ? whole_end : usual_end);
  return NULL;
}

static void find_stack(void) {
  /* Node's main function is a few kilobytes above. */
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  struct rlimit size;
  if (getrlimit(RLIMIT_STACK, &size) != 0) return;
  rlim_t bytes = size.rlim_cur < most ? size.rlim_cur : most;
  if (bytes < usual + 2 * spare) return;
  whole_end = here - (uintptr_t)(bytes - spare);
  usual_end = here - usual;
  *(void **)&current = dlsym(RTLD_DEFAULT, "_ZN2v87Isolate10GetCurrentEv");
  void *found = dlsym(RTLD_DEFAULT, "_ZN2v87Isolate13SetStackLimitEm");
  if (current != NULL) *(void **)&limit = found;
}

NAPI_MODULE_INIT() {
  (void)exports;
  napi_value function;
  if (limit == NULL) find_stack();
  if (napi_create_function(env, "useStack", NAPI_AUTO_LENGTH, use_stack, NULL, &function) != napi_ok) {
    return NULL;
  }
  return function;
}
