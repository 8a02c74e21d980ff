import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readIncoming } from './messages.ts';

describe('readIncoming', () => {
  it('takes the number off an answer and leaves the rest as it stands', () => {
    const incoming = readIncoming('{"id":12,"result":{"id":3}}');
    assert.deepEqual(incoming, { kind: 'answer', id: 12, rest: ',"result":{"id":3}}' });
  });

  it('finds the session at the end only', () => {
    const inside = `"sessionId":"${'B'.repeat(32)}"`;
    const event = readIncoming(
      `{"method":"A.b","params":{${inside}},"sessionId":"${'A'.repeat(32)}"}`,
    );
    assert.ok(event?.kind === 'event');
    assert.equal(event.sessionId, 'A'.repeat(32));
    assert.equal(event.method, 'A.b');
    const root = readIncoming(`{"method":"A.b","params":{${inside}}}`);
    assert.ok(root?.kind === 'event');
    assert.equal(root.sessionId, undefined);
  });

  it('reads nothing that Chromium does not write', () => {
    for (const text of ['', '{}', '[]', '{"params":{},"method":"A.b"}', '{"id":-1}']) {
      assert.equal(readIncoming(text), undefined, text);
    }
  });
});
