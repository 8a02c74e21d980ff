import { newId, resolveLimits } from '@castellan/protocol';
import { encodeFrame, FrameError, FrameReader } from '@castellan/protocol/frames';
import { JsonText } from '@castellan/protocol/json';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptEvent, QueuedRun } from '../runs/contract/launch.ts';
import { AttemptEvents } from './attempt-events.ts';
import { type LauncherMessage, readLauncherMessage } from './inbound.ts';
import { launcherFrames, launcherCaps } from './messages.ts';

const numRuns = Number(process.env['CASTELLAN_FUZZ_RUNS'] ?? 3_000);
const id = newId('run');
const time = new Date().toISOString();
const artifact = {
  id: newId('art'),
  name: 'a.txt',
  contentType: 'text/plain',
  sizeBytes: 1,
  sha256: '0'.repeat(64),
  url: '/v1/runs/x/artifacts/a.txt',
};
const run = {
  id,
  status: 'succeeded',
  reason: null,
  attempt: 1,
  logs: [],
  artifacts: [artifact],
  exitCode: null,
  value: null,
  error: null,
  truncated: { logs: false, networkRequests: false, networkBytes: false },
  timings: { queueMs: 0, boxMs: 0.5, compileMs: 0, runMs: 0, totalMs: 1 },
  usage: {
    cpuMs: 1,
    memoryPeakBytes: 1,
    browserCpuMs: 0,
    outputBytes: 0,
    networkRequests: 0,
    networkBytes: 0,
  },
  isolation: { driver: 'bubblewrap', engine: 'isolate', reuse: 'never', layers: ['seccomp'] },
  limits: resolveLimits(),
  policy: 'default',
  runtime: null,
  tenant: 'default',
  labels: { a: 'b' },
  queue: { position: 0 },
  createdAt: time,
  startedAt: null,
  finishedAt: time,
};
const request = {
  seq: 1,
  time,
  method: 'GET',
  url: 'https://a.example/',
  host: 'a.example',
  address: null,
  status: null,
  durationMs: 0.5,
  requestBytes: 0,
  responseBytes: 0,
  outcome: 'denied',
  code: 'not_allowed',
  reason: null,
};
const failed = {
  ...run,
  status: 'failed',
  reason: 'uncaught_exception',
  error: { name: 'Error', message: 'x', stack: '', file: 'a.js', line: 1, column: null },
};
const good: readonly object[] = [
  { type: 'run.started', seq: 2, time },
  { type: 'log', seq: 2, time, stream: 'stdout', level: 'info', text: 'x' },
  { type: 'progress', seq: 2, time, fraction: 0.5, text: '' },
  { type: 'artifact', seq: 2, time, artifact },
  { type: 'network', seq: 2, time, request },
  { type: 'run.finished', seq: 2, time, run },
  { type: 'run.finished', seq: 2, time, run: failed },
  {
    type: 'artifact',
    seq: 2,
    time,
    artifact: {
      ...artifact,
      image: {
        width: 1,
        height: null,
        broken: true,
      },
    },
  },
];

const read = (type: number, message: unknown): LauncherMessage =>
  readLauncherMessage({ type, json: JSON.stringify(message), bytes: new Uint8Array() });
const readEvent = (
  event: unknown,
  value = (event as { type?: unknown } | null)?.type === 'run.finished' ? 'null' : '',
): LauncherMessage =>
  readLauncherMessage({
    type: launcherFrames.event,
    json: JSON.stringify({ attempt: 1, event }),
    bytes: Buffer.from(value),
  });

test('readLauncherMessage takes every event that a launcher sends', () => {
  for (const event of good) {
    assert.deepEqual(readEvent(event), { type: 'event', attempt: 1, event });
  }
});

test('readLauncherMessage takes an artifact with its bytes, all of them or none', () => {
  const event = { type: 'artifact', seq: 2, time, artifact: { ...artifact, sizeBytes: 3 } };
  assert.deepEqual(readEvent(event, 'abc'), {
    type: 'event',
    attempt: 1,
    event: { ...event, bytes: Buffer.from('abc') },
  });
  assert.throws(() => readEvent(event, 'abcd'), FrameError);
});

test('readLauncherMessage takes a picture that begins as a JPEG, and no other bytes', () => {
  const page = { attempt: 3, page: 1, time };
  const given = (bytes: Uint8Array, change: object = {}) =>
    readLauncherMessage({
      type: launcherFrames.page,
      json: JSON.stringify({ ...page, ...change }),
      bytes,
    });
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);
  assert.deepEqual(given(jpeg), { type: 'page', attempt: 3, picture: { page: 1, time, jpeg } });
  for (const bytes of [new Uint8Array(), Buffer.from('<svg/>'), jpeg.subarray(0, 2)]) {
    assert.throws(() => given(bytes), FrameError);
  }
  assert.throws(() => given(jpeg, { page: '1' }), FrameError);
  assert.throws(() => given(jpeg, { time: 'x'.repeat(65) }), FrameError);
});

test('readLauncherMessage copies what it knows, and nothing else', () => {
  const more = JSON.parse('{ "__proto__": { "x": 1 }, "more": 1 }') as object;
  for (const event of good) {
    assert.deepEqual(readEvent({ ...event, ...more }), { type: 'event', attempt: 1, event });
  }
  const labels = JSON.parse('{ "__proto__": "x" }') as object;
  const { event } = readEvent({ ...good[5], run: { ...run, labels } }) as { event: AttemptEvent };
  assert.ok(event.type === 'run.finished' && Object.hasOwn(event.run.labels, '__proto__'));
});

test('readLauncherMessage refuses what is nested deeper than any value may be', () => {
  const deep = '['.repeat(1_500) + ']'.repeat(1_500);
  assert.throws(() => readEvent(good[5], deep), FrameError);
});

test('readLauncherMessage leaves a value the text that it is, and refuses what is no JSON', () => {
  const text = '{"a":[1,null,12345678901234567890]}';
  const { event } = readEvent(good[5], text) as { event: AttemptEvent };
  assert.ok(event.type === 'run.finished');
  assert.deepEqual(event.run.value, new JsonText(text));
  for (const bad of ['', '{', '1,"status":"succeeded"', 'undefined']) {
    assert.throws(() => readEvent(good[5], bad), FrameError);
  }
});

for (const [why, event] of [
  ['an unknown type', { ...good[0], type: 'run.queued' }],
  ['a type from the prototype', { ...good[0], type: 'constructor' }],
  ['no number', { ...good[0], seq: '2' }],
  ['an artifact that names another file', { ...good[3], artifact: { ...artifact, id: '../../x' } }],
  ['an artifact with a path for a name', { ...good[3], artifact: { ...artifact, name: 'a/b' } }],
  ['an artifact of less than no bytes', { ...good[3], artifact: { ...artifact, sizeBytes: -1 } }],
  ['a run that has not ended', { ...good[5], run: { ...run, finishedAt: null } }],
  ['a status that its reason denies', { ...good[5], run: { ...run, reason: 'cancelled' } }],
  ['a reason that is none', { ...good[5], run: { ...run, reason: 'constructor' } }],
  ['a run with a bad artifact', { ...good[5], run: { ...run, artifacts: [{}] } }],
  [
    'a layer that is none',
    { ...good[5], run: { ...run, isolation: { ...run.isolation, layers: ['x'] } } },
  ],
  ['a limit too few', { ...good[5], run: { ...run, limits: {} } }],
  ['lines in a run', { ...good[5], run: { ...run, logs: [good[1]] } }],
  ['a label that is no text', { ...good[5], run: { ...run, labels: { a: 1 } } }],
  ['a request of no outcome', { ...good[4], request: { ...request, outcome: 'fine' } }],
  ['an error that is a text', { ...good[5], run: { ...failed, error: 'x' } }],
  ['nothing', null],
] as const) {
  test(`readLauncherMessage refuses an event with ${why}`, () => {
    assert.throws(() => readEvent(event), FrameError);
  });
}

test('readLauncherMessage gives a checked message or throws, whatever the frames hold', () => {
  const types = Object.values(launcherFrames);
  const broken = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .tuple(fc.constantFrom(...good), fc.string(), fc.jsonValue(), fc.jsonValue())
      .map(([event, key, value, attempt]) =>
        JSON.stringify({ attempt, event: { ...event, [key]: value, seq: value } }),
      ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...types), broken, (type, json) => {
      let message: LauncherMessage;
      try {
        message = readLauncherMessage({ type, json, bytes: new Uint8Array() });
      } catch (error) {
        return error instanceof FrameError;
      }
      return message.type !== 'event' || Number.isSafeInteger(message.event.seq);
    }),
    { numRuns },
  );
});

test('frames of a launcher cut anywhere, or with any byte changed, give whole messages or an error', () => {
  const frame = encodeFrame(launcherFrames.event, JSON.stringify({ attempt: 1, event: good[5] }));
  fc.assert(
    fc.property(
      fc.nat(frame.length - 1),
      fc.integer({ min: 0, max: 255 }),
      fc.nat(frame.length),
      (at, byte, cut) => {
        const bytes = Uint8Array.from(frame);
        bytes[at] = byte;
        const reader = new FrameReader(launcherCaps);
        try {
          for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
            for (const each of reader.push(part)) readLauncherMessage(each);
          }
        } catch (error) {
          return error instanceof FrameError;
        }
        return true;
      },
    ),
    { numRuns },
  );
});

const queued = { id, firstSeq: 2, limits: resolveLimits() } as QueuedRun;
const eventAt = (seq: number): AttemptEvent => ({ type: 'run.started', seq, time });

test('an attempt that is read no more gives back the bytes of all that waits', async () => {
  let waiting = 0;
  const attempt = new AttemptEvents(queued, (bytes) => void (waiting -= bytes));
  const take = (seq: number): void => {
    attempt.take(eventAt(seq), seq);
    waiting += seq;
  };
  for (let seq = 2; seq < 12; seq++) take(seq);
  for await (const event of attempt.read()) {
    if (event.type === 'heartbeat' || event.seq < 4) continue;
    take(12);
    break;
  }
  attempt.abandon();
  assert.equal(waiting, 0);
});

test('an attempt takes its events in order, each once, and no ending of another run', () => {
  const attempt = new AttemptEvents(queued, () => undefined);
  attempt.take(eventAt(2), 1);
  assert.throws(() => attempt.take(eventAt(2), 1), FrameError);
  assert.throws(() => attempt.take(eventAt(4), 1), FrameError);
  const other = {
    ...good[5],
    seq: 3,
    run: { ...run, id: newId('run') },
  } as unknown as AttemptEvent;
  assert.throws(() =>
    new AttemptEvents({ ...queued, firstSeq: 3 }, () => undefined).take(other, 1),
  );
});

test('an attempt counts the bytes that wait, also when nobody reads on', () => {
  let waiting = 0;
  const attempt = new AttemptEvents(queued, (bytes) => (waiting -= bytes));
  for (let seq = 2; seq < 12; seq++) {
    attempt.take(eventAt(seq), 10);
    waiting += 10;
  }
  attempt.abandon();
  assert.equal(waiting, 0);
});

test('readLauncherMessage takes offers whole, and refuses those that no honest launcher sends', () => {
  const offer = {
    engine: 'isolate',
    runtime: '2026.11',
    packages: [{ name: 'dayjs', version: '1.11.13', license: 'MIT', types: null }],
    builtins: ['url'],
    helpers: ['mail.send'],
    modules: ['dayjs'],
    driver: 'bubblewrap',
    drivers: ['bubblewrap', 'gvisor'],
  };
  const { ready, unable } = launcherFrames;
  const heard = read(ready, { offers: { default: offer } });
  assert.deepEqual(heard, { type: 'ready', offers: new Map([['default', offer]]) });
  for (const bad of [
    { runtime: 7 },
    { engine: 'v8' },
    { modules: [1] },
    { builtins: null },
    { helpers: [1] },
    { packages: [{ name: 'dayjs' }] },
    { packages: [{ ...offer.packages[0], types: '/etc/shadow' }] },
    { packages: [{ ...offer.packages[0], types: '/r/../etc/dayjs.types.json.gz' }] },
    { packages: [{ ...offer.packages[0], types: 'dayjs.types.json.gz' }] },
    { packages: undefined },
    { driver: 'chroot' },
    { drivers: ['bubblewrap', 'chroot'] },
    { drivers: Array(99).fill('none') },
  ]) {
    assert.throws(() => read(ready, { offers: { default: { ...offer, ...bad } } }), FrameError);
  }
  assert.throws(() => read(ready, {}), FrameError);
  const failure = { code: 'box_failed', detail: 'Why.', fix: 'Do it.', option: 'policies.a' };
  assert.deepEqual(read(unable, failure), { type: 'unable', failure });
  const bare = { code: null, detail: 'x'.repeat(4_096), fix: null, option: null };
  assert.deepEqual(read(unable, { detail: 'x'.repeat(9_999) }), { type: 'unable', failure: bare });
  assert.throws(() => read(unable, { ...failure, code: 'constructor' }), FrameError);
  assert.throws(() => read(unable, { code: 'box_failed' }), FrameError);
  assert.deepEqual(read(launcherFrames.failed, { ...failure, attempt: 1, kind: 'busy' }), {
    type: 'failed',
    attempt: 1,
    kind: 'busy',
    failure,
  });
});

test('readLauncherMessage takes questions about keys, and none that no honest launcher asks', () => {
  const { kvAsked } = launcherFrames;
  const ask = (fields: object, value = ''): unknown => {
    const json = JSON.stringify({ attempt: 1, call: 2, ...fields });
    return readLauncherMessage({ type: kvAsked, json, bytes: Buffer.from(value, 'latin1') });
  };
  const set = { op: 'set', key: '__proto__', ttlMs: null, ifVersion: 0 };
  const question = { ...set, value: '{"a":1}' };
  assert.deepEqual(ask(set, '{"a":1}'), { type: 'kvAsked', attempt: 1, call: 2, question });
  for (const [fields, value] of [
    [set, ''],
    [set, '"\xff"'],
    [set, '"a\0"'],
    [{ ...set, key: '' }, '1'],
    [{ ...set, key: 'a\0' }, '1'],
    [{ ...set, key: 'ü'.repeat(300) }, '1'],
    [{ ...set, ttlMs: 1e15 }, '1'],
    [{ ...set, ifVersion: -1 }, '1'],
    [{ op: 'drop', key: 'a' }, ''],
    [{ op: 'list', prefix: '', after: '', limit: 1e6 }, ''],
  ] as const) {
    assert.throws(() => ask(fields, value), FrameError);
  }
});

test('readLauncherMessage parses no frame that would weigh far more than its text', (context) => {
  const objects = Array(400_000).fill('{}').join();
  const frames: readonly (readonly [number, string])[] = [
    [launcherFrames.beat, `{"x":[${objects}]}`],
    [launcherFrames.failed, `{"attempt":1,"x":[${objects}]}`],
    [launcherFrames.checked, `{"attempt":1,"problems":[${objects}]}`],
    [launcherFrames.event, `{"attempt":1,"event":{"x":[${objects}]}}`],
  ];
  const parse = context.mock.method(JSON, 'parse');
  for (const [type, json] of frames) {
    const frame = { type, json, bytes: new Uint8Array() };
    assert.throws(() => readLauncherMessage(frame), /too many values|too deeply/);
  }
  assert.equal(parse.mock.callCount(), 0);
});
