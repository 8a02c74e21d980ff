/*
 * The first program of a box: it takes from itself, and so from all that it starts, every right to files,
 * ports, abstract sockets and signals that is not named, and becomes the program. Landlock binds the thread
 * that asks for it, so it belongs here, before there is a second one.
 *
 *     landlock                                         tells the version of the kernel's Landlock: 0 for none
 *     landlock CANARY FS NET SCOPED [RIGHTS PATH]… -- PROGRAM ARGUMENT…
 *
 * FS, NET and SCOPED are the rights that are taken, RIGHTS those that are left at a path and below it, as
 * hexadecimal masks of the kernel's own bits; those that an older kernel does not know are left out. CANARY
 * is a file that can be read before and must not be afterwards, as is tried. Where anything fails it says so
 * and ends: the program starts behind this wall or not at all.
 *
 * Without a C library, so that no other program of a box is smaller or sooner over.
 */
#include <linux/landlock.h>

#define O_RDONLY 0
#define O_PATH 010000000
#define O_CLOEXEC 02000000
#define EPERM 1
#define EACCES 13
#define ENOSYS 38
#define EOPNOTSUPP 95
#define PR_SET_NO_NEW_PRIVS 38

enum {
  sys_write = 1,
  sys_close = 3,
  sys_execve = 59,
  sys_prctl = 157,
  sys_exit_group = 231,
  sys_openat = 257,
  sys_create_ruleset = 444,
  sys_add_rule = 445,
  sys_restrict_self = 446,
};

enum { at_cwd = -100, has_failed = 0x70 };

typedef unsigned long long mask;

/* struct landlock_ruleset_attr of ABI 6; a kernel that knows less of it is given less. */
struct rights {
  mask fs, net, scoped;
};

/* What each version knows, from 1 on; the last one stands for all later ones. */
static const struct rights known[] = {
    {0x1fff, 0, 0}, {0x3fff, 0, 0}, {0x7fff, 0, 0}, {0x7fff, 3, 0}, {0xffff, 3, 0}, {0xffff, 3, 3},
};

static long call(long number, long a, long b, long c, long d) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = 0;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

static long length(const char *text) {
  long count = 0;
  while (text[count] != 0) count++;
  return count;
}

static void say(const char *text) { call(sys_write, 2, (long)text, length(text), 0); }

static void leave(int code) {
  call(sys_exit_group, code, 0, 0, 0);
  for (;;) __builtin_trap();
}

static void fail(const char *step, const char *about, long error) {
  char digits[] = "000";
  for (int at = 2; at >= 0; at--, error /= 10) digits[at] = (char)('0' + error % 10);
  say("landlock: ");
  say(step);
  say(about);
  say(": error ");
  say(digits);
  say(" of the kernel\n");
  leave(has_failed);
}

static mask hex(const char *text) {
  mask value = 0;
  for (; *text != 0; text++) value = value * 16 + (mask)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
  return value;
}

static int is_end(const char *text) { return text[0] == '-' && text[1] == '-' && text[2] == 0; }

static long opened(const char *path, long flags) {
  return call(sys_openat, at_cwd, (long)path, flags | O_CLOEXEC, 0);
}

__attribute__((used)) static void start(long *stack) {
  long count = stack[0];
  char **arguments = (char **)(stack + 1);
  char **environment = arguments + count + 1;
  long version = call(sys_create_ruleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION, 0);
  if (count < 2) {
    char digit[] = "0\n";
    digit[0] = (char)('0' + (version < 0 ? 0 : version > 9 ? 9 : version));
    call(sys_write, 1, (long)digit, 2, 0);
    leave(0);
  }
  if (version == -ENOSYS || version == -EOPNOTSUPP || version == -EPERM) {
    say("landlock: the kernel has none, or a filter hides it\n");
    leave(has_failed);
  }
  if (version < 1 || count < 7) fail("asking for its version", "", -version);

  long last = (long)(sizeof known / sizeof known[0]);
  struct rights here = known[(version < last ? version : last) - 1];
  struct rights taken = {
      hex(arguments[2]) & here.fs, hex(arguments[3]) & here.net, hex(arguments[4]) & here.scoped};
  long size = version < 4 ? 8 : version < 6 ? 16 : 24;
  long rules = call(sys_create_ruleset, (long)&taken, size, 0, 0);
  if (rules < 0) fail("making its rules", "", -rules);

  long at = 5;
  for (; at + 1 < count && !is_end(arguments[at]); at += 2) {
    const char *path = arguments[at + 1];
    long file = opened(path, O_PATH);
    if (file < 0) fail("opening ", path, -file);
    struct landlock_path_beneath_attr rule = {
        .allowed_access = hex(arguments[at]) & taken.fs, .parent_fd = (int)file};
    long added = rule.allowed_access == 0
                     ? 0
                     : call(sys_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, (long)&rule, 0);
    if (added < 0) fail("a rule for ", path, -added);
    call(sys_close, file, 0, 0, 0);
  }
  if (at + 1 >= count) fail("no program to become", "", 0);

  const char *canary = arguments[1];
  long before = opened(canary, O_RDONLY);
  if (before < 0) fail("reading ", canary, -before);
  call(sys_close, before, 0, 0, 0);
  long error = call(sys_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0);
  if (error < 0) fail("PR_SET_NO_NEW_PRIVS", "", -error);
  error = call(sys_restrict_self, rules, 0, 0, 0);
  if (error < 0) fail("restricting itself", "", -error);
  call(sys_close, rules, 0, 0, 0);
  long after = opened(canary, O_RDONLY);
  if (after != -EACCES) fail("it does not hold: reading ", canary, after < 0 ? -after : 0);

  error = call(sys_execve, (long)arguments[at + 1], (long)(arguments + at + 1), (long)environment, 0);
  fail("starting ", arguments[at + 1], -error);
}

__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall start\n");
