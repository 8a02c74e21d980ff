import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { compileFilter } from '../../walls/seccomp/bpf.ts';
import { verdict } from '../../walls/seccomp/fixtures/kernel.ts';
import { isolateTable } from '../../walls/seccomp/table.ts';
import { chromiumTable } from './system-calls.ts';

const program = compileFilter(chromiumTable);

describe('chromiumTable', () => {
  it('names each call and number once', () => {
    const { rows } = chromiumTable;
    assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
    assert.equal(new Set(rows.map(({ number }) => number)).size, rows.length);
  });

  it('leaves Chromium what its own sandbox is made of', () => {
    const named = new Set(chromiumTable.rows.map(({ name }) => name));
    for (const name of ['clone', 'clone3', 'unshare', 'chroot', 'seccomp', 'prctl']) {
      assert.ok(!named.has(name), name);
    }
  });

  // The kernel takes 32 bits of these arguments, and what stands above them is nobody's.
  for (const high of [0n, 1n << 32n, 0xffff_ffffn << 32n]) {
    it(`gives sockets of three families only, with ${high.toString(16)} in the high bits`, () => {
      for (let family = 0n; family <= 46n; family++) {
        const expected = [1n, 2n, 10n].includes(family) || family > 45n ? 'allow' : 'eperm';
        assert.equal(verdict(program, 41, [family | high]), expected, `${family}`);
      }
    });

    it(`puts no words into a terminal, with ${high.toString(16)} in the high bits`, () => {
      for (const request of [0x5412n, 0x541cn]) {
        assert.equal(verdict(program, 16, [0n, request | high]), 'eperm', `${request}`);
      }
      assert.equal(verdict(program, 16, [0n, 0x5401n | high]), 'allow');
    });
  }

  it('lets nobody mount, by whichever call', () => {
    for (const number of [165, 166, 155, 308, 428, 429, 430, 431, 432, 433, 442, 467]) {
      assert.equal(verdict(program, number), 'eperm', `${number}`);
    }
  });

  it('allows no tripwire of the other tables, but what Chromium’s own sandbox is made of', () => {
    for (const { name, number, action } of isolateTable.rows) {
      if (action !== 'kill' || name === 'unshare') continue;
      assert.notEqual(verdict(program, number), 'allow', name);
    }
  });

  it('answers to calls that it was not read against as an older kernel would', () => {
    for (const number of [470, 471, 500, 1_000, 0x3fff_ffff]) {
      assert.equal(verdict(program, number), 'enosys', `${number}`);
    }
    assert.equal(verdict(program, 0x4000_0000), 'kill', 'x32');
  });

  const header = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h';
  it(
    'numbers the calls as the kernel header does',
    { skip: existsSync(header) ? false : 'needs linux-libc-dev' },
    () => {
      const numbers = new Map(
        [...readFileSync(header, 'utf8').matchAll(/^#define __NR_(\w+) (\d+)$/gm)].map(
          ([, name, number]) => [name, Number(number)],
        ),
      );
      for (const { name, number } of chromiumTable.rows) {
        // An older header does not know the newest calls.
        if (numbers.has(name)) assert.equal(numbers.get(name), number, name);
        else assert.ok(number > Math.max(...numbers.values()), name);
      }
    },
  );
});
