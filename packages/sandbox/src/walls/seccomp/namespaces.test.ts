import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromiumTable } from '../../boxes/browser/system-calls.ts';
import { gatewayTable } from '../../boxes/gateway/system-calls.ts';
import { refusesNamespaces } from './namespaces.ts';
import { nodeTable } from './node-table.ts';
import { isolateTable, rows, type SyscallTable } from './table.ts';

test('refusesNamespaces is true of the tables that the kernel need not help', () => {
  for (const table of [isolateTable, nodeTable(false), nodeTable(true), gatewayTable]) {
    assert.equal(refusesNamespaces(table), true);
  }
  assert.equal(refusesNamespaces(chromiumTable), false);
});

test('refusesNamespaces is false as soon as one call gets through', () => {
  const having = (row: SyscallTable['rows'][number]): SyscallTable => ({
    otherwise: 'eperm',
    rows: [row],
  });
  for (const name of ['unshare', 'setns', 'clone3', 'clone']) {
    const [row] = rows('allow', { [name]: 1 });
    assert.ok(row);
    assert.equal(refusesNamespaces(having(row)), false, name);
  }
  const clone = { name: 'clone', number: 56, action: 'allow' } as const;
  for (const when of [
    { index: 0, oneOf: [0x3d_0f00n, 0x1000_0011n] },
    { index: 0, mask: 0xffn, oneOf: [0x11n] },
    { index: 1, oneOf: [0n] },
  ] as const) {
    assert.equal(refusesNamespaces(having({ ...clone, when })), false);
  }
});
