// What the policies of a service offer, from HTTP to the box and back: packages, full Node, browsers.
import type { Run } from '@castellan/protocol';
import type { PackageTypes } from '@castellan/protocol/runtimes';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { openSite, type Site } from '../browser/site.support.ts';
import { type Service, startService } from './service.support.ts';
import { program } from './spawn.support.ts';

let service: Service;
let site: Site;

before(async () => {
  site = await openSite();
  const network = { allow: [`127.0.0.1:${site.port}`], allowPrivate: ['127.0.0.0/8'] };
  service = await startService({
    config: {
      keys: { anonymousPolicy: 'pages' },
      policies: {
        default: { warm: 1 },
        narrow: { warm: 0, modules: ['dayjs', 'node:url'] },
        full: { warm: 0, engine: 'node' },
        pages: { warm: 1, browser: { warm: 1 }, record: { video: true }, network },
        walls: { warm: 0, isolation: ['bubblewrap', 'oci'] },
        both: { warm: 0, engine: 'node', modules: ['fs'], browser: { warm: 0 }, network },
      },
    },
  });
});
after(async () => {
  await service[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const post = async (body: object, path = '/v1/runs') => {
  const { status, text } = await service.call('POST', path, { body });
  return { status, body: JSON.parse(text) as Record<string, unknown> };
};
const get = async (path: string): Promise<unknown> =>
  JSON.parse((await service.call('GET', path)).text);
const told = ({ status, reason, error, logs }: Run): string =>
  JSON.stringify({ status, reason, error, logs: logs.map(({ text }) => text) });

test('a script imports a package of the runtime, which the run names while it waits', async () => {
  const code = "import dayjs from 'dayjs'; export default () => dayjs('2026-11-01').year()";
  const queued = await post({ code });
  assert.equal(queued.status, 202);
  assert.deepEqual([queued.body['status'], queued.body['runtime']], ['queued', '2026.11']);
  const run = await service.run({ code, modules: ['dayjs'], runtime: '2026.11' });
  assert.deepEqual([run.value, run.runtime], [2026, '2026.11'], told(run));
});

test('built-ins come when the policy names them, and a request can do without', async () => {
  const code = "return new (require('url').URL)('https://a.example/b').pathname";
  assert.equal((await service.run({ code, policy: 'narrow' })).value, '/b');
  const denied = await service.run({ code, policy: 'narrow', modules: ['dayjs'] });
  assert.equal(denied.reason, 'module_denied');
  assert.match(denied.error?.message ?? '', /^Module "url" is not allowed\. Allowed: dayjs/);
});

test('a request names one of the drivers that its policy offers', async () => {
  const runs = await Promise.all(
    (['oci', 'auto'] as const).map((isolation) =>
      service.run({ code: '1', policy: 'walls', isolation }),
    ),
  );
  assert.deepEqual(
    runs.map(({ isolation }) => isolation.driver),
    ['oci', 'bubblewrap'],
  );
});

test('what the policy does not offer is refused before queueing, with what it does', async () => {
  for (const [asked, detail] of [
    [
      { policy: 'narrow', modules: ['axios'] },
      /^Module "axios" is not allowed\. Allowed: dayjs, node:url\.$/,
    ],
    [{ modules: ['node:url'] }, /^Module "node:url" is not allowed\. Allowed: axios, /],
    [
      { policy: 'narrow', code: 'import "axios"' },
      /^Module "axios" is not allowed\. Allowed: dayjs/,
    ],
    [{ runtime: '1999.1' }, /Its runtime is "2026\.11"\./],
    [{ engine: 'node' }, /Its engine is isolate\./],
    [{ isolation: 'oci' }, /^isolation "oci" is not offered .*It offers auto, bubblewrap\.$/],
    [{ policy: 'walls', isolation: 'gvisor' }, /It offers auto, bubblewrap, oci\.$/],
    [{ browser: true }, /It has no browser\./],
    [{ policy: 'pages', record: { trace: true } }, /^record\.trace true .* It records video\.$/],
    [{ policy: 'full', engine: 'node', browser: { colorScheme: 'dark' } }, /It has no browser\./],
  ] as const) {
    const { status, body } = await post({ code: '1', ...asked });
    assert.equal(status, 422, JSON.stringify(asked));
    assert.match(String(body['detail']), detail);
  }
  const checked = await post(
    { code: 'import "axios"; import "dayjs"; return 1', policy: 'narrow' },
    '/v1/check',
  );
  const problems = checked.body['problems'] as { code: string; message: string }[];
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['module_denied'],
  );
});

test('runtimes and policies say what there is to use', async () => {
  const { items, builtins } = (await get('/v1/runtimes')) as {
    items: {
      name: string;
      packages: { name: string; version: string; license: string; types: boolean }[];
    }[];
    builtins: Record<string, string[]>;
  };
  assert.deepEqual(
    items.map(({ name }) => name),
    ['2026.11'],
  );
  const dayjs = items[0]?.packages.find(({ name }) => name === 'dayjs');
  assert.match(`${dayjs?.version} ${dayjs?.license}`, /^\d+\.\d+\.\d+ MIT$/);
  const typed = items[0]?.packages.filter(({ types }) => types).map(({ name }) => name) ?? [];
  assert.ok(typed.includes('zod') && typed.includes('lodash') && !typed.includes('sleep'));
  for (const name of typed) {
    const types = (await get(`/v1/runtimes/2026.11/types?package=${name}`)) as PackageTypes;
    assert.ok(types.files[types.entries[name] ?? ''] !== undefined, name);
    assert.ok(Object.values(types.files).join('').length <= 1.1 * 2 ** 20, name);
  }
  assert.ok(builtins['isolate']?.includes('url') && !builtins['isolate'].includes('fs'));
  assert.ok(builtins['node']?.includes('fs'));
  const policies = (await get('/v1/policies')) as {
    items: {
      name: string;
      engine: string;
      browser: boolean;
      modules: string[];
      limits: { wallMs: number };
      withBrowser: { limits: { wallMs: number }; ceilings: { wallMs: number } } | null;
    }[];
  };
  const walls = policies.items.map(({ limits, withBrowser }) => [
    limits.wallMs,
    withBrowser?.limits.wallMs,
    withBrowser?.ceilings.wallMs,
  ]);
  assert.deepEqual(walls.slice(2, 4), [
    [10_000, undefined, undefined],
    [10_000, 60_000, 600_000],
  ]);
  assert.deepEqual(
    policies.items.map(({ name, engine, browser }) => [name, engine, browser]),
    [
      ['default', 'isolate', false],
      ['narrow', 'isolate', false],
      ['full', 'node', false],
      ['pages', 'isolate', true],
      ['walls', 'isolate', false],
      ['both', 'node', true],
    ],
  );
  assert.deepEqual(policies.items[1]?.modules, ['dayjs', 'node:url']);
});

test('full Node has files, which become artifacts, built-ins, packages and an exit code', async () => {
  const body = { policy: 'full', engine: 'node' };
  const code = `const fs = require('node:fs');
    fs.writeFileSync('made.txt', require('axios').VERSION + ' ' + process.versions.node);`;
  const run = await service.run({ ...body, code });
  assert.deepEqual(
    [run.status, run.exitCode, run.isolation.engine],
    ['succeeded', 0, 'node'],
    told(run),
  );
  const made = await service.call('GET', run.artifacts[0]?.url ?? '');
  assert.match(made.text, /^\d+\.\d+\.\d+ 24\./);
  const exited = await service.run({ ...body, code: 'process.exit(3)' });
  assert.deepEqual([exited.reason, exited.exitCode], ['exit_nonzero', 3]);
});

const pages = { policy: 'pages', limits: { wallMs: 30_000, cpuMs: 20_000 } };

test('a Puppeteer script visits a page and leaves a screenshot of the size that was asked', async () => {
  const run = await service.run({
    ...pages,
    browser: { viewport: { width: 320, height: 200 }, colorScheme: 'dark' },
    params: { url: `${site.origin}/title` },
    code: `await page.goto(params.url);
      await page.screenshot({ path: 'home.png' });
      return [await page.title(), await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)];`,
  });
  assert.deepEqual(run.value, ['A title', true], told(run));
  const [{ name, contentType, image, url } = assert.fail('no screenshot')] = run.artifacts;
  assert.deepEqual([name, contentType], ['home.png', 'image/png']);
  assert.deepEqual(image, { width: 320, height: 200, broken: false });
  assert.equal((await service.call('GET', url)).headers['content-type'], 'image/png');
  const requests = (await get(`/v1/runs/${run.id}/network`)) as { items: { url: string }[] };
  assert.ok(requests.items.some((request) => request.url === `${site.origin}/title`));
});

test('a run is filmed where its policy offers it, and the film is served to be saved', async () => {
  const { artifacts } = await service.run({
    ...pages,
    record: { video: true },
    code: "await page.setContent('<h1>filmed</h1>')",
  });
  const [{ name, url } = assert.fail('no film'), ...others] = artifacts;
  assert.deepEqual([name, others], ['recording.html', []]);
  const { headers, text } = await service.call('GET', url);
  assert.match(String(headers['content-disposition']), /^attachment;/);
  assert.match(String(headers['content-security-policy']), /^sandbox;/);
  assert.match(text, /<img alt="page 1 at /);
});

test('full Node drives a browser too, and what it writes is an artifact', async () => {
  const run = await service.run({
    ...pages,
    policy: 'both',
    browser: { viewport: { width: 320, height: 200 } },
    params: { url: `${site.origin}/title` },
    code: `import puppeteer from 'puppeteer-core';
      import { statSync } from 'node:fs';
      await page.goto(params.url);
      await page.screenshot({ path: 'home.png' });
      return [await page.title(), puppeteer === globalThis.puppeteer, statSync('home.png').size > 500];`,
  });
  assert.deepEqual(run.value, ['A title', true, true], told(run));
  assert.deepEqual(
    run.artifacts.map(({ name, image }) => [name, image?.width, image?.height]),
    [['home.png', 320, 200]],
  );
});

test('limits and ceilings are those of a run that has a browser, where the script has one', async () => {
  const base64 = Buffer.from('return 1 // page').toString('base64');
  for (const [asked, wallMs] of [
    [{ code: 'return 1 // page' }, 60_000],
    [{ files: { 'a.js': { base64 } }, entry: 'a.js' }, 60_000],
    [{ code: 'return 1' }, 10_000],
    [{ code: 'return 1 // page', browser: false }, 10_000],
    [{ code: 'return 1 // page', policy: 'default' }, 10_000],
    [{ files: { 'a.js': 'return 1', 'page.txt': 'page' }, entry: 'a.js' }, 10_000],
  ] as const) {
    const body = { policy: 'pages', ...asked };
    const run = await service.run(body);
    assert.deepEqual([run.value, run.limits.wallMs], [1, wallMs], JSON.stringify(asked));
    assert.equal(run.usage.browserCpuMs > 0, wallMs === 60_000);
    const above = await post({ ...body, limits: { wallMs: 10 * wallMs + 1 } });
    assert.equal(above.status, 422);
    assert.match(String(above.body['detail']), new RegExp(`the ceiling .* is ${10 * wallMs}\\.`));
  }
});

const storing = {
  ...pages,
  browser: true,
  code: `await page.goto(params.url);
    return page.evaluate(() => {
      const found = [document.cookie, localStorage.getItem('left')];
      document.cookie = 'left=1; max-age=9999';
      localStorage.setItem('left', '1');
      return found;
    });`,
};

test('a browser is used once: what a page stored is not there in the next run', async () => {
  const body = { ...storing, params: { url: `${site.origin}/title` } };
  const first = await service.run(body);
  assert.deepEqual(first.value, ['', null], told(first));
  assert.deepEqual((await service.run(body)).value, ['', null]);
});

test('a browser script that runs out of time leaves failure.png', async () => {
  const run = await service.run({
    ...pages,
    limits: { wallMs: 4_000, cpuMs: 20_000 },
    browser: true,
    params: { url: `${site.origin}/title` },
    code: 'await page.goto(params.url); await new Promise(() => setInterval(() => 0, 50));',
  });
  assert.equal(run.reason, 'wall_timeout', told(run));
  assert.deepEqual(
    run.artifacts.map(({ name, image }) => [name, image?.broken]),
    [['failure.png', false]],
  );
});

// The last one: from its key on, all callers without one are strangers.
test('strangers have browsers of the anonymous policy, each for one run, and nothing else', async () => {
  const create = ['keys', 'create', '--data', service.data, '--policy', 'default'];
  execFileSync(process.execPath, [program, ...create]);
  const { policy: _, ...body } = { ...storing, params: { url: `${site.origin}/title` } };
  for (const run of [await service.run(body), await service.run(body)]) {
    assert.deepEqual(run.value, ['', null], told(run));
    assert.deepEqual([run.policy, run.isolation.reuse], ['pages', 'never']);
  }
  assert.equal((await post({ ...body, policy: 'default' })).status, 403);
});
