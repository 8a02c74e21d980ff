import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFilter } from './bpf.ts';
import { verdict } from './fixtures/kernel.ts';
import { nodeTable } from './node-table.ts';
import { toOci } from './oci.ts';
import { isolateTable } from './table.ts';

const alone = compileFilter(nodeTable(false), 'x64');
const withProcesses = compileFilter(nodeTable(true), 'x64');

describe('nodeTable', () => {
  it('has one row for each number', () => {
    for (const table of [nodeTable(false), nodeTable(true)]) {
      const numbers = table.rows.map(({ number }) => number);
      assert.equal(new Set(numbers).size, numbers.length);
    }
  });

  it('keeps every tripwire and every call that seems not to exist', () => {
    for (const { number, action } of isolateTable.rows) {
      if (action === 'allow') continue;
      assert.equal(verdict(alone, number), action);
      assert.equal(verdict(withProcesses, number), action);
    }
  });

  it('gives sockets of three families, two types and the usual protocols, and no others', () => {
    const socket = (...args: bigint[]) => verdict(alone, 41, args);
    for (const family of [1n, 2n, 10n]) {
      for (const type of [1n, 2n, 1n | 0o2000000n, 2n | 0o4000n]) {
        for (const protocol of [0n, 6n, 17n]) assert.equal(socket(family, type, protocol), 'allow');
      }
      // raw, seqpacket, packet; ICMP, SCTP, UDPLITE, MPTCP
      for (const type of [3n, 5n, 10n]) assert.equal(socket(family, type, 0n), 'eperm');
      for (const protocol of [1n, 132n, 136n, 262n]) {
        assert.equal(socket(family, 1n, protocol), 'eperm');
      }
    }
    // netlink, packet, vsock, alg, xdp, and a good family below dirty high bits
    for (const family of [16n, 17n, 40n, 38n, 44n, 0x1_0000_0002n]) {
      assert.equal(socket(family, 1n, 0n), 'eperm', `${family}`);
    }
    assert.equal(verdict(alone, 53, [2n, 1n, 0n]), 'eperm', 'socketpair of AF_INET');
  });

  it('sets the options of a socket that Node sets, and no others', () => {
    const set = (level: bigint, name: bigint) => verdict(alone, 54, [0n, level, name]);
    const allowed: Readonly<Record<string, readonly number[]>> = {
      0: [1, 2, 33, 34],
      1: [2, 6, 7, 8, 9, 13, 15],
      6: [1, 4, 5, 6],
      41: [16, 18, 19, 26, 67],
    };
    for (let level = 0; level < 300; level++) {
      for (let name = 0; name < 130; name++) {
        const expected = allowed[level]?.includes(name) === true ? 'allow' : 'eperm';
        assert.equal(set(BigInt(level), BigInt(name)), expected, `${level} ${name}`);
      }
    }
    // SO_ATTACH_FILTER, and good ones below dirty high bits
    for (const [level, name] of [
      [1n, 26n],
      [1n | (1n << 32n), 2n],
      [1n, 2n | (1n << 32n)],
    ] as const) {
      assert.equal(set(level, name), 'eperm');
    }
  });

  it('carries messages, but none out of band and none that the kernel keeps', () => {
    for (const [number, index] of [
      [44, 3],
      [45, 3],
      [46, 2],
      [47, 2],
      [299, 3],
      [307, 3],
    ] as const) {
      const call = (flags: bigint) => {
        const args = [0n, 0n, 0n, 0n];
        args[index] = flags;
        return verdict(alone, number, args);
      };
      // MSG_NOSIGNAL, MSG_DONTWAIT
      for (const flags of [0n, 0x4000n, 0x40n]) assert.equal(call(flags), 'allow');
      for (const flags of [1n, 0x400_0000n, 0x4041n]) assert.equal(call(flags), 'eperm');
    }
  });

  it('starts threads, and processes only where they are allowed; namespaces never', () => {
    const [fork, vfork, thread] = [0x120_0011n, 0x4111n, 0x3d_0f00n];
    assert.equal(verdict(alone, 56, [thread]), 'allow');
    for (const flags of [fork, vfork]) {
      assert.equal(verdict(alone, 56, [flags]), 'eperm');
      assert.equal(verdict(withProcesses, 56, [flags]), 'allow');
    }
    for (const number of [57, 58]) {
      assert.equal(verdict(alone, number), 'eperm');
      assert.equal(verdict(withProcesses, number), 'allow');
    }
    for (let bit = 0n; bit < 32n; bit++) {
      const flag = 1n << bit;
      const isNamespace = (flag & 0x7e02_0000n) !== 0n;
      assert.equal(verdict(withProcesses, 56, [fork | flag]), isNamespace ? 'eperm' : 'allow');
    }
    assert.equal(verdict(withProcesses, 435), 'enosys', 'clone3');
  });

  it('is the same for OCI runtimes, each combination of arguments on its own', () => {
    const profile = toOci(nodeTable(false)).syscalls;
    const settings = profile.filter(({ names }) => names[0] === 'setsockopt');
    assert.equal(settings.length, 7 + 4 + 4 + 5);
    const sockets = profile.filter(({ names }) => names[0] === 'socket');
    assert.equal(sockets.length, 3 * 2 * 3);
    for (const { args } of sockets)
      assert.deepEqual(
        args?.map(({ index }) => index),
        [0, 1, 2],
      );
  });
});
