import assert from 'node:assert/strict';
import { Duplex, PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import { frameTypes } from '@castellan/protocol/frames';
import { Link } from '../channel/link.ts';
import type { Box } from '../drivers/driver.ts';
import type { RunEgress } from '../egress/launcher/run-egress.ts';
import { settled } from '../../../../test/shared/until.support.ts';
import { Fetches } from './fetches.ts';

const piece = Buffer.alloc(64 * 1_024);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('Fetches leaves a body at the server while the box does not read, whatever credit it gave', async () => {
  const unread: (() => void)[] = [];
  const write = (_chunk: unknown, _encoding: string, done: () => void): void => {
    unread.push(done);
  };
  const channel = Duplex.from({ readable: new PassThrough(), writable: new Writable({ write }) });
  const link = new Link({ channel, replies: new PassThrough() } as unknown as Box);
  let taken = 0;
  const all = Promise.withResolvers<void>();
  const body = async function* (): AsyncGenerator<Uint8Array> {
    for (; taken < 200; taken++) yield piece;
    all.resolve();
  };
  const response = Promise.resolve({ status: 200 });
  const exchange = { response, body: body(), abort: () => undefined, end: () => undefined };
  const egress = { request: () => exchange, [Symbol.asyncDispose]: async () => undefined };
  const fetches = new Fetches(egress as unknown as RunEgress, link);

  const head = { url: 'http://a/', method: 'GET', headers: [], redirect: 'follow' } as const;
  fetches.take({ type: 'fetchOpen', id: 1, hasBody: false, head });
  fetches.take({ type: 'fetchPull', id: 1, credit: Number.MAX_SAFE_INTEGER });
  for (let turns = 0; turns < 500; turns++) await turn();
  assert.ok(taken >= 16 && taken < 24, `${taken} pieces`);
  assert.ok(link.unread < 2 * 2 ** 20);

  const reading = setInterval(() => {
    for (const done of unread.splice(0)) done();
  });
  await settled('a box that reads gets the whole body', all.promise);
  assert.equal(taken, 200);
  clearInterval(reading);
  await fetches.stop();
  channel.destroy();
});

test('Fetches ends a request whose box does not read when the run is over', async () => {
  const channel = Duplex.from({
    readable: new PassThrough(),
    writable: new Writable({ write: () => undefined }),
  });
  const link = new Link({ channel, replies: new PassThrough() } as unknown as Box);
  link.send(frameTypes.settle, { json: 'x'.repeat(2 ** 21) });
  const left = Promise.withResolvers<void>();
  const body = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield piece;
    } finally {
      left.resolve();
    }
  };
  const exchange = { body: body(), abort: () => undefined };
  const egress = { proxy: () => exchange, [Symbol.asyncDispose]: async () => undefined };
  const fetches = new Fetches(egress as unknown as RunEgress, link);
  fetches.take({ type: 'fetchProxy', id: 1 });
  fetches.take({ type: 'fetchPull', id: 1, credit: 1 });
  await turn();
  await fetches.stop();
  await settled('the body of a run that is over is left', left.promise);
  channel.destroy();
});

test('Fetches counts a request that was given up and opened anew once', async () => {
  const channel = Duplex.from({ readable: new PassThrough(), writable: new PassThrough() });
  const link = new Link({ channel, replies: new PassThrough() } as unknown as Box);
  const aborted: number[] = [];
  let opened = 0;
  const egress = {
    proxy() {
      const number = ++opened;
      const over = Promise.withResolvers<{ done: true; value: undefined }>();
      const abort = (): void => {
        aborted.push(number);
        over.resolve({ done: true, value: undefined });
      };
      const next = () => over.promise;
      return { body: { [Symbol.asyncIterator]: () => ({ next }) }, abort };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const fetches = new Fetches(egress as unknown as RunEgress, link);
  fetches.take({ type: 'fetchProxy', id: 1 });
  fetches.take({ type: 'fetchCancel', id: 1 });
  fetches.take({ type: 'fetchProxy', id: 1 });
  await turn();
  assert.throws(() => fetches.take({ type: 'fetchProxy', id: 1 }), /opened twice/);
  await fetches.stop();
  assert.deepEqual(aborted, [1, 2]);
  channel.destroy();
});
