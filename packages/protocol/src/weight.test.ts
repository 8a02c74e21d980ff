import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exceededCap } from './weight.ts';

/** Values and keys of a parsed value, its empty arrays and objects, and its levels. */
function weigh(value: unknown): { nodes: number; empty: number; depth: number } {
  if (typeof value !== 'object' || value === null) return { nodes: 1, empty: 0, depth: 0 };
  const parts = Object.values(value).map(weigh);
  const keys = Array.isArray(value) ? 0 : parts.length;
  return {
    nodes: 1 + keys + parts.reduce((sum, part) => sum + part.nodes, 0),
    empty: (parts.length === 0 ? 1 : 0) + parts.reduce((sum, part) => sum + part.empty, 0),
    depth: 1 + Math.max(0, ...parts.map((part) => part.depth)),
  };
}

test('exceededCap counts every value and key, and an empty array or object twice', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const { nodes, empty, depth } = weigh(value);
      assert.equal(exceededCap(text, { nodes: nodes + empty, depth }), null);
      assert.equal(exceededCap(text, { nodes: nodes + empty - 1, depth }), 'nodes');
      if (depth > 0)
        assert.equal(exceededCap(text, { nodes: Infinity, depth: depth - 1 }), 'depth');
    }),
  );
});

test('exceededCap counts nothing inside of strings, whatever is escaped there', () => {
  const text = JSON.stringify({ a: '[[[,,,::{{{\\"\\\\', b: ['\\', '"', '\\"[,'] });
  assert.equal(exceededCap(text, { nodes: weigh(JSON.parse(text)).nodes, depth: 2 }), null);
});

const members = (count: number, nameOf: (at: number) => string) =>
  `{${Array.from({ length: count }, (_, at) => `${JSON.stringify(nameOf(at))}:0`).join()}}`;

test('exceededCap counts names that differ, and the same name once', () => {
  const caps = { depth: 1, nodes: 2 ** 20, names: 10_000 };
  for (const length of [1, 40]) {
    const name = (at: number) => `${at}`.padStart(length, '-');
    assert.equal(exceededCap(members(10_000, name), caps), null);
    assert.equal(exceededCap(members(11_000, name), caps), 'names');
    assert.equal(
      exceededCap(
        members(11_000, () => name(7)),
        caps,
      ),
      null,
    );
  }
  const listed = `[${Array(20_000).fill('"a:b","c"').join()}]`;
  assert.equal(exceededCap(listed, caps), null);
});

test('exceededCap stops at the first node too many', () => {
  assert.equal(exceededCap('[{},{},{}', { nodes: 4, depth: 9 }), 'nodes');
  assert.equal(exceededCap('"[[[', { nodes: 1, depth: 1 }), null);
});
