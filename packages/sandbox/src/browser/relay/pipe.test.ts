import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Pieces } from './piece.ts';
import { openPipe, type Pipe } from './pipe.ts';

function opened(): {
  pipe: Pipe;
  commands: PassThrough;
  answers: PassThrough;
  read: string[];
  large: string[];
} {
  const [commands, answers] = [new PassThrough(), new PassThrough()];
  const [read, large]: [string[], string[]] = [[], []];
  const handlers = {
    message: (message: Pieces) => void read.push(message.text()),
    tooLarge: (start: string) => void large.push(start),
  };
  const pipe = openPipe(commands, answers, handlers, () => undefined);
  return { pipe, commands, answers, read, large };
}

describe('openPipe', () => {
  it('puts messages together, wherever they were cut', async () => {
    const { answers, read } = opened();
    const bytes = Buffer.from('{"a":"é"}\0{"b":2}\0{"c":');
    for (const byte of bytes) answers.write(Buffer.of(byte));
    answers.end('3}\0');
    await once(answers, 'end');
    assert.deepEqual(read, ['{"a":"é"}', '{"b":2}', '{"c":3}']);
  });

  it('reads past a message that is too large, and tells how it began', async () => {
    const { answers, read, large } = opened();
    answers.write('{"id":7,"result":"');
    for (let count = 0; count < 65; count++) answers.write(Buffer.alloc(2 ** 20, 'x'));
    answers.end('"}\0{"id":8}\0');
    await once(answers, 'end');
    assert.deepEqual(read, ['{"id":8}']);
    assert.equal(large.length, 1);
    assert.match(large[0] ?? '', /^\{"id":7,/);
  });

  it('hands over a large message in pieces, and begins the next one anew', async () => {
    const { answers, read } = opened();
    const large = JSON.stringify({ a: 'é"'.repeat(1_500_000) });
    answers.end(`{"b":1}\0${large}\0{"c":2}\0`);
    await once(answers, 'end');
    assert.deepEqual(read, ['{"b":1}', large, '{"c":2}']);
  });

  it('holds what it was told and little more, however small the pieces', async () => {
    const { answers, read } = opened();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 200_000; count++) answers.emit('data', Buffer.from('x'));
    collect();
    assert.ok(process.memoryUsage().heapUsed - before < 8 * 2 ** 20);
    answers.emit('data', Buffer.from('\0'));
    assert.equal(read[0]?.length, 200_000);
  });

  it('sends nothing that would be two messages', () => {
    const { pipe, commands } = opened();
    pipe.send(['{"id":1}\0{"id":2}']);
    pipe.send(['{"id":1}', Buffer.from('\0'), '{"id":2}']);
    assert.equal(commands.read(), null);
    pipe.send(['{"id"', Buffer.from(':3'), '}']);
    assert.equal(String(commands.read()), '{"id":3}\0');
  });

  it('reads nothing while it is held', async () => {
    const { pipe, answers, read } = opened();
    pipe.hold(true);
    answers.write('{"a":1}\0');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(read, []);
    pipe.hold(false);
    answers.end();
    await once(answers, 'end');
    assert.deepEqual(read, ['{"a":1}']);
  });
});
