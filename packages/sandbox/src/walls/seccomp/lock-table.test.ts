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
      // Without `prctl` and `clone`, whose arguments are not 0.
      assert.equal(allowed.length, 48, String(allowed));
      for (const number of allowed) assert.equal(verdict(first, number), 'allow', String(number));
    });

    it('starts no program, makes no pipe, reads no folder or link, and changes no filter', () => {
      const gone = { execve: 59, pipe2: 293, getdents64: 217, readlink: 89, ioctl: 16, dup: 32 };
      for (const [name, number] of Object.entries({ ...gone, wait4: 61, uname: 63, seccomp })) {
        assert.equal(verdict(second, number), 'eperm', name);
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
