import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FrameError } from '@castellan/protocol/frames';
import { readGatewayMessage } from './inbound.ts';
import { egressTypes } from '../messages.ts';

const bytes = new Uint8Array([1]);
const response = {
  request: 1,
  status: 200,
  statusText: 'OK',
  headers: [['a', 'b']],
  url: 'http://a/',
  redirected: false,
};
const entry = {
  request: 1,
  time: 1,
  method: 'GET',
  url: 'http://a/',
  host: 'a',
  address: null,
  status: null,
  durationMs: 0.5,
  requestBytes: 0,
  responseBytes: 0,
  outcome: 'ok',
  code: null,
  reason: null,
};

describe('readGatewayMessage', () => {
  const read = (type: number, fields: object | string) =>
    readGatewayMessage({
      type,
      json: typeof fields === 'string' ? fields : JSON.stringify(fields),
      bytes,
    });

  test('copies what it knows, and nothing else', () => {
    const { request, ...head } = response;
    const extra = { ...response, __proto__: { evil: 1 }, evil: 1 };
    assert.deepEqual(read(egressTypes.response, extra), { type: 'response', request, head });
    assert.deepEqual(read(egressTypes.download, { request: 7 }), {
      type: 'download',
      request: 7,
      bytes,
    });
    const { request: _, ...known } = entry;
    assert.deepEqual(read(egressTypes.entry, { ...entry, evil: 1 }), {
      type: 'entry',
      request: 1,
      entry: known,
    });
  });

  const bad: readonly (readonly [number, object | string])[] = [
    [egressTypes.response, 'null'],
    [egressTypes.response, '{'],
    [egressTypes.response, {}],
    [egressTypes.configure, { request: 1 }],
    [200, { request: 1 }],
    [egressTypes.end, { request: -1 }],
    [egressTypes.end, { request: '1' }],
    [egressTypes.closed, { run: 1.5 }],
    [egressTypes.uploadCredit, { request: 1, credit: -5 }],
    ...[
      { status: 99 },
      { status: '200' },
      { statusText: 'x'.repeat(300) },
      { headers: {} },
      { headers: [['a']] },
      { headers: [['a', 1]] },
      { url: 1 },
    ].map((part) => [egressTypes.response, { ...response, ...part }] as const),
    ...[
      { time: -1 },
      { outcome: 'fine' },
      { code: 'fine' },
      { durationMs: -1 },
      { durationMs: 'x' },
      { requestBytes: 1.5 },
      { host: 'x'.repeat(300) },
      { status: 1 },
      { reason: 1 },
    ].map((part) => [egressTypes.entry, { ...entry, ...part }] as const),
  ];
  for (const [type, fields] of bad) {
    test(`refuses ${type} ${JSON.stringify(fields).slice(0, 60)}…${JSON.stringify(fields).length}`, () => {
      assert.throws(() => read(type, fields), FrameError);
    });
  }
});

test('readGatewayMessage parses no frame that holds more than its fields can', (context) => {
  const objects = Array(50_000).fill('{}').join();
  const parse = context.mock.method(JSON, 'parse');
  for (const type of [egressTypes.entry, egressTypes.response, egressTypes.end]) {
    const json = `{"request":1,"headers":[${objects}]}`;
    assert.throws(() => readGatewayMessage({ type, json, bytes }), FrameError);
  }
  assert.equal(parse.mock.callCount(), 0);
});
