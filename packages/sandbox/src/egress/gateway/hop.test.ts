import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longest } from '../messages.ts';
import { echoesOf } from '../rules/echoes.ts';
import { readTarget } from '../rules/target.ts';
import { Hop } from './hop.ts';
import { Budget, Meter } from './budget.ts';

test('an entry keeps its lengths, also where placeholders are longer than their values', () => {
  const budget = new Budget({ networkRequests: 1, networkBytes: 1 }, { requests: 0, bytes: 0 });
  const secret = {
    placeholder: 'p'.repeat(256),
    value: 'test',
    hosts: [],
    headers: new Set<string>(),
    echoes: echoesOf('test'),
  };
  const url = `http://${'test.'.repeat(40)}com/${'test'.repeat(500)}`;
  const hop = new Hop(url, 'GET', new Meter(budget), [secret]);
  hop.isFor(readTarget(url), 'GET');
  const error = new Error('test'.repeat(90));
  const entry = hop.failed(error, new AbortController().signal);
  assert.deepEqual(
    [entry.host.length, entry.url.length, entry.reason?.length],
    [longest.host, longest.url, longest.reason],
  );
});
