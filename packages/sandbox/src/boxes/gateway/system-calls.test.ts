import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFilter } from '../../walls/seccomp/bpf.ts';
import { verdict } from '../../walls/seccomp/fixtures/kernel.ts';
import { isolateTable } from '../../walls/seccomp/table.ts';
import { gatewayTable } from './system-calls.ts';

const program = compileFilter(gatewayTable);

describe('gatewayTable', () => {
  it('names each call and number once', () => {
    const { rows } = gatewayTable;
    assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
    assert.equal(new Set(rows.map(({ number }) => number)).size, rows.length);
  });

  it('adds nine calls to those of the isolate, and takes no tripwire away', () => {
    const added: number[] = [];
    for (let number = 0; number <= 512; number++) {
      const row = isolateTable.rows.find((each) => each.number === number);
      if (gatewayTable.rows.some((each) => each.number === number) && row === undefined) {
        added.push(number);
      } else if (row === undefined) assert.equal(verdict(program, number), 'eperm', `${number}`);
      else if (row.action !== 'allow') assert.equal(verdict(program, number), row.action);
    }
    // socket connect sendto recvfrom shutdown getsockname getpeername setsockopt getsockopt
    assert.deepEqual(added, [41, 42, 44, 45, 48, 51, 52, 54, 55]);
  });

  it('gives TCP and UDP of both families, and no other socket', () => {
    for (let family = 0n; family <= 46n; family++) {
      for (let type = 0n; type <= 15n; type++) {
        for (const protocol of [0n, 1n, 6n, 17n, 58n, 132n, 136n, 255n, 262n]) {
          const isGood =
            (family === 2n || family === 10n) && (type === 1n || type === 2n) && protocol === 0n;
          const given = verdict(program, 41, [family, type | 0o2_004_000n, protocol]);
          assert.equal(given, isGood ? 'allow' : 'eperm', `${family} ${type} ${protocol}`);
        }
      }
    }
    assert.equal(verdict(program, 41, [2n | (1n << 32n), 1n, 0n]), 'eperm', 'high bits');
  });

  it('sets one option of a socket and reads two', () => {
    for (let level = 0n; level < 300n; level++) {
      for (let name = 0n; name < 130n; name++) {
        const set = level === 6n && name === 1n;
        const get = level === 1n && (name === 3n || name === 4n);
        assert.equal(verdict(program, 54, [0n, level, name]), set ? 'allow' : 'eperm');
        assert.equal(verdict(program, 55, [0n, level, name]), get ? 'allow' : 'eperm');
      }
    }
  });

  it('sends and receives plainly: nothing urgent, no fast open, no copy that is put off', () => {
    for (const number of [44, 45]) {
      for (const flags of [0n, 0x40n, 0x4000n, 0x4040n]) {
        assert.equal(verdict(program, number, [0n, 0n, 0n, flags]), 'allow');
      }
      for (const flags of [1n, 2n, 0x10n, 0x2000n, 0x400_0000n, 0x2000_0000n, 1n << 32n]) {
        assert.equal(verdict(program, number, [0n, 0n, 0n, flags]), 'eperm', `${flags}`);
      }
    }
  });
});
