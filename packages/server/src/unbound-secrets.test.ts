import type { NetworkEntry, RunEvent } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config/config.ts';
import type { Launch, QueuedRun } from './runs/contract/launch.ts';
import { type UnboundSecret, watchSecrets } from './unbound-secrets.ts';

const secret = { value: 'hunter2-hunter2', hosts: ['a.example'] };
const network = { allow: ['a.example'], secrets: { '{{KEY}}': secret, '{{OTHER}}': secret } };
const { policies } = readConfig({
  given: { policies: { first: { network }, second: { network }, none: {} } },
  env: {},
});

/** What is reported of runs that ask for something with these reasons. */
async function reported(
  runs: readonly (readonly [policy: string, ...requests: Partial<NetworkEntry>[]])[],
): Promise<readonly UnboundSecret[]> {
  const found: UnboundSecret[] = [];
  const launch: Launch = async function* ({ id }) {
    const [, ...requests] = runs[Number(id)] ?? [];
    yield { type: 'heartbeat' };
    for (const request of requests) yield { type: 'network', request } as RunEvent;
  };
  const watched = watchSecrets(launch, policies, (unbound) => found.push(unbound));
  for (const [index, [policy, ...requests]] of runs.entries()) {
    const run = { id: `${index}`, policy } as QueuedRun;
    let seen = 0;
    for await (const { type } of watched(run, new AbortController().signal, 1)) {
      assert.equal(type, seen === 0 ? 'heartbeat' : 'network');
      seen += 1;
    }
    assert.equal(seen, requests.length + 1, 'every event goes on');
  }
  return found;
}

const of = (placeholder: string, where: string): Partial<NetworkEntry> => ({
  outcome: 'ok',
  code: null,
  reason: `secret_not_bound: ${placeholder} is sent as it is in ${where}`,
});

test('watchSecrets reports each secret of a policy once, and what binds it', async () => {
  const { reason, ...rest } = of('{{KEY}}', 'the header x');
  const found = await reported([
    ['first', { outcome: 'ok', reason: null }, { ...rest, reason: reason ?? null }],
    ['first', of('{{KEY}}', 'the header y'), of('{{OTHER}}', 'the URL')],
    ['second', of('{{KEY}}', 'the header z')],
    ['none', of('{{KEY}}', 'the header x')],
  ]);
  assert.deepEqual(
    found.map(({ runId, policy, placeholder }) => [runId, policy, placeholder]),
    [
      ['0', 'first', '{{KEY}}'],
      ['1', 'first', '{{OTHER}}'],
      ['2', 'second', '{{KEY}}'],
    ],
  );
  assert.equal(found[0]?.reason, reason);
});

test('watchSecrets believes no words that a script or a server may have put there', async () => {
  const { reason = null } = of('{{KEY}}', 'the header x');
  assert.deepEqual(await reported([['first', { outcome: 'denied', reason }]]), []);
  assert.deepEqual(await reported([['first', of('{{KEY}}2', 'the header x')]]), []);
});
