import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveLimits } from '@castellan/protocol';
import { FrameTooLarge, frameTypes } from '@castellan/protocol/frames';
import { nodesFor } from '@castellan/protocol/json';
import { endingBy, endingByFault, endingOf, waitingFor } from './ending.ts';

const limits = resolveLimits({});
const value = (json: string) =>
  endingOf({ ok: true, pending: null }, json, { engine: 'isolate', limits });
const list = (length: number): string => `[${Array(length).fill('{}').join()}]`;

test('endingOf parses no value that would weigh far more than its text', (context) => {
  const parse = context.mock.method(JSON, 'parse');
  const json = list(300_000);
  assert.ok(json.length < limits.valueBytes);
  const { reason, error } = value(json);
  assert.equal(reason, 'output_limit');
  assert.match(error?.message ?? '', /holds more than \d+ values and keys/);
  assert.equal(parse.mock.callCount(), 0);
});

test('endingOf parses no value of more names than V8 takes in at a blow', (context) => {
  const named = (count: number) =>
    `{${Array.from({ length: count }, (_, at) => `"${at}":0`).join()}}`;
  assert.equal(value(named(60_000)).reason, null);
  const parse = context.mock.method(JSON, 'parse');
  const { reason, error } = value(named(80_000));
  assert.equal(reason, 'output_limit');
  assert.match(error?.message ?? '', /more than 65536 different keys; return a list of pairs/);
  assert.equal(parse.mock.callCount(), 0);
});

test('waitingFor names the call to the browser that time ran out for, and no other ending does', () => {
  const place = { file: 'a.js', line: 3, column: 5 };
  const waiting = { call: 'page.title()', ...place };
  const { error } = endingBy(
    'wall_timeout',
    ...waitingFor('wall_timeout', 'It took long', waiting),
  );
  assert.deepEqual(error, {
    name: 'TimeoutError',
    message: 'It took long, waiting for page.title()',
    stack: 'TimeoutError: It took long, waiting for page.title()\n    at a.js:3:5',
    ...place,
  });
  for (const [reason, told] of [
    ['cpu_timeout', waiting],
    ['wall_timeout', { ...waiting, call: null }],
    ['wall_timeout', undefined],
  ] as const)
    assert.deepEqual(waitingFor(reason, 'It took long', told), ['It took long']);
});

test('endingOf takes a value of as many parts as its length allows', () => {
  assert.equal((value(list(nodesFor(0) / 2 - 1)).value as unknown[]).length, 131_071);
});

test('endingOf gives the text of a value as it came, but on one line', () => {
  for (const json of ['12345678901234567890', '{"a": [1.50], "b":"\\n"}']) {
    assert.equal(value(json).valueJson, json);
  }
  // A break of lines would end a message of an event stream.
  assert.equal(value('[1,\n\n2]').valueJson, '[1,2]');
  assert.equal(value('{\r"a":1}').valueJson, '{"a":1}');
});

test('endingByFault tells what was too large by type and part of the frame', () => {
  const reasonOf = (type: number, part: 'json' | 'bytes') =>
    endingByFault(new FrameTooLarge(type, part, 2, 1), limits).reason;
  assert.equal(reasonOf(frameTypes.artifact, 'bytes'), 'artifact_limit');
  assert.equal(reasonOf(frameTypes.artifact, 'json'), 'output_limit');
  assert.equal(reasonOf(frameTypes.result, 'bytes'), 'output_limit');
  assert.equal(reasonOf(frameTypes.log, 'bytes'), 'output_limit');
  assert.equal(reasonOf(frameTypes.call, 'json'), 'policy_violation');
});
