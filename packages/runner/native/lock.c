/*
 * The last thing that a runner does before it says that it is ready: it closes its memory to other processes
 * of its user, and passes a second filter of system calls to the kernel, for all of its threads. Both hold
 * until its end; the kernel knows no way back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <node_api.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static napi_value fail(napi_env env, const char *step) {
  char said[128];
  snprintf(said, sizeof said, "%s: error %d of the kernel", step, errno);
  napi_throw_error(env, NULL, said);
  return NULL;
}

/* lock(program: Buffer): instructions of classic BPF, as seccomp(2) has them. Throws when it is refused. */
static napi_value lock(napi_env env, napi_callback_info info) {
  size_t count = 1, bytes = 0;
  napi_value argument;
  void *program = NULL;
  if (napi_get_cb_info(env, info, &count, &argument, NULL, NULL) != napi_ok || count != 1 ||
      napi_get_buffer_info(env, argument, &program, &bytes) != napi_ok || bytes == 0 ||
      bytes % sizeof(struct sock_filter) != 0 || bytes / sizeof(struct sock_filter) > BPF_MAXINSNS) {
    errno = EINVAL;
    return fail(env, "no program of BPF");
  }
  struct sock_fprog filter = {
      .len = (unsigned short)(bytes / sizeof(struct sock_filter)),
      .filter = program,
  };
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return fail(env, "PR_SET_DUMPABLE");
  /* With this flag a thread that cannot follow is the result, and no thread is filtered. */
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) != 0) {
    return fail(env, "SECCOMP_SET_MODE_FILTER");
  }
  return NULL;
}

NAPI_MODULE_INIT() {
  (void)exports;
  napi_value function;
  if (napi_create_function(env, "lock", NAPI_AUTO_LENGTH, lock, NULL, &function) != napi_ok) {
    return NULL;
  }
  return function;
}
