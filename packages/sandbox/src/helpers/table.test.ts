import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helperTable } from './table.ts';

const work = (): null => null;

for (const [name, owner] of [
  ['params', 'Castellan'],
  ['files', 'Castellan'],
  ['page', 'Castellan'],
  ['constructor', 'Castellan'],
  ['fetch', 'their platform'],
  ['btoa', 'their platform'],
  ['process', 'their platform'],
] as const) {
  test(`helperTable refuses a helper named ${name}, which scripts have already`, () => {
    assert.throws(() => helperTable({ [name]: work }), {
      code: 'invalid_option',
      message: `helpers: "${name}" is a name that scripts have from ${owner}; choose another, or put it into a group.`,
    });
  });
}

test('helperTable takes such a name in a group', () => {
  const { byPath, tree } = helperTable({ my: { params: work, fetch: work }, log: work });
  assert.deepEqual([...byPath.keys()], ['my.params', 'my.fetch', 'log']);
  assert.deepEqual(tree, { my: { params: 'async', fetch: 'async' }, log: 'async' });
});
