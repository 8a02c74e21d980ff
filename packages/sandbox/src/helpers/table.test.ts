import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helperTable } from './table.ts';

const work = (): null => null;

for (const name of ['params', 'env', 'artifacts', 'console', 'page', 'execute', 'constructor']) {
  test(`helperTable refuses a helper named ${name}, which scripts have already`, () => {
    assert.throws(() => helperTable({ [name]: work }), {
      code: 'invalid_option',
      message: `helpers: "${name}" is a name that scripts have from Castellan; choose another.`,
    });
  });
}

test('helperTable takes such a name in a group, and names of the Web', () => {
  const { byPath, tree } = helperTable({ my: { params: work, page: work }, btoa: work });
  assert.deepEqual([...byPath.keys()], ['my.params', 'my.page', 'btoa']);
  assert.deepEqual(tree, { my: { params: 'async', page: 'async' }, btoa: 'async' });
});
