import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { amongThoseOf, Attached } from './attached.ts';

/** The launcher's end of a connection, and the daemon's. */
async function pair(): Promise<readonly [Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const ours = connect({ port: (server.address() as { port: number }).port });
  const [theirs] = await accepted;
  server.close();
  return [ours, theirs];
}

const piece = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
};

test('Attached gives what a container wrote, wherever the pieces are cut', async () => {
  const whole = Buffer.concat([piece('one '), piece(''), piece('two '), piece('é'.repeat(40))]);
  for (const size of [1, 3, 7, 8, 9, 64]) {
    const [ours, theirs] = await pair();
    const attached = new Attached();
    attached.connect(ours);
    const all = text(attached);
    for (let at = 0; at < whole.length; at += size) {
      theirs.write(whole.subarray(at, at + size));
      await turn();
    }
    theirs.end();
    assert.equal(await all, `one two ${'é'.repeat(40)}`);
  }
});

test('Attached keeps what is written before there is a connection, and pieces of a frame together', async () => {
  const attached = new Attached();
  const replies = amongThoseOf(attached);
  attached.cork();
  attached.write('head ');
  replies.write('reply ');
  attached.write('body ');
  attached.uncork();
  const [ours, theirs] = await pair();
  attached.connect(ours);
  replies.write('second');
  replies.end();
  attached.end();
  assert.match(await text(theirs), /^(?:reply head body |head body reply )second$/);
  theirs.destroy();
});

test('Attached that is destroyed closes its connection, also one that comes later', async () => {
  const [ours, theirs] = await pair();
  const attached = new Attached();
  attached.destroy();
  attached.connect(ours);
  await once(theirs.resume(), 'end');
  assert.equal(ours.destroyed, true);
  theirs.destroy();
});

test('Attached that is abandoned takes all of what a container wrote, also when nobody reads it', async () => {
  const [ours, theirs] = await pair();
  const attached = new Attached();
  attached.connect(ours);
  const much = piece('x'.repeat(2 ** 20));
  theirs.write(piece('first'));
  const written = new Promise((done) =>
    theirs.end(Buffer.concat(Array<Buffer>(32).fill(much)), () => done(undefined)),
  );
  await once(attached, 'readable');
  attached.abandon();
  await written;
  assert.match(await text(attached), /^firstx+$/);
  theirs.destroy();
});
