import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Policy } from './policies/policy.ts';
import { LaunchError, type QueuedRun } from './runs/contract/launch.ts';
import type { OpenedSecret } from './secrets/record.ts';
import { SecretError } from './secrets/store.ts';
import { StorageFault } from './storage/fault.ts';
import { withSecrets } from './with-secrets.ts';

const opened = (name: string, more: Partial<OpenedSecret> = {}): OpenedSecret => ({
  tenant: 'acme',
  name,
  value: `value of ${name}`,
  hosts: ['a.example'],
  headers: [],
  functions: null,
  inEnv: false,
  keyId: '0',
  updatedAt: '',
  updatedBy: '',
  ...more,
});
const policies = new Map(
  [true, false].map((env) => [`${env}`, { secrets: { env } } as unknown as Policy]),
);
const run = (more: object = {}): QueuedRun =>
  ({
    tenant: 'acme',
    policy: 'true',
    input: { labels: { 'castellan/function': 'f', 'castellan/env-secrets': 'A B' } },
    secrets: ['A'],
    ...more,
  }) as unknown as QueuedRun;

/** What was launched. */
async function launched(queued: QueuedRun, found: OpenedSecret[] | Error): Promise<QueuedRun[]> {
  const seen: QueuedRun[] = [];
  const open = async (): Promise<OpenedSecret[]> => {
    if (found instanceof Error) throw found;
    return found;
  };
  const launch = withSecrets(
    async function* (given) {
      seen.push(given);
      yield { type: 'heartbeat' } as const;
    },
    { open },
    policies,
  );
  const events = [];
  for await (const event of launch(queued, new AbortController().signal, 1)) events.push(event);
  assert.deepEqual(events, [{ type: 'heartbeat' }]);
  return seen;
}

test('a run is launched with the values that its secrets have now, and one without any as it is', async () => {
  const inEnv = opened('B', { hosts: [], inEnv: true, functions: ['f'] });
  const [given] = await launched(run({ secrets: ['A', 'B'] }), [inEnv, opened('A')]);
  assert.deepEqual(given?.secretValues, {
    A: { value: 'value of A', hosts: ['a.example'], headers: [], inEnv: false },
    B: { value: 'value of B', hosts: [], headers: [], inEnv: true },
  });
  const { secrets: _, ...without } = run();
  assert.deepEqual(await launched(without, new Error('nobody asks')), [without]);
});

for (const [what, queued, found, failure, why] of [
  ['is gone', run(), [], 'refused', /The secret A is not there any more\./],
  [
    'is for another function now',
    run(),
    [opened('A', { functions: ['g'] })],
    'refused',
    /bound to the functions g/,
  ],
  [
    'is for env, which the policy does not open',
    run({ policy: 'false' }),
    [opened('A', { inEnv: true })],
    'refused',
    /lets no secret in there/,
  ],
  [
    'has become one for env',
    run({ input: { labels: {} } }),
    [opened('A', { inEnv: true })],
    'refused',
    /has become one for env meanwhile/,
  ],
  ['does not open', run(), new SecretError('unreadable', 'Not A.'), 'refused', /Not A\./],
  ['cannot be read now', run(), new StorageFault('Away.'), 'busy', /Away\./],
] as const) {
  test(`a run whose secret ${what} is not launched`, async () => {
    await assert.rejects(
      launched(queued, found instanceof Error ? found : [...found]),
      (error: unknown) =>
        error instanceof LaunchError && error.failure === failure && why.test(error.message),
    );
  });
}
