import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Upload } from './upload.ts';

const never = new AbortController().signal;

async function all(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const found: Uint8Array[] = [];
  for await (const chunk of chunks) found.push(chunk);
  return Buffer.concat(found).toString('latin1');
}

describe('Upload', () => {
  test('gives a short body out again, and credit for it once', async () => {
    let credit = 0;
    const upload = new Upload((cost) => (credit += cost));
    for (const piece of ['a', 'b', 'c']) upload.push(Buffer.from(piece));
    upload.end();
    assert.deepEqual([await all(upload.read(never)), upload.canStartOver], ['abc', true]);
    assert.deepEqual([await all(upload.read(never)), credit], ['abc', 3 * 1_024]);
  });

  test('gives the rest out after a reader that was stopped in the middle', async () => {
    const upload = new Upload(() => undefined);
    const stop = new AbortController();
    upload.push(Buffer.from('a'));
    const first = upload.read(stop.signal);
    await first.next();
    const pending = first.next();
    stop.abort(new Error('stopped'));
    await assert.rejects(pending, /stopped/);
    upload.push(Buffer.from('b'));
    upload.end();
    assert.equal(await all(upload.read(never)), 'ab');
  });

  test('keeps no long body, and says so', async () => {
    const upload = new Upload(() => undefined);
    const piece = Buffer.alloc(100_000, 'x');
    for (let index = 0; index < 4; index += 1) upload.push(piece);
    upload.end();
    assert.equal((await all(upload.read(never))).length, 400_000);
    assert.equal(upload.canStartOver, false);
  });
});
