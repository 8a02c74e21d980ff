import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { compileFilter } from './bpf.ts';
import { verdict } from './fixtures/kernel.ts';
import { isolateTable } from './table.ts';
import type { SyscallAction } from './table.ts';

const numberOf = (name: string): number => {
  const row = isolateTable.rows.find((each) => each.name === name);
  assert.ok(row, name);
  return row.number;
};

describe('compileFilter', () => {
  const program = compileFilter(isolateTable, 'x64');

  it('agrees with the table for every number from 0 to 512', () => {
    const byNumber = new Map(isolateTable.rows.map((row) => [row.number, row]));
    for (let number = 0; number <= 512; number++) {
      const row = byNumber.get(number);
      const good = row?.when?.oneOf[0] ?? 0n;
      const args = [0n, 0n, 0n, 0n, 0n, 0n];
      if (row?.when) args[row.when.index] = good;
      assert.equal(verdict(program, number, args), row?.action ?? 'eperm', `number ${number}`);
    }
  });

  it('lets clone make threads and nothing else', () => {
    const clone = numberOf('clone');
    assert.equal(verdict(program, clone, [0x3d0f00n]), 'allow');
    // fork, vfork, a thread in a new user namespace, and good flags below dirty high bits
    for (const flags of [0x11n, 0x4111n, 0x3d0f00n | 0x1000_0000n, 0x1_003d_0f00n, 0n]) {
      assert.equal(verdict(program, clone, [flags]), 'eperm', flags.toString(16));
    }
    assert.equal(verdict(program, 435), 'enosys', 'clone3');
  });

  it('lets openat read and nothing else', () => {
    const openat = numberOf('openat');
    const open = (flags: bigint): SyscallAction => verdict(program, openat, [0n, 0n, flags]);
    for (const flags of [0n, 0o2000000n, 0o200000n | 0o2000000n])
      assert.equal(open(flags), 'allow');
    for (const flags of [0o1n, 0o2n, 0o101n, 0o100n, 0o1000n, 0o2001n, 0o20200002n, 0o20200000n]) {
      assert.equal(open(flags), 'eperm', flags.toString(8));
    }
  });

  it('makes pipes, and no queue of notices', () => {
    const pipe = (flags: bigint): SyscallAction => verdict(program, 293, [0n, flags]);
    for (const flags of [0n, 0o2000000n, 0o2004000n, 0o40000n]) assert.equal(pipe(flags), 'allow');
    for (const flags of [0o200n, 0o2000200n, 1n << 32n]) assert.equal(pipe(flags), 'eperm');
  });

  it('lets ioctl through for its six requests and prlimit64 for reading', () => {
    const allowed = new Set([0x5401n, 0x5413n, 0x541bn, 0x5421n, 0x5450n, 0x5451n]);
    for (let request = 0x5400n; request < 0x5500n; request++) {
      const expected = allowed.has(request) ? 'allow' : 'eperm';
      assert.equal(verdict(program, numberOf('ioctl'), [0n, request]), expected);
    }
    assert.equal(verdict(program, numberOf('prlimit64'), [0n, 7n, 0n]), 'allow');
    assert.equal(verdict(program, numberOf('prlimit64'), [0n, 7n, 1n]), 'eperm');
    assert.equal(verdict(program, numberOf('prlimit64'), [0n, 7n, 1n << 32n]), 'eperm');
  });

  it('kills another architecture and x32 for every number', () => {
    for (let number = 0; number <= 512; number++) {
      assert.equal(verdict(program, number, [], 0x4000_0003), 'kill', 'i386');
      assert.equal(verdict(program, number + 0x4000_0000), 'kill', 'x32');
    }
    assert.equal(verdict(program, 0xffff_ffff), 'kill');
  });

  it('stays below the 4,096 instructions that the kernel takes', () => {
    assert.equal(program.length % 8, 0);
    assert.ok(program.length / 8 < 4096);
  });

  it('refuses an architecture whose table is not tested', () => {
    assert.throws(() => compileFilter(isolateTable, 'arm64'), {
      code: 'isolation_unavailable',
      message: /arm64/,
    });
  });
});

describe('isolateTable', () => {
  it('names each call and number once', () => {
    assert.equal(new Set(isolateTable.rows.map((row) => row.name)).size, isolateTable.rows.length);
    assert.equal(
      new Set(isolateTable.rows.map((row) => row.number)).size,
      isolateTable.rows.length,
    );
  });

  it('has no way to a socket, a file to write, or another process', () => {
    const allowed = isolateTable.rows.filter((row) => row.action === 'allow');
    const forbidden =
      /socket|bind|listen|accept|connect|send|recv|rename|unlink|mkdir|rmdir|truncate|link|chmod|chown|mknod|creat|fsync|pwrite|^t?kill|fork|execveat|pidfd|memfd|setrlimit|^set.*id$/;
    const harmless = new Set(['readlink', 'epoll_create1', 'landlock_create_ruleset']);
    for (const { name } of allowed) {
      assert.ok(harmless.has(name) || !forbidden.test(name), name);
    }
  });

  const header = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';
  it(
    'numbers the calls as the kernel header does',
    { skip: existsSync(header) ? false : 'needs linux-libc-dev' },
    () => {
      const text = readFileSync(header, 'utf8');
      const numbers = new Map(
        [...text.matchAll(/^#define __NR_(\w+) (\d+)$/gm)].map((found) => [found[1], found[2]]),
      );
      for (const { name, number } of isolateTable.rows) {
        assert.equal(numbers.get(name), String(number), name);
      }
    },
  );
});
