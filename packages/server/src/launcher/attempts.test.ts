import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveLimits } from '@castellan/protocol';
import type { QueuedRun } from '../runs/contract/launch.ts';
import { Attempts } from './attempts.ts';
import type { Channel } from './channel.ts';
import type { Sandboxes } from './sandboxes.ts';

test('a check is made in a box of its caller’s tenant', async () => {
  const tenants: unknown[] = [];
  const sandbox = {
    check: async (_source: string, { tenant }: { tenant?: string }) => {
      tenants.push(tenant);
      return { problems: [] };
    },
  };
  const sent: unknown[] = [];
  const channel = { send: (_type: number, message: unknown) => sent.push(message) };
  const attempts = new Attempts(
    { of: () => sandbox } as unknown as Sandboxes,
    channel as unknown as Channel,
    '/nowhere',
    { begin: () => ({ [Symbol.dispose]: () => undefined }) },
  );
  const script = { policy: 'default', source: '1', modules: null, limits: resolveLimits() };
  await attempts.check(1, { ...script, tenant: 'ada' });
  await attempts.check(2, { ...script, tenant: 'grace' });
  assert.deepEqual(tenants, ['ada', 'grace']);
  assert.deepEqual(
    sent,
    [1, 2].map((attempt) => ({ attempt, problems: [] })),
  );
});

test('a run whose secrets did not come along is refused, and nothing of it is started', async () => {
  const sent: unknown[] = [];
  const channel = { send: (_type: number, message: unknown) => sent.push(message) };
  const sandbox = { run: () => assert.fail('it was started') };
  const attempts = new Attempts(
    { of: () => sandbox } as unknown as Sandboxes,
    channel as unknown as Channel,
    '/nowhere',
    { begin: () => ({ [Symbol.dispose]: () => undefined }) },
  );
  const secretValues = { A: { value: 'value of A', hosts: ['a.example'] } };
  const run = { id: 'run_1', policy: 'default', input: {}, secrets: ['A', 'B'], secretValues };
  await attempts.run(3, run as unknown as QueuedRun, null);
  const [{ attempt, kind, detail }] = sent as [Record<string, unknown>];
  assert.deepEqual(
    [attempt, kind, detail],
    [3, 'refused', 'The values of B did not come with the run.'],
  );
});
