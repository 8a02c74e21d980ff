import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveLimits } from '@castellan/protocol';
import {
  caps,
  encodeFrame,
  FrameError,
  FrameReader,
  FrameTooLarge,
  frameTypes,
} from '@castellan/protocol/frames';
import { capsFor, readBoxMessage } from './inbound.ts';

const limits = resolveLimits({ outputBytes: 10_000, valueBytes: 10_000, artifactBytes: 1_000 });
const capOf = capsFor(limits, 'node', true);
const types = Object.entries(frameTypes).filter(([, type]) => type < frameTypes.job);

/** Frames as a reader takes them out of the stream. */
const read = (bytes: Uint8Array) => [...new FrameReader(capOf).push(bytes)];
const say = (type: number, message: object, bytes?: Uint8Array) =>
  read(encodeFrame(type, JSON.stringify(message), bytes)).map(readBoxMessage);

for (const [name, type] of types) {
  test(`a ${name} of a hundred megabytes of JSON is refused by its head`, () => {
    const head = encodeFrame(type, '').slice();
    const view = new DataView(head.buffer);
    view.setUint32(0, 5 + 1e8, true);
    view.setUint32(5, 1e8, true);
    assert.throws(() => read(head), FrameTooLarge);
  });

  test(`a ${name} full of objects is refused before it is parsed`, (context) => {
    const json = `{"id":1,"path":"nope","x":[${Array(5_000).fill('{}').join()}]}`;
    const [frame] = read(encodeFrame(type, json, new Uint8Array(capOf(type)?.bytes === 0 ? 0 : 1)));
    assert.ok(frame !== undefined);
    const parse = context.mock.method(JSON, 'parse');
    assert.throws(() => readBoxMessage(frame), FrameError);
    assert.equal(parse.mock.callCount(), 0);
  });
}

test('a value may nest as deep as a runner lets it, and no deeper', () => {
  const returned = (depth: number) => {
    const value = `{"value":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    return say(frameTypes.result, { ok: true, pending: null }, Buffer.from(value));
  };
  assert.equal(returned(caps.jsonDepth).length, 1);
  assert.throws(() => returned(caps.jsonDepth + 1), FrameError);
});

/** The character that takes the most bytes in JSON. */
const worst = '\0';

test('the longest that an honest runner sends fits', () => {
  const text = worst.repeat(limits.outputBytes + 1);
  for (const line of [text, '€'.repeat(text.length)])
    assert.equal(say(frameTypes.log, { level: 'info' }, Buffer.from(line)).length, 1);
  const error = {
    name: worst.repeat(caps.errorName),
    message: worst.repeat(caps.errorMessage),
    stack: worst.repeat(caps.errorStack),
    file: worst.repeat(caps.fileName),
    line: 1,
    column: 1,
  };
  const failure = { ok: false, reason: 'uncaught_exception', error };
  assert.equal(say(frameTypes.result, failure).length, 1);
  const place = { file: worst.repeat(caps.fileName), line: 1, column: 1 };
  const call = worst.repeat(caps.browserCall);
  assert.equal(say(frameTypes.browserCall, { call, ...place }).length, 1);
  assert.throws(() => say(frameTypes.browserCall, { call: `${call}x`, ...place }), /bad call/);
  const head = JSON.stringify({
    url: 'http://a/',
    method: 'POST',
    redirect: 'follow',
    headers: Array.from({ length: caps.headers }, () => ['x', '"'.repeat(255)]),
  });
  assert.equal(say(frameTypes.fetchOpen, { id: 1, hasBody: false, head }).length, 1);
  const args = Buffer.from(JSON.stringify(['\u2028'.repeat(caps.helperArgs - 4)]));
  assert.equal(say(frameTypes.call, { id: 1, path: 'a' }, args).length, 1);
});

test('arguments of a helper are refused when they are longer than a runner lets them be', () => {
  const args = Buffer.alloc(caps.helperArgs + 1, 0x20);
  assert.throws(() => say(frameTypes.call, { id: 1, path: 'a' }, args), /bad arguments/);
});
