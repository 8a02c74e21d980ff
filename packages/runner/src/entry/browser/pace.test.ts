import { caps } from '@castellan/protocol/frames';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paced } from './pace.ts';

const command = (id: number, sessionId?: string): string =>
  JSON.stringify({ method: 'A.b', params: {}, id, sessionId });
const answer = (id: number): string => JSON.stringify({ id, result: {} });

test('paced lets commands wait while too many are open, and sends them in their order', () => {
  const sent: number[] = [];
  const pace = paced(
    (text) => void sent.push((JSON.parse(text) as { id: number }).id),
    () => assert.fail(),
  );
  const all = Array.from({ length: caps.openCommands + 3 }, (_, id) => id);
  for (const id of all) pace.send(command(id, 'A1'));
  assert.deepEqual(sent, all.slice(0, -3));
  pace.received('{"method":"A.c","params":{}}');
  assert.equal(sent.length, caps.openCommands);
  for (const id of all.slice(0, 3)) pace.received(answer(id));
  assert.deepEqual(sent, all);
});

test('paced never holds a command to the browser, which may end what the others wait for', () => {
  const sent: string[] = [];
  const pace = paced(
    (text) => void sent.push(text),
    () => assert.fail(),
  );
  for (let id = 0; id <= caps.openCommands; id++) pace.send(command(id, 'A1'));
  pace.send(command(7_000_000));
  assert.equal(sent.at(-1), command(7_000_000));
});

test('paced tells of a command that cannot be sent when its turn comes', () => {
  const failed: unknown[] = [];
  const pace = paced(
    (text) => {
      if (text.includes('"id":9999999')) throw new RangeError('too long');
    },
    (...failure) => failed.push(failure),
  );
  for (let id = 0; id < caps.openCommands; id++) pace.send(command(id, 'A1'));
  pace.send(command(9_999_999, 'A1'));
  pace.received(answer(1));
  assert.deepEqual(failed, [[9_999_999, 'too long']]);
});
