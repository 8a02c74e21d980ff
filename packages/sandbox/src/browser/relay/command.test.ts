import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Command, paramsOf, readCommand, readEnds } from './command.ts';
import { mostNodes } from './messages.ts';

const read = (text: string) => readCommand({ text, length: text.length }, () => Infinity);

describe('readCommand', () => {
  it('reads a command', () => {
    const command = read('{"id":1,"method":"A.b","params":{"x":1},"sessionId":"S","y":2}');
    assert.deepEqual(command, { id: 1, method: 'A.b', params: '{"x":1}', sessionId: 'S' });
  });

  for (const text of [
    '',
    'null',
    '[]',
    '{}',
    '{"id":"1","method":"A.b"}',
    '{"id":1.5,"method":"A.b"}',
    '{"id":1e99,"method":"A.b"}',
    '{"id":1,"method":1}',
    `{"id":1,"method":"${'A'.repeat(200)}"}`,
    '{"id":1,"method":"A.b","params":[]}',
    '{"id":1,"method":"A.b","params":null}',
    '{"id":1,"method":"A.b","sessionId":1}',
    '{"id":1,"method":"A.b"}{"id":2,"method":"A.b"}',
    '{"id":1,"method":"A.b","method":"C.d"}',
    '{"id":1,"method":"A.b","params":{"a":"}',
    '{"id":1,"method":"A.b" }',
  ]) {
    it(`refuses ${text.slice(0, 60) || 'nothing'}`, () => {
      assert.equal(read(text), undefined);
    });
  }

  it('finds in any command what a parser would', () => {
    const params = fc.dictionary(fc.string(), fc.jsonValue());
    const session = fc.constantFrom(undefined, 'A'.repeat(32));
    fc.assert(
      fc.property(fc.nat(), params, session, fc.boolean(), (id, given, sessionId, isFirst) => {
        const who = isFirst ? { method: 'A.b', id } : { id, method: 'A.b' };
        const text = JSON.stringify({ ...who, params: given, sessionId });
        const command = read(text) as Command;
        assert.deepEqual([command.id, command.method, command.sessionId], [id, 'A.b', sessionId]);
        const parsed = JSON.parse(text) as { readonly params: unknown };
        assert.deepEqual(paramsOf(command), parsed.params);
      }),
    );
  });

  it('knows a long command by its whole length, wherever its method is', () => {
    const text = '{"id":7,"method":"A.b","params":{}}';
    const command = readCommand({ text, length: 51 }, () => 50);
    assert.equal((command as { why?: string }).why, 'with more than 50 bytes');
  });
});

describe('readEnds', () => {
  const ends = (text: string) => readEnds(Buffer.from(text));
  it('reads who is to do what, whatever is between', () => {
    const whose = { method: 'A.b', id: 7, sessionId: 'S' };
    assert.deepEqual(ends('{"method":"A.b","params":{{{,"id":7,"sessionId":"S"}'), whose);
    const unknown = { method: 'A.b', id: undefined, sessionId: undefined };
    assert.deepEqual(ends('{"method":"A.b",[[['), unknown);
    assert.equal(ends('{"id":7,"method":"A.b"}'), undefined);
  });
});

describe('paramsOf', () => {
  const refused: Readonly<Record<string, string>> = {
    'more values than any command has': `{"x":[${'{},'.repeat(mostNodes / 2)}0]}`,
    'values in each other without end': `{"x":${'['.repeat(2_000)}${']'.repeat(2_000)}}`,
    'what is no JSON': '{"x":01}',
  };
  for (const [name, params] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      const command = read(`{"id":1,"method":"A.b","params":${params}}`) as Command;
      assert.equal(paramsOf(command), undefined);
    });
  }
});
