import assert from 'node:assert/strict';
import { Duplex, PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import { frameTypes } from '@castellan/protocol/frames';
import { Link } from '../channel/link.ts';
import type { Box } from '../boxes/runner/box.ts';
import { deniedEgress } from '../egress/launcher/denied.ts';
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

/** Requests over an egress that is played, and the types of the frames that the box is sent. */
function fetchesOver(egress: object): { fetches: Fetches; link: Link; told: number[] } {
  const channel = Duplex.from({ readable: new PassThrough(), writable: new PassThrough() });
  const link = new Link({ channel, replies: new PassThrough() } as unknown as Box);
  const told: number[] = [];
  link.send = (type) => void told.push(type);
  const whole = { [Symbol.asyncDispose]: async () => undefined, ...egress };
  return { fetches: new Fetches(whole as unknown as RunEgress, link), link, told };
}

const post = { url: 'http://a/', method: 'POST', headers: [], redirect: 'follow' } as const;
const crumb = new Uint8Array(1);

test('Fetches waits for no body where every request is refused', async () => {
  const egress = deniedEgress(() => undefined, 10);
  const { fetches, told } = fetchesOver(egress);
  for (let id = 1; id <= 1_000; id++)
    fetches.take({ type: 'fetchOpen', id, hasBody: true, head: post });
  for (let turns = 0; turns < 5; turns++) await turn();
  assert.deepEqual(told, Array(1_000).fill(frameTypes.fetchError));
  assert.equal(egress.log.length, 10);
  // All of them are gone: as many again may be opened, and their pieces are nobody's.
  for (let id = 1; id <= 1_000; id++) fetches.take({ type: 'fetchSend', id, bytes: crumb });
  for (let id = 1; id <= 1_000; id++)
    fetches.take({ type: 'fetchOpen', id, hasBody: true, head: post });
  await fetches.stop();
});

test('Fetches sends what came in crumbs in few pieces, one at a time', async () => {
  const written: number[] = [];
  let release = (): void => undefined;
  let ended = 0;
  const exchange = {
    body: { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) },
    response: new Promise(() => undefined),
    write: async (bytes: Uint8Array) => {
      written.push(bytes.length);
      await new Promise<void>((resolve) => (release = resolve));
    },
    end: () => void (ended += 1),
    abort: () => undefined,
  };
  const { fetches, told } = fetchesOver({ request: () => exchange, proxy: () => exchange });
  fetches.take({ type: 'fetchProxy', id: 1 });
  for (let count = 0; count < 1_000; count++)
    fetches.take({ type: 'fetchSend', id: 1, bytes: crumb });
  fetches.take({ type: 'fetchFinish', id: 1 });
  await turn();
  assert.deepEqual([written, ended], [[1], 0]);
  release();
  await turn();
  assert.deepEqual([written, ended], [[1, 999], 0]);
  release();
  await turn();
  assert.deepEqual([written, ended], [[1, 999], 1]);
  assert.deepEqual(told, [frameTypes.fetchCredit, frameTypes.fetchCredit]);
  await fetches.stop();
});

test('Fetches refuses heads beyond their budget, and has room again when one is given up', async () => {
  const headers = [['x', 'y'.repeat(60_000)]] as const;
  const { fetches, told } = fetchesOver({ refusesAll: false });
  const open = (id: number): void =>
    fetches.take({ type: 'fetchOpen', id, hasBody: true, head: { ...post, headers } });
  for (let id = 1; id <= 1_000; id++) open(id);
  assert.ok(told.length > 900 && told.every((type) => type === frameTypes.fetchError));
  const refused = told.length;
  fetches.take({ type: 'fetchCancel', id: 1 });
  open(2_000);
  assert.equal(told.length, refused);
  open(2_001);
  assert.equal(told.length, refused + 1);
  await fetches.stop();
});
