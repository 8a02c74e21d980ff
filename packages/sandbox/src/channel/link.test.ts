import { resolveLimits } from '@castellan/protocol';
import { encodeFrame, frameTypes } from '@castellan/protocol/frames';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { Duplex, PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import type { Box } from '../boxes/runner/box.ts';
import { capsFor } from './inbound.ts';
import { Link, type BoxRunMessage } from './link.ts';

const limits = resolveLimits({ outputBytes: 1_000, valueBytes: 1_000, artifactBytes: 1_000 });
const rounds = Number(process.env['CASTELLAN_FUZZ_RUNS'] ?? 2_000);

/** The launcher's end of a box whose other end is in the test's hands. */
function linkTo(caps = limits): {
  link: Link;
  say: (bytes: Uint8Array) => void;
  heard: BoxRunMessage[];
  faults: Error[];
  start: () => void;
  channel: Duplex;
} {
  const fromBox = new PassThrough();
  const channel = Duplex.from({
    readable: fromBox,
    writable: new Writable({ write: (_c, _e, done) => done() }),
  });
  const replies = new PassThrough();
  const link = new Link({ channel, replies } as unknown as Box);
  const heard: BoxRunMessage[] = [];
  const faults: Error[] = [];
  const say = (bytes: Uint8Array): void => void channel.emit('data', Buffer.from(bytes));
  const listener = {
    receive: (message: BoxRunMessage) => void heard.push(message),
    broken: (error: Error) => void faults.push(error),
  };
  return {
    link,
    say,
    heard,
    faults,
    channel,
    start: () => link.start({}, [], capsFor(caps, 'isolate', false), listener),
  };
}

const frame = (type: number, message: unknown, bytes?: Uint8Array): Uint8Array =>
  encodeFrame(type, JSON.stringify(message), bytes);
const ready = frame(frameTypes.ready, {});
const result = frame(frameTypes.result, { ok: true, pending: null }, Buffer.from('1'));
const failure = { name: 'E', message: 'm', stack: 's', file: null, line: null, column: null };

test('Link hears a box that keeps the protocol, run after run', async () => {
  const { link, say, heard, faults, start } = linkTo();
  for (let run = 0; run < 2; run++) {
    say(ready);
    await link.ready();
    start();
    say(frame(frameTypes.compiled, {}));
    say(frame(frameTypes.log, { level: 'info' }, Buffer.from('x')));
    say(result);
  }
  assert.deepEqual(faults, []);
  assert.deepEqual(
    heard.map(({ type }) => type),
    ['compiled', 'log', 'result', 'compiled', 'log', 'result'],
  );
});

const forged: Record<string, Uint8Array> = {
  'a second ready during a run': ready,
  'a type of the launcher’s own': frame(frameTypes.job, {}),
  'an exit, which only the node engine has': frame(frameTypes.exit, { code: 0 }),
  'a connection, which only the node engine has': frame(frameTypes.fetchProxy, { id: 1 }),
  'a log without a level': frame(frameTypes.log, {}, Buffer.from('x')),
  'a log with a made-up level': frame(frameTypes.log, { level: 'fatal' }, Buffer.from('x')),
  'a log whose text is not UTF-8': frame(frameTypes.log, { level: 'info' }, new Uint8Array([0xc3])),
  'a level that only the prototype has': encodeFrame(
    frameTypes.log,
    '{"__proto__":{"level":"info"}}',
  ),
  'a log that is an array': frame(frameTypes.log, ['info', 'x']),
  'a frame that is null': frame(frameTypes.log, null),
  'a frame that is no JSON': encodeFrame(frameTypes.log, '{'),
  'a fraction above 1': frame(frameTypes.progress, { fraction: 1.1, text: '' }),
  'a fraction that is no number': frame(frameTypes.progress, { fraction: '0', text: '' }),
  'an artifact with a name that is too long': frame(frameTypes.artifact, {
    id: 1,
    name: 'x'.repeat(300),
    contentType: null,
  }),
  'an artifact with a negative id': frame(frameTypes.artifact, {
    id: -1,
    name: 'x',
    contentType: null,
  }),
  'a call with an id that is no whole number': frame(frameTypes.call, {
    id: 1.5,
    path: 'x',
  }),
  'a call with a path that is too long': frame(frameTypes.call, {
    id: 1,
    path: 'x'.repeat(600),
  }),
  'a result without ok': frame(frameTypes.result, {}),
  'a result with a reason that only the launcher gives': frame(frameTypes.result, {
    ok: false,
    reason: 'wall_timeout',
    error: failure,
  }),
  'a result with a reason that only the launcher may give': frame(frameTypes.result, {
    ok: false,
    reason: 'box_failed',
    error: failure,
  }),
  'a result with a message that is too long': frame(frameTypes.result, {
    ok: false,
    reason: 'no_entry',
    error: { ...failure, message: 'x'.repeat(400_000) },
  }),
  'a result with a line that is text': frame(frameTypes.result, {
    ok: false,
    reason: 'no_entry',
    error: { ...failure, line: '1' },
  }),
  'a result whose value is not UTF-8': frame(
    frameTypes.result,
    { ok: true, pending: null },
    new Uint8Array([0xff]),
  ),
  'a result that is larger than its cap': frame(
    frameTypes.result,
    { ok: true, pending: null },
    new Uint8Array(600_000),
  ),
  'a command to a browser in a run without one': frame(frameTypes.cdpSend, {}, Buffer.from('{}')),
  'a piece of a body without a byte': frame(frameTypes.fetchSend, { id: 1 }),
  'a small word with much around it': frame(frameTypes.fetchCancel, {
    id: 1,
    x: 'x'.repeat(20_000),
  }),
  'a log that is larger than its cap': frame(
    frameTypes.log,
    { level: 'info' },
    new Uint8Array(600_000),
  ),
};

for (const [name, bytes] of Object.entries(forged)) {
  test(`Link breaks off at ${name}, and hears nothing after it`, () => {
    const { say, heard, faults, start } = linkTo();
    start();
    say(bytes);
    say(result);
    assert.equal(faults.length, 1);
    assert.deepEqual(heard, []);
  });
}

test('Link reads a value once, whatever is in it', () => {
  const values = {
    'a long text': JSON.stringify('a'.repeat(10_000_000)),
    // A search for the ends of texts would begin anew at each of these.
    'a text without an end': `"${'\\"'.repeat(400_000)}`,
    'brackets in a text': JSON.stringify('['.repeat(5_000)),
  };
  for (const [name, json] of Object.entries(values)) {
    const { say, heard, faults, start } = linkTo({ ...limits, valueBytes: 20_000_000 });
    start();
    say(frame(frameTypes.result, { ok: true, pending: null }, Buffer.from(json)));
    assert.deepEqual([faults, heard.length], [[], 1], name);
  }
});

test('Link stops hearing a box that does not read, by whichever way it is answered', async () => {
  for (const way of ['channel', 'replies'] as const) {
    const taken: (() => void)[] = [];
    const slow = (): Writable => new Writable({ write: (_c, _e, done) => void taken.push(done) });
    const channel = Duplex.from({ readable: new PassThrough(), writable: slow() });
    const box = { channel, replies: slow() };
    const link = new Link(box as unknown as Box);
    const wasRead = new Promise<void>((resolve) => link.onRead(resolve));
    const answer = { json: 'x'.repeat(2 ** 20) };
    const say = (): void => {
      if (way === 'channel') link.send(frameTypes.settle, answer);
      else link.reply(frameTypes.settle, answer);
    };
    for (let at = 0; at < 31; at++) say();
    assert.equal(channel.isPaused(), false, way);
    for (let at = 0; at < 3; at++) say();
    assert.equal(channel.isPaused(), true, way);
    const reading = setInterval(() => {
      for (const done of taken.splice(0)) done();
    });
    await wasRead;
    clearInterval(reading);
    assert.equal(channel.isPaused(), false, way);
    channel.destroy();
  }
});

test('Link breaks off at anything before a job and after a result', async () => {
  const early = linkTo();
  early.say(frame(frameTypes.log, { level: 'info' }, Buffer.from('x')));
  await assert.rejects(early.link.ready(), /unknown type/);
  const late = linkTo();
  late.start();
  late.say(result);
  late.say(result);
  assert.equal(late.heard.length, 1);
  await assert.rejects(late.link.ready());
});

test('Link tells whoever cannot use a result that the box has broken the protocol', () => {
  const { link, say, faults } = linkTo();
  const receive = (): never => {
    throw new SyntaxError('no JSON');
  };
  const broken = (error: Error): void => void faults.push(error);
  link.start({}, [], capsFor(limits, 'isolate', false), { receive, broken });
  say(result);
  assert.deepEqual(
    faults.map(({ message }) => message),
    ['no JSON'],
  );
  assert.equal(link.isBroken, true);
});

test('Link lets others have their turn while it reads a flood, and loses nothing of it', async () => {
  const { link, say, heard, faults, channel } = linkTo();
  const flood = Buffer.concat(Array<Uint8Array>(6_000).fill(frame(frameTypes.compiled, {})));
  let [turns, atTurn] = [0, 0];
  const slow = (message: BoxRunMessage): void => {
    heard.push(message);
    const until = performance.now() + 0.01;
    while (performance.now() < until);
  };
  link.start({}, [], capsFor(limits, 'isolate', false), {
    receive: slow,
    broken: (e) => faults.push(e),
  });
  say(flood);
  assert.ok(heard.length > 0 && heard.length < 6_000);
  assert.equal(channel.isPaused(), true);
  while (heard.length < 6_000) {
    assert.ok(heard.length > atTurn);
    atTurn = heard.length;
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([faults, channel.isPaused()], [[], false]);
  assert.ok(turns > 1);
});

test('Link takes one ready before each job, and reads nothing more of a box that says it twice', async () => {
  const { link, say, faults, start, channel } = linkTo();
  say(ready);
  await link.ready();
  assert.equal(channel.isPaused(), false);
  say(ready);
  assert.equal(channel.isPaused(), true);
  start();
  assert.match(faults[0]?.message ?? '', /twice/);
});

test('Link lets no bytes through as anything but checked messages, whatever comes', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.tuple(fc.nat(70), fc.json()).map(([type, json]) => encodeFrame(type, json)),
    fc.constantFrom(
      ...Object.values(forged).filter((bytes) => bytes.length < 2_000),
      ready,
      result,
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const { say, heard, faults, start } = linkTo();
      start();
      for (const bytes of pieces) say(bytes);
      assert.ok(faults.length <= 1);
      for (const message of heard)
        assert.ok(
          [
            'compiled',
            'log',
            'progress',
            'artifact',
            'call',
            'settled',
            'waiting',
            'result',
          ].includes(message.type),
        );
    }),
    { numRuns: rounds },
  );
  assert.deepEqual(Object.keys(Object.prototype), []);
});
