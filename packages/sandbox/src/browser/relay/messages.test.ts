import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readIncoming } from './messages.ts';
import { Pieces } from './piece.ts';

const forms: Readonly<Record<string, (text: string) => Pieces>> = {
  'in one text': (text) => new Pieces([text]),
  'in bytes': (text) => new Pieces([Buffer.from(text)]),
  // A piece but the last is never shorter than what tells who a message is for.
  'in two pieces': (text) =>
    new Pieces([Buffer.from(text.slice(0, 300)), Buffer.from(text.slice(300))]),
};

for (const [form, told] of Object.entries(forms)) {
  const long = 'é'.repeat(500);
  describe(`readIncoming of a message ${form}`, () => {
    it('takes the number off an answer and leaves the rest as it stands', () => {
      const rest = `,"result":{"id":3,"x":"${long}"}}`;
      const incoming = readIncoming(told(`{"id":12${rest}`));
      assert.ok(incoming?.kind === 'answer');
      assert.deepEqual([incoming.id, incoming.rest.text()], [12, rest]);
    });

    it('finds the session at the end only', () => {
      const inside = `"sessionId":"${'B'.repeat(32)}"`;
      const text = `{"method":"A.b","params":{"x":"${long}",${inside}},"sessionId":"${'A'.repeat(32)}"}`;
      const event = readIncoming(told(text));
      assert.ok(event?.kind === 'event');
      assert.equal(event.sessionId, 'A'.repeat(32));
      assert.equal(event.method, 'A.b');
      assert.deepEqual(event.params(), { x: long, sessionId: 'B'.repeat(32) });
      const root = readIncoming(told(`{"method":"A.b","params":{"x":"${long}",${inside}}}`));
      assert.ok(root?.kind === 'event');
      assert.equal(root.sessionId, undefined);
    });

    it('reads nothing that Chromium does not write', () => {
      for (const text of ['', '{}', '[]', '{"params":{},"method":"A.b"}', '{"id":-1}']) {
        assert.equal(readIncoming(told(text)), undefined, text);
      }
    });
  });
}
