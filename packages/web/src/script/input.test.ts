import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOf, dataFileOf, noInput, readEnv, readInput } from './input.ts';

test('readEnv reads lines of NAME=value and shows the line that is none', () => {
  assert.deepEqual(readEnv(''), { value: {} });
  assert.deepEqual(readEnv('A=1\n\n  _b = x=y \r\nEMPTY='), {
    value: { A: '1', _b: ' x=y ', EMPTY: '' },
  });
  assert.deepEqual(readEnv('A=1\n1B=2'), { wrong: 'Line 2 is "1B=2", not NAME=value.' });
  assert.deepEqual(readEnv('nothing'), { wrong: 'Line 1 is "nothing", not NAME=value.' });
  assert.ok(Object.hasOwn((readEnv('__proto__=1') as { value: object }).value, '__proto__'));
});

test('readInput takes what it knows and leaves out the rest', () => {
  const record = { video: true, trace: 'yes', more: true };
  const data = [{ name: 'a', base64: 'AA==', more: 1 }];
  assert.deepEqual(readInput({ env: 'A=1', stdin: 1, data, record }), {
    env: 'A=1',
    data: [{ name: 'a', base64: 'AA==' }],
    record: { video: true },
  });
  assert.deepEqual(readInput({ data: [{ name: 'a' }], record: null }), {});
});

test('dataFileOf keeps the bytes of a file, under a name that a script may have', async () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => at % 256);
  const { name, base64 } = await dataFileOf(new File([bytes], '..größe (1)/rows.bin'));
  assert.equal(name, 'gr_e_1_rows.bin');
  assert.equal(base64, Buffer.from(bytes).toString('base64'));
  assert.equal(countOf({ ...noInput, env: ' ', data: [{ name, base64 }] }), 1);
});
