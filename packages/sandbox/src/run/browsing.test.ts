import { resolveLimits } from '@castellan/protocol';
import { encodeFrame, frameTypes } from '@castellan/protocol/frames';
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { Picture } from '../browser/relay/picture.ts';
import type { BrowserHooks, BrowserPool, RunBrowser } from '../browser/browser.ts';
import { Link } from '../channel/link.ts';
import type { Box } from '../boxes/runner/box.ts';
import { deniedEgress } from '../egress/launcher/denied.ts';
import { Browsing } from './browsing.ts';
import type { Job } from './job.ts';

const limits = resolveLimits();
const mebibyte = 'x'.repeat(2 ** 20);

/** A browsing run whose browser and whose box are in the test's hands. */
async function browse() {
  const said: string[] = [];
  const holds: boolean[] = [];
  const state = { unsent: 0, isDisposed: false };
  let hooks: BrowserHooks | undefined;
  const logs: string[] = [];
  const picture = Promise.withResolvers<Picture>();
  const browser: RunBrowser = {
    send: (bytes) => void said.push(Buffer.from(bytes).toString()),
    get unsent() {
      return state.unsent;
    },
    hold: (isHeld) => void (holds.at(-1) === isHeld || holds.push(isHeld)),
    closed: new Promise(() => undefined),
    finishFilm: async () => undefined,
    watch: () => undefined,
    conclude: () => undefined,
    picture: () => picture.promise,
    dialog: 'alert("x")',
    use: () => ({ bytes: 0, peakBytes: 0, cpuMs: 0 }),
    async [Symbol.asyncDispose]() {
      state.isDisposed = true;
    },
  };
  const pool: BrowserPool = {
    warmUp: async () => undefined,
    async take(_job, given) {
      hooks = given;
      return browser;
    },
    async [Symbol.asyncDispose]() {},
  };
  const browsing = await Browsing.take(
    pool,
    { limits, engine: 'isolate' } as Job,
    deniedEgress(() => undefined, 1),
    { onLog: (_level, text) => logs.push(text), onDownload() {}, files: () => undefined },
  );
  const channel = new PassThrough();
  const link = new Link({ channel, replies: new PassThrough() } as unknown as Box);
  // What is written to a box comes out of this one again: the test reads it as the box would.
  channel.removeAllListeners('data');
  channel.pause();
  browsing.connect(link);
  assert.ok(hooks !== undefined);
  return { browsing, hooks, link, channel, said, holds, state, picture, logs };
}

test('Browsing makes Chromium wait while the box does not read, and no longer', async () => {
  const { hooks, channel, holds } = await browse();
  for (let sent = 0; sent < 12; sent++) hooks.onMessage([mebibyte]);
  assert.deepEqual(holds, [false, true]);
  const drained = new Promise((resolve) => channel.once('drain', resolve));
  channel.resume();
  await drained;
  assert.deepEqual(holds, [false, true, false]);
});

test('Browsing makes the box wait while Chromium does not read, and no longer', async () => {
  const { browsing, hooks, channel, state, said } = await browse();
  channel.resume();
  state.unsent = 9 * 2 ** 20;
  browsing.send(Buffer.from('{}'));
  assert.equal(channel.isPaused(), true);
  state.unsent = 0;
  hooks.onDrain();
  assert.equal(channel.isPaused(), false);
  assert.deepEqual(said, ['{}']);
});

test('Browsing makes a box wait that asks on and on and reads no answer, until it does', async () => {
  const { hooks, channel } = await browse();
  hooks.onMessage(['{}']);
  assert.equal(channel.isPaused(), false);
  for (let sent = 0; sent < 70_000; sent++) hooks.onMessage(['{}']);
  assert.equal(channel.isPaused(), true);
  const drained = new Promise((resolve) => channel.once('drain', resolve));
  while (channel.read() !== null);
  await drained;
  assert.equal(channel.isPaused(), false);
});

test('Browsing hands answers on as frames, and nothing once the run is over', async () => {
  const { browsing, hooks, channel, said, state, picture } = await browse();
  hooks.onMessage(['{"id":1}']);
  const frame = encodeFrame(frameTypes.cdpReceive, '{}', Buffer.from('{"id":1}'));
  assert.deepEqual(channel.read(), Buffer.from(frame));
  picture.resolve({ why: 'the page is empty' });
  assert.equal(await browsing.close('uncaught_exception'), null);
  hooks.onMessage(['{"id":2}']);
  browsing.send(Buffer.from('{"id":3}'));
  assert.equal(channel.read(), null);
  assert.deepEqual([said, state.isDisposed], [[], true]);
});

test('Browsing.close gives the picture of a run that failed, or says in the log why there is none', async () => {
  const failed = await browse();
  failed.picture.resolve(new Uint8Array([1]));
  assert.deepEqual(await failed.browsing.close('wall_timeout'), new Uint8Array([1]));
  const went = await browse();
  went.picture.resolve(new Uint8Array([1]));
  assert.equal(await went.browsing.close(null), null);
  assert.deepEqual(went.logs, []);
  const hung = await browse();
  assert.equal(await hung.browsing.close('wall_timeout'), null);
  assert.equal(hung.state.isDisposed, true);
  assert.deepEqual(hung.logs, [
    `[browser] The page waits for an answer to alert("x"); page.on('dialog', …) can give one.`,
    '[browser] There is no failure.png: the browser does not answer.',
  ]);
});
