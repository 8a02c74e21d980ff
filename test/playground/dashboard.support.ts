import assert from 'node:assert/strict';
import type { Service } from '../service/service.support.ts';
import { until } from '../shared/until.support.ts';
import { keyOf } from './key.support.ts';
import { fine } from './looks.support.ts';
import type { Opening, Tab } from './playground.support.ts';

/** One at a time of the policy `slow`, so that runs wait without any cost. */
export const config = {
  policies: {
    default: { limits: { wallMs: 60_000 } },
    slow: { warm: 0, queue: { running: 1, queued: 200 }, limits: { wallMs: 60_000 } },
    web: { warm: 0, network: { allow: ['127.0.0.1'] } },
  },
};

export const endless = 'let n = 0; console.log("first"); setInterval(() => console.log(++n), 200);';

/** Keys of a service that has none yet: the operator's, and what it makes. */
export interface Keys {
  readonly operator: string;
  /** Calls as the operator; answers with JSON. */
  ask(method: string, path: string, body?: object, key?: string): Promise<Record<string, never>>;
  /** Makes a key that differs from an ordinary one of the tenant `shop` by these fields. */
  make(grant?: object): Promise<{ readonly id: string; readonly key: string }>;
}

export async function makeKeys(service: Service): Promise<Keys> {
  const scopes = [
    'runs:write',
    'runs:read',
    'functions:write',
    'functions:invoke',
    'work',
    'secrets:write',
    'admin',
  ];
  const policies = Object.keys(config.policies);
  const operator = await keyOf(
    service.data,
    '--any-tenant',
    ...scopes.map((scope) => `--scope=${scope}`),
    ...policies.map((policy) => `--policy=${policy}`),
    // The policies are not in the default config.
    `--config=${service.configFile}`,
  );
  const ask: Keys['ask'] = async (method, path, body, key = operator) => {
    const headers = { authorization: `Bearer ${key}` };
    const { status, text } = await service.call(method, path, { headers, body });
    assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
    return JSON.parse(text) as Record<string, never>;
  };
  return {
    operator,
    ask,
    make: async (grant = {}) => {
      const wanted = { tenant: 'shop', policies, ...grant };
      return (await ask('POST', '/v1/admin/keys', wanted)) as unknown as {
        id: string;
        key: string;
      };
    },
  };
}

export const looks = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
  { width: 900, height: 800, colorScheme: 'dark' },
  { width: 1440, height: 900, colorScheme: 'dark' },
  { width: 900, height: 800, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'light' },
] as const;
export type Look = (typeof looks)[number];

export function openingOf({ width, height, colorScheme }: Look): Opening {
  return { path: '/admin', isEarly: true, viewport: { width, height }, colorScheme };
}

const told = `console.log('ready', { to: 'go' });
console.warn('three of five are old');
console.error('one is missing');
await artifacts.write('rows.csv', 'n,square\\n1,1\\n2,4');
await fetch('http://127.0.0.1:8080/').catch(() => {});
progress(0.5, 'half');
return { name: 'Ada', list: [1, 2, { deep: true }] };`;

/** Goes through the views of the dashboard, and looks at each. */
export async function walk(
  { page }: Tab,
  keys: Keys,
  { width, colorScheme }: Look,
  length: 'short' | 'whole',
): Promise<void> {
  const look = (state: string) => fine(page, `${width}-${colorScheme}-admin-${state}`);
  const all = length === 'whole';
  const shop = (await keys.make({ name: 'shop, production' })).key;
  const submit = async (body: object): Promise<string> =>
    String((await keys.ask('POST', '/v1/runs', body, shop))['id']);
  await submit({ code: 'throw new TypeError("no such item")', labels: { order: '4712' } });
  const id = await submit({ code: told, policy: 'web', labels: { order: '4713' } });
  await page.goto(`${page.url().split('?')[0]}?label=order`);
  await page.locator('tbody tr', { hasText: 'Succeeded' }).first().waitFor();
  await look('runs');
  await page.getByRole('link', { name: id }).click();
  await page.locator('.line', { hasText: 'one is missing' }).waitFor();
  await look('run-log');
  for (const name of all ? ['Value', 'Artifacts', 'Requests', 'Run', 'Events'] : []) {
    await page.getByRole('tab', { name }).click();
    await until('all of it has come', async () => {
      return (await page.locator('[aria-busy=true]').count()) === 0;
    });
    await look(`run-${name.toLowerCase()}`);
  }
  await page.getByRole('link', { name: 'Service' }).click();
  await page.locator('.cards').waitFor();
  await look('service');
  if (!all) return;
  await page.getByRole('link', { name: 'Functions' }).click();
  await page.getByRole('heading', { name: 'Functions' }).waitFor();
  await look('functions');
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.getByText('Make a key').click();
  await page.locator('tbody tr').first().waitFor();
  await look('keys');
  await page.getByRole('link', { name: 'Policies' }).click();
  await page.locator('.policy').first().waitFor();
  await look('policies');
  await page.goto(page.url().replace(/admin.*/, 'reference'));
  await page.locator('.opblock-summary-control').first().click();
  await page.locator('.opblock-body').waitFor();
  await look('reference');
}
