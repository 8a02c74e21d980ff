import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitions } from './definitions.ts';

test('definitions reads a version once, and forgets what was not asked for longest', async () => {
  const reads: string[] = [];
  const definition = async (id: string, version: number): Promise<string | undefined> => {
    reads.push(`${id} ${version}`);
    return version === 9 ? undefined : '12345';
  };
  const read = definitions({ definition }, Number, 10);
  assert.equal(await read('fn_1', 1), 12_345);
  await read('fn_1', 2);
  await read('fn_1', 1);
  await read('fn_2', 1);
  await read('fn_1', 1);
  await read('fn_1', 2);
  // What is gone is not remembered as gone.
  assert.equal(await read('fn_1', 9), undefined);
  await read('fn_1', 9);
  assert.deepEqual(reads, ['fn_1 1', 'fn_1 2', 'fn_2 1', 'fn_1 2', 'fn_1 9', 'fn_1 9']);
});
