import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkEntry } from '@castellan/protocol';
import { deniedEgress } from './denied.ts';
import { tunnelRefused, unanswered } from '../messages.ts';
import { begin } from '../fixtures/ask.ts';

test('a run without a network logs what it tried, and no more of it than is sensible', () => {
  const entries: NetworkEntry[] = [];
  const egress = deniedEgress((entry) => entries.push(entry), 2);
  const long = 'x'.repeat(16_000);
  for (const url of [`http://${long}/`, `http://a/${long}`, 'http://b/']) {
    begin(egress, url, { method: long });
  }
  assert.equal(entries.length, 2);
  for (const { method, url, host } of entries) {
    assert.deepEqual([method.length, url.length <= 2_048, host.length <= 255], [32, true, true]);
  }
});

test('it refuses tunnels and plain requests of a browser, and says so before the browser knows', async () => {
  for (const [said, url, host] of [
    ['CONNECT 10.0.0.1:443 HTTP/1.1\r\n\r\n', '10.0.0.1:443', '10.0.0.1'],
    ['CONNECT [::1]:8443 HTTP/1.1\r\n\r\n', '[::1]:8443', '[::1]'],
    ['CONNECT "<x> HTTP/1.1\r\n\r\n', '"\\"<x>"', ''],
    ['GET http://a.test/x HTTP/1.1\r\n\r\n', 'http://a.test/x', 'a.test'],
  ] as const) {
    const ended: NetworkEntry[] = [];
    const egress = deniedEgress(() => undefined, 2);
    const stream = egress.proxy({ reached: () => undefined, ended: (entry) => ended.push(entry) });
    await stream.write(Buffer.from(said));
    assert.deepEqual([ended[0]?.url, ended[0]?.host, ended[0]?.code], [url, host, 'not_allowed']);
    const answer = await stream.body[Symbol.asyncIterator]().next();
    const expected = said.startsWith('CONNECT') ? tunnelRefused : unanswered;
    assert.equal(Buffer.from(answer.value as Uint8Array).toString(), expected);
  }
});
