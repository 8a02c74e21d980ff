import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkEntry } from '@castellan/protocol';
import { deniedEgress } from './denied.ts';
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
