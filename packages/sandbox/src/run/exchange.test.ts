import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caps, exchangeCalls } from '@castellan/protocol/frames';
import { callHelper } from '../helpers/call.ts';
import { helperTable } from '../helpers/table.ts';
import type { Exchange } from '../options/exchange.ts';
import { withExchange } from './exchange.ts';

/** The calls of a script that has got hold of their names, and what has reached the client. */
function hostileScript(more: Partial<Exchange> = {}) {
  const reached: string[] = [];
  const exchange: Exchange = {
    head: { method: 'GET', url: 'http://a.example/', headers: [], hasBody: false },
    left: new AbortController().signal,
    read: async () => undefined,
    respond: async () => void reached.push('respond'),
    write: async () => void reached.push('write'),
    end: async () => void reached.push('end'),
    ...more,
  };
  const { byPath, tree } = withExchange(helperTable({}), exchange);
  const context = { signal: new AbortController().signal, runId: 'run_1' };
  const call = async (name: keyof typeof exchangeCalls, args: unknown, parts?: Uint8Array) => {
    const path = exchangeCalls[name];
    const text = parts === undefined ? args : [args, [{ path: [0], length: parts.length }]];
    const given = { path, args: JSON.stringify(text), parts: parts ?? null };
    const answer = await callHelper(byPath.get(path), given, context);
    return answer.ok ? 'ok' : answer.message;
  };
  return { call, reached, tree };
}

const piece = (length: number) => [[null], new Uint8Array(length)] as const;

test('withExchange gives a script none of the calls by name', () => {
  assert.deepEqual(hostileScript().tree, {});
  const helpers = helperTable({});
  assert.equal(withExchange(helpers, null), helpers);
});

test('withExchange refuses what is no answer, before it reaches the client', async () => {
  const { call, reached } = hostileScript();
  const wrong = [
    [],
    [101, '', []],
    [600, '', []],
    [200.5, '', []],
    ['200', '', []],
    [200, 'a\r\nb', []],
    [200, 'x'.repeat(300), []],
    [200, '', {}],
    [200, '', ['a']],
    [200, '', [['a', 1]]],
    [200, '', [['a b', 'c']]],
    [200, '', [['a:', 'c']]],
    [200, '', [['', 'c']]],
    [200, '', [['a', 'b\r\nc: d']]],
    [200, '', [['a', 'b\0']]],
    [200, '', [['a', '\u{100}']]],
    [200, '', Array.from({ length: caps.headers + 1 }, () => ['a', 'b'])],
    [200, '', [['a', 'x'.repeat(caps.headerText)]]],
  ];
  for (const args of wrong)
    assert.notEqual(await call('respond', args), 'ok', JSON.stringify(args));
  assert.notEqual(await call('open', ['no function']), 'ok');
  assert.notEqual(await call('write', ['text']), 'ok');
  assert.notEqual(await call('write', ...piece(caps.exchangePiece + 1)), 'ok');
  assert.deepEqual(reached, []);
});

test('withExchange takes an answer in its order and once', async () => {
  const { call, reached } = hostileScript();
  const outOfOrder = /out of its order/;
  assert.match(await call('write', ...piece(1)), outOfOrder);
  assert.match(await call('end', []), outOfOrder);
  assert.equal(await call('respond', [200, '', []]), 'ok');
  assert.match(await call('respond', [200, '', []]), outOfOrder);
  assert.equal(await call('write', ...piece(1)), 'ok');
  assert.equal(await call('end', []), 'ok');
  assert.match(await call('write', ...piece(1)), outOfOrder);
  assert.match(await call('end', []), outOfOrder);
  assert.deepEqual(reached, ['respond', 'write', 'end']);
});

test('withExchange has one read and one write open, and holds no more of either', async () => {
  const reading = Promise.withResolvers<undefined>();
  const writing = Promise.withResolvers<void>();
  let writes = 0;
  const { call } = hostileScript({
    read: () => reading.promise,
    write: () => {
      writes++;
      return writing.promise;
    },
  });
  await call('respond', [200, '', []]);
  const first = [call('read', []), call('write', ...piece(1))];
  for (const again of [call('read', []), call('write', ...piece(1)), call('end', [])])
    assert.match(await again, /has not ended yet/);
  assert.equal(writes, 1);
  reading.resolve(undefined);
  writing.resolve();
  assert.deepEqual(await Promise.all(first), ['ok', 'ok']);
});

test('withExchange gives nothing to a client that has left', async () => {
  const { call, reached } = hostileScript({ left: AbortSignal.abort() });
  assert.match(await call('respond', [200, '', []]), /client has left/);
  assert.deepEqual(reached, []);
});
