import { engines, namesOf } from '@castellan/protocol';
import { runInputTable } from '@castellan/protocol/run-input';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startService } from '../service.support.ts';
import { testOffer, testPolicy } from '../test-policy.support.ts';
import { problemSchema } from './answers.ts';
import { runRequestSchema } from './request.ts';

const browserKeys = ['viewport', 'locale', 'timezone', 'userAgent', 'colorScheme'];

for (const [body, pointer, detail] of [
  [{}, '', /Give either `code`, or `files` and `entry`/],
  [{ code: '1', files: {}, entry: 'a.js' }, '', /Give either/],
  [{ files: { 'a.js': '' } }, '', /Give either/],
  [{ code: '' }, '/code', /"code": .*\. It is ""/],
  [{ code: 7 }, '/code', /It is 7\./],
  [{ code: '1', webhook: { url: 'https://a.example' } }, '/webhook', /delivers no webhooks/],
  [{ code: '1', webhook: {} }, '/webhook/url', /^"url" in "webhook"|^"webhook\.url"/],
  [{ code: '1', 'a/b~c': 1 }, '/a~1b~0c', /^Unknown field "a\/b~c"\.$/],
  [{ code: '1', limits: { wallMS: 1 } }, '/limits/wallMS', /Unknown field "wallMS" in "limits"/],
  [{ code: '1', limits: { wallMs: 0 } }, '/limits/wallMs', /It is 0\./],
  [{ code: '1', limits: { wallMs: 1.5 } }, '/limits/wallMs', /It is 1\.5\./],
  [
    { code: '1', limits: { wallMs: 1e9 } },
    '/limits/wallMs',
    /1000000000; the ceiling of the policy "default" is 100000\./,
  ],
  [{ code: '1', queue: { priority: 101 } }, '/queue/priority', /It is 101\./],
  [{ code: '1', queue: { ttlMs: 9e9 } }, '/queue/ttlMs', /at most 3600000/],
  [{ code: '1', retry: { maxAttempts: 4 } }, '/retry/maxAttempts', /at most 3/],
  [{ code: '1', env: { 'A B': 'x' } }, '/env/A B', /"A B"/],
  [{ code: '1', env: { A: 1 } }, '/env/A', /It is 1\./],
  [{ code: '1', stdin: ['x'] }, '/stdin', /^"stdin" must be a text\.$/],
  [
    { code: '1', timezone: 'Europe/Berln' },
    '/timezone',
    /^"timezone" must be a time zone, perhaps Europe\/Berlin.*\. It is "Europe\/Berln"\.$/,
  ],
  [{ code: '1', timezone: '/etc/passwd' }, '/timezone', /It is "\/etc\/passwd"\./],
  [{ code: '1', browser: { timezone: 'Mars' } }, '/browser/timezone', /It is "Mars"\./],
  [
    { code: '1', record: { video: true } },
    '/record/video',
    /^record\.video true is not offered by the policy "default"\. It records nothing\.$/,
  ],
  [{ code: '1', record: { trace: 'yes' } }, '/record/trace', /It is "yes"\./],
  [{ code: '1', record: { film: true } }, '/record/film', /Unknown field "film" in "record"/],
  [{ code: '1', labels: { a: 'x'.repeat(300) } }, '/labels/a', /x… \(302 characters\)/],
  [
    { code: '1', engine: 'node' },
    '/engine',
    /engine "node" is not offered by the policy "default". Its engine is isolate\./,
  ],
  [{ code: '1', isolation: 'none' }, '/isolation', /It offers auto, bubblewrap\./],
  [{ code: '1', browser: true }, '/browser', /It has no browser\./],
  [{ code: '1', browser: { locale: 'de' } }, '/browser', /It has no browser\./],
  [
    { code: '1', browser: 'yes' },
    '/browser',
    /^"browser" must be true or false, or an object.* It is "yes"\./,
  ],
  [
    { code: '1', browser: { color: 'dark' } },
    '/browser/color',
    /Unknown field "color" in "browser"/,
  ],
  [
    { code: '1', browser: { viewport: { width: 0, height: 1 } } },
    '/browser/viewport/width',
    /It is 0\./,
  ],
  [{ code: '1', runtime: '2026.11' }, '/runtime', /Its runtime is null\./],
  [
    { code: '1', modules: ['node:fs'] },
    '/modules/0',
    /^Module "node:fs" is not allowed\. Allowed: /,
  ],
  [
    { code: '1', network: { allow: ['example.com'] } },
    '/network/allow/0',
    /^Host "example\.com" is not allowed\. Allowed: none\.$/,
  ],
  [
    { files: { '../a.js': '' }, entry: '../a.js' },
    '/files/..~1a.js',
    /must be a relative path with .* It is "\.\.\/a\.js"\./,
  ],
  [
    { files: { 'a.js': '', 'b.png': { base64: 'A-==' } }, entry: 'a.js' },
    '/files/b.png/base64',
    /^"files\.b\.png\.base64" must be base64: its character 2 is none.* It is "A-=="\.$/,
  ],
  [
    { files: { 'a.js': '', b: { hex: '' } }, entry: 'a.js' },
    '/files/b/hex',
    /^Unknown field "hex"/,
  ],
  [{ files: { 'a.js': '', b: 5 }, entry: 'a.js' }, '/files/b', /a text, or .*\. It is 5\.$/],
  [
    { files: { 'a.js': '', b: '', 'b/c': '' }, entry: 'a.js' },
    '/files/b~1c',
    /^files: "b\/c" lies in a folder that is a file as well\.$/,
  ],
  [
    { files: { 'a.js': { base64: '/w==' } }, entry: 'a.js' },
    '/files/a.js',
    /^files: "a\.js" is no text in UTF-8, and its name says that it is a source\.$/,
  ],
  [{ files: { 'a.csv': '' }, entry: 'a.csv' }, '/entry', /"a\.csv" is data, and no script/],
  [{ files: { 'a.js': '' }, entry: 'b.js' }, '/entry', /"b\.js" is not among the files/],
  [{ code: '1', tenant: '../x' }, '/tenant', /It is "\.\.\/x"\./],
] as const) {
  test(`a run with ${JSON.stringify(body).slice(0, 60)} is refused, by name and value`, async () => {
    await using service = await startService();
    const answer = await service.inject({ method: 'POST', url: '/v1/runs', payload: body });
    assert.equal(answer.status, 422, answer.text);
    const problem = problemSchema.parse(answer.body);
    assert.equal(problem.errors?.[0]?.pointer, pointer);
    assert.match(problem.errors?.[0]?.detail ?? '', detail);
    assert.ok(problem.detail.startsWith(problem.errors?.[0]?.detail ?? '-'));
    assert.equal(service.submissions.length, 0);
  });
}

for (const [body, error] of [
  [
    { code: '1', limits: { wallMs: 0 } },
    { pointer: '/limits/wallMs', value: 0 },
  ],
  [
    { code: '1', engine: 'deno' },
    { pointer: '/engine', value: 'deno', allowed: namesOf(engines) },
  ],
  [
    { code: '1', browser: { viewport: { width: 1, height: 1 }, colorScheme: 'x'.repeat(300) } },
    { pointer: '/browser/colorScheme', allowed: ['light', 'dark'] },
  ],
  [{ code: '1', env: { A: [1] } }, { pointer: '/env/A' }],
  [
    { code: '1', browser: { color: 1 } },
    { pointer: '/browser/color', allowed: browserKeys },
  ],
  [
    { code: '1', nope: { secret: 'hunter2' } },
    { pointer: '/nope', allowed: Object.keys(runRequestSchema.shape) },
  ],
] as const) {
  test(`the field ${error.pointer} that is wrong says so in fields: ${JSON.stringify(error).slice(0, 60)}`, async () => {
    await using service = await startService();
    const answer = await service.inject({ method: 'POST', url: '/v1/runs', payload: body });
    const { errors = [] } = problemSchema.parse(answer.body);
    const { detail: _, ...fields } = errors[0] ?? { detail: '' };
    assert.deepEqual(fields, error);
    assert.ok(!answer.text.includes('hunter2'));
  });
}

test('what the policy refuses has the value and what it allows as fields', async () => {
  const offer = { ...testOffer, modules: ['dayjs'] };
  await using service = await startService({ offerOf: () => offer });
  const refused = async (payload: object) =>
    problemSchema.parse((await service.inject({ method: 'POST', url: '/v1/runs', payload })).body);
  const fs = await refused({ code: '1', modules: ['dayjs', 'fs'] });
  assert.deepEqual([fs.allowed, fs.errors?.[0]?.value], [['dayjs'], 'fs']);
  const policy = await refused({ code: '1', policy: 'other' });
  assert.deepEqual([policy.code, policy.value], ['policy_denied', 'other']);
  assert.deepEqual(policy.allowed, ['default']);
  const node = await refused({ code: '1', engine: 'node' });
  assert.deepEqual([node.errors?.[0]?.value, node.errors?.[0]?.allowed], ['node', ['isolate']]);
  const wall = await refused({ code: '1', limits: { wallMs: 1e9 } });
  assert.equal(wall.errors?.[0]?.value, 1e9);
});

test('all fields that are wrong are named, up to 20 of them', async () => {
  await using service = await startService();
  const pointers = async (payload: object): Promise<readonly string[]> => {
    const { body } = await service.inject({ method: 'POST', url: '/v1/runs', payload });
    return (problemSchema.parse(body).errors ?? []).map(({ pointer }) => pointer);
  };
  const limits = { wallMs: 0, cpuMs: 0, nope: 1 };
  assert.deepEqual(
    (await pointers({ code: '1', limits, env: { A: 1, B: 'b', C: 2 }, x: 1 })).toSorted(),
    ['/env/A', '/env/C', '/limits/cpuMs', '/limits/nope', '/limits/wallMs', '/x'],
  );
  const modules = Array.from({ length: 50 }, () => 7);
  assert.equal((await pointers({ code: '1', modules })).length, 20);
});

test('a row of what may be asked of a run is a field of the request', () => {
  for (const name of Object.keys(runInputTable)) assert.ok(name in runRequestSchema.shape, name);
});

test('a request may narrow the modules and hosts of its policy, and gets what it asked for', async () => {
  const offer = { ...testOffer, modules: ['dayjs', 'url'] };
  const network = { allow: ['*.example.com', 'api.test:8443'] };
  const policies = new Map([['default', { ...testPolicy, network }]]);
  await using service = await startService({ policies, offerOf: () => offer });
  const post = async (asked: object): Promise<number> =>
    (await service.inject({ method: 'POST', url: '/v1/runs', payload: { code: '1', ...asked } }))
      .status;
  assert.equal(await post({ modules: ['dayjs'], network: { allow: ['a.example.com'] } }), 202);
  assert.deepEqual(service.submissions[0]?.input.modules, ['dayjs']);
  assert.deepEqual(service.submissions[0]?.input.network?.allow, ['a.example.com']);
  assert.equal(await post({ modules: [], network: { allow: [] } }), 202);
  assert.deepEqual(service.submissions[1]?.input.network?.allow, []);
  assert.equal(await post({ network: { allow: ['*.a.example.com', 'API.test:8443'] } }), 202);
  for (const host of [
    'example.com',
    '*',
    '*.com',
    'api.test',
    'a.example.com:1',
    'evilexample.com',
    'a b',
  ]) {
    assert.equal(await post({ network: { allow: [host] } }), 422, host);
  }
  for (const modules of [['node:url', 'dayjs/plugin/utc'], ['url'], ['*']]) {
    assert.equal(await post({ modules }), 202, modules.join());
  }
  for (const name of ['lodash', 'node:fs', 'fs', 'node:dayjs', 'dayjs-evil', 'node:*', 'url*']) {
    assert.equal(await post({ modules: ['node:url', name] }), 422, name);
  }
});

test('a policy of full Node offers its built-ins and packages by their stars', async () => {
  const post = async (modules: readonly string[], offered: readonly string[]): Promise<number> => {
    const offer = {
      ...testOffer,
      engine: 'node',
      builtins: ['fs', 'url'],
      helpers: [],
      modules: offered,
    } as const;
    await using service = await startService({ offerOf: () => offer });
    const payload = { code: '1', modules };
    return (await service.inject({ method: 'POST', url: '/v1/runs', payload })).status;
  };
  assert.equal(await post(['fs', 'node:url', 'axios', '*', 'node:*'], ['*', 'node:*']), 202);
  assert.equal(await post(['axios/lib', '*'], ['*']), 202);
  assert.equal(await post(['fs'], ['*']), 422);
  assert.equal(await post(['node:*'], ['*']), 422);
  assert.equal(await post(['axios'], ['node:*']), 422);
  assert.equal(await post(['*'], ['axios', 'node:fs']), 422);
});

test('a run says from the start which runtime it will have, and how its pages look', async () => {
  const policies = new Map([['default', { ...testPolicy, runtime: '/srv/mine', browser: true }]]);
  const offerOf = () => ({ ...testOffer, runtime: 'mine' });
  await using service = await startService({ policies, offerOf }, 0);
  const post = (asked: object) =>
    service.inject({ method: 'POST', url: '/v1/runs', payload: { code: '1', ...asked } });
  const browser = { viewport: { width: 320, height: 200 }, timezone: 'Europe/Vienna' };
  const { status, body } = await post({ runtime: 'mine', browser });
  assert.equal(status, 202);
  assert.equal(body['runtime'], 'mine');
  assert.deepEqual(service.submissions[0]?.input.browser, browser);
  assert.equal((await post({ runtime: '2026.11' })).status, 422);
});

test('fields of another request in a query, and ids that are none, are told apart from faults', async () => {
  await using service = await startService();
  for (const [url, status] of [
    ['/v1/runs/1', 404],
    [`/v1/runs/${'x'.repeat(2_000)}`, 404],
    ['/v1/runs/%2e%2e%2f', 404],
    ['/v1/runs/%ff', 400],
    ['/v1/runs/%00', 404],
    ["/v1/runs/'%20OR%201=1", 404],
    ['/v1/runs?code=1', 422],
    ['//v1/runs', 404],
  ] as const) {
    const answer = await service.inject({ url });
    assert.ok([status, 422].includes(answer.status), `${url.slice(0, 40)}: ${answer.status}`);
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8');
  }
});
