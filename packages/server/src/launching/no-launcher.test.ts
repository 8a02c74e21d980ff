import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicies } from '../config/policies.ts';
import { noLauncher } from './no-launcher.ts';

const told: object[] = [];
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (facts: object) => void told.push(facts),
  error: () => undefined,
};
const settingsOf = (given: object) => ({ policies: [...readPolicies(given).policies.values()] });

test('what requests may name is read from the policies, and again when they are', async () => {
  const launcher = noLauncher(
    settingsOf({
      default: { isolation: ['oci', 'bubblewrap'], modules: ['zod', 'node:url'] },
      bare: { runtime: null },
      full: { engine: 'node' },
    }),
    log,
  );
  const offer = (name: string) => {
    const { engine, runtime, modules, drivers } = launcher.offers.get(name) ?? assert.fail(name);
    return { engine, runtime, modules, drivers };
  };
  assert.deepEqual(offer('default'), {
    engine: 'isolate',
    runtime: '2026.11',
    modules: ['node:url', 'zod'],
    drivers: ['bubblewrap', 'oci'],
  });
  assert.deepEqual([offer('bare').runtime, offer('bare').drivers], [null, []]);
  assert.ok(offer('full').modules.includes('node:*'));
  await launcher.replace({ ...settingsOf({ default: { modules: ['path'] } }) } as never);
  assert.deepEqual([...launcher.offers.keys()], ['default']);
  assert.deepEqual(offer('default').modules, ['path']);
  assert.deepEqual(told, []);
});

test('of a runtime that is on the workers alone requests can name nothing, and the log says so', () => {
  const { offers } = noLauncher(settingsOf({ default: { runtime: '2020.01' }, other: {} }), log);
  assert.deepEqual([...offers.keys()], ['other']);
  const [{ policy, why } = {}] = told as { policy?: string; why?: string }[];
  assert.equal(policy, 'default');
  assert.match(`${why}`, /2020\.01/);
});
