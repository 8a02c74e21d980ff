import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFilter } from './bpf.ts';
import { verdict } from './fixtures/kernel.ts';
import { lockTable, runnerTable } from './lock-table.ts';

const first = compileFilter(runnerTable, 'x64');
const seccomp = 317;

describe('runnerTable', () => {
  it('lets a process put up a filter for all of its threads, and nothing else of seccomp', () => {
    assert.equal(verdict(first, seccomp, [1n, 1n, 0n]), 'allow');
    // Strict mode, one thread alone, a listener, a log, and questions about actions.
    for (const args of [
      [0n, 0n],
      [1n, 0n],
      [1n, 1n << 3n],
      [1n, 3n],
      [2n, 0n],
      [3n, 0n],
    ]) {
      assert.equal(verdict(first, seccomp, args), 'eperm', String(args));
    }
  });
});

for (const jitless of [false, true]) {
  describe(`lockTable${jitless ? ' without machine code' : ''}`, () => {
    const second = compileFilter(lockTable(jitless), 'x64');
    const allowed = Array.from({ length: 513 }, (_, number) => number).filter(
      (number) => verdict(second, number, [0n, 0n, 0n, 0n, 0n, 0n]) === 'allow',
    );

    it('allows little, and nothing that the first one refuses', () => {
      // And `prctl`, `clone` and `fcntl`, whose arguments are not 0.
      assert.equal(allowed.length + 3, 41, String(allowed));
      for (const number of allowed) assert.equal(verdict(first, number), 'allow', String(number));
    });

    it('opens nothing, starts no program, makes no pipe, and changes no filter', () => {
      const files = { openat: 257, newfstatat: 262, statx: 332, access: 21, lseek: 8 };
      const landlock = { create_ruleset: 444, add_rule: 445, restrict_self: 446 };
      const others = { execve: 59, pipe2: 293, getdents64: 217, readlink: 89, ioctl: 16, dup: 32 };
      const gone = { ...files, ...landlock, ...others };
      for (const [name, number] of Object.entries({ ...gone, wait4: 61, uname: 63, seccomp })) {
        assert.equal(verdict(second, number), 'eperm', name);
      }
    });

    it('copies no descriptor', () => {
      const fcntl = (command: bigint) => verdict(second, 72, [3n, command]);
      // F_GETFD F_SETFD F_GETFL F_SETFL
      for (const command of [1n, 2n, 3n, 4n]) assert.equal(fcntl(command), 'allow');
      // F_DUPFD F_SETLK F_SETOWN F_SETSIG F_SETLEASE F_NOTIFY F_DUPFD_CLOEXEC F_SETPIPE_SZ F_ADD_SEALS
      for (const command of [0n, 6n, 8n, 10n, 1024n, 1026n, 1030n, 1031n, 1033n]) {
        assert.equal(fcntl(command), 'eperm', String(command));
      }
    });

    it('does not let the memory of the process be opened again', () => {
      const prctl = (option: bigint, value = 1n) => verdict(second, 157, [option, value]);
      // PR_SET_NAME, PR_SET_VMA
      assert.deepEqual([prctl(15n), prctl(0x5356_4d41n)], ['allow', 'allow']);
      // PR_SET_DUMPABLE, PR_SET_PTRACER, PR_SET_SECCOMP, PR_CAP_AMBIENT
      for (const option of [4n, 0x5961_6d61n, 22n, 47n]) assert.equal(prctl(option), 'eperm');
    });

    it(`${jitless ? 'lets no' : 'lets'} memory become executable`, () => {
      const expected = jitless ? 'eperm' : 'allow';
      for (const number of [9, 10]) {
        assert.equal(verdict(second, number, [0n, 4096n, 7n]), expected);
        assert.equal(verdict(second, number, [0n, 4096n, 3n]), 'allow');
      }
      assert.equal(verdict(second, 329, [0n, 4096n, 7n]), 'eperm', 'pkey_mprotect');
    });
  });
}
