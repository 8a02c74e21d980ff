import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { readConfig } from './config/config.ts';
import { reloading } from './reload.ts';

const policy = { warm: 0 };

/** Reads policies again; returns those in force, what the log says, and whether a launcher was started. */
async function reload(given: object, read: () => object) {
  const config = readConfig({ given, env: {} });
  const policies = new Map(config.policies);
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  let replaced = 0;
  const again = reloading({
    config,
    policies,
    log,
    replace: async () => void replaced++,
  });
  await again(async () => readConfig({ given: read(), env: {} }));
  return { names: [...policies.keys()], said: lines.join(''), replaced, config, policies };
}

test('policies that are read again are in force, also where others hold the same map', async () => {
  const { names, said, replaced, policies } = await reload(
    { policies: { default: policy, a: policy } },
    () => ({ policies: { default: { ...policy, limits: { wallMs: 1_000 } }, b: policy } }),
  );
  assert.deepEqual([names, replaced], [['default', 'b'], 1]);
  assert.equal(policies.get('default')?.limits.wallMs, 1_000);
  assert.match(said, /the policies were read again/);
});

for (const [what, given, next, says] of [
  ['that cannot be read', {}, { policies: { default: { warm: -1 } } }, /warm must be/],
  [
    'whose first is another',
    {},
    { policies: { other: policy } },
    /was default, and now is .*other/,
  ],
  [
    'without the one of callers without a key',
    { policies: { default: policy, open: policy }, keys: { anonymousPolicy: 'open' } },
    { policies: { default: policy } },
    /The policy open of callers without a key is gone/,
  ],
  [
    'with larger bodies than at the start',
    {},
    { policies: { default: { ...policy, ceilings: { sourceBytes: 2 ** 26 } } } },
    /ceiling of sourceBytes or paramsBytes is above/,
  ],
  [
    'without walls, where others can call',
    { host: '192.0.2.1' },
    { policies: { default: { ...policy, isolation: 'none', floor: [] } } },
    /listens on loopback only, not on .*192\.0\.2\.1/,
  ],
] as const) {
  test(`policies ${what} change nothing, and the log says why`, async () => {
    const { names, said, replaced, config } = await reload(given, () => next);
    assert.deepEqual([names, replaced], [[...config.policies.keys()], 0]);
    assert.match(said, says);
    assert.match(said, /"level":"error"|"level":50/);
  });
}
