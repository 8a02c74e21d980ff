import type { Problem } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AppOptions } from '../options.ts';
import { startService, type TestService } from '../service.support.ts';
import { testOffer, testPolicy } from '../test-policy.support.ts';
import {
  deployedSchema,
  functionPageSchema,
  functionSchema,
  versionsSchema,
  wholeVersionSchema,
} from '../schemas/functions.ts';
import { runSchema } from '../schemas/run.ts';

/** A caller with a key. */
async function callerOf(service: TestService, grant: Parameters<TestService['bearer']>[0] = {}) {
  const headers = service.bearer(grant);
  return (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    payload?: object,
    more: Record<string, string> = {},
  ) =>
    service.inject({
      method,
      url: `/v1/functions${path}`,
      headers: { ...headers, ...more },
      ...(payload === undefined ? {} : { payload }),
    });
}

async function start(options: Partial<AppOptions> = {}) {
  const service = await startService(options);
  return { service, call: await callerOf(service) };
}

const number = {
  type: 'object',
  properties: { n: { type: 'number' } },
  required: ['n'],
};

test('a function is deployed, shown, changed and deleted', async () => {
  const { service, call } = await start();
  await using _ = service;
  const first = await call('PUT', '/f', { code: 'return 1', description: 'one' });
  assert.equal(first.status, 201, first.text);
  const { function: made, version } = deployedSchema.parse(first.body);
  assert.deepEqual(
    [made.name, made.tenant, made.aliases, version.version, version.description, version.policy],
    ['f', 'acme', { live: { version: 1, percent: null } }, 1, 'one', 'default'],
  );
  assert.equal((await call('PUT', '/f', { description: 'one', code: 'return 1' })).status, 200);
  assert.equal((await call('PUT', '/f', { code: 'return 2', live: false })).status, 201);
  const found = functionSchema.parse((await call('GET', '/f')).body);
  assert.deepEqual([found.newest, found.aliases['live']?.version], [2, 1]);
  const { items } = versionsSchema.parse((await call('GET', '/f/versions')).body);
  assert.deepEqual(
    items.map((each) => [each.version, each.liveAt === null]),
    [
      [2, true],
      [1, false],
    ],
  );
  const whole = wholeVersionSchema.parse((await call('GET', '/f/versions/1')).body);
  assert.deepEqual(whole.definition, { code: 'return 1', description: 'one', policy: 'default' });

  await call('PUT', '/f/aliases/live', { version: 2 });
  const back = await call('POST', '/f/rollback');
  assert.equal(functionSchema.parse(back.body).aliases['live']?.version, 1);
  assert.match(
    String((await call('POST', '/f/rollback', {})).body['detail']),
    /no version before 1 that was live/,
  );
  const tried = await call('PUT', '/f/aliases/canary', { version: 2, percent: 0 });
  assert.deepEqual(functionSchema.parse(tried.body).aliases['canary'], { version: 2, percent: 0 });
  assert.equal((await call('DELETE', '/f/aliases/canary')).status, 200);
  assert.equal((await call('DELETE', '/f/aliases/canary')).status, 404);

  await call('PUT', '/g', { code: 'return 1' });
  const page = functionPageSchema.parse((await call('GET', '?limit=1')).body);
  const next = await call('GET', `?limit=1&cursor=${page.nextCursor}`);
  const rest = functionPageSchema.parse(next.body);
  assert.deepEqual(
    [...page.items, ...rest.items].map(({ name }) => name),
    ['g', 'f'],
  );
  assert.equal(rest.nextCursor, null);
  const gone = await call('DELETE', '/f');
  assert.equal(functionSchema.parse(gone.body).id, made.id);
  for (const [method, path] of [
    ['GET', '/f'],
    ['GET', '/f/versions'],
    ['GET', '/f/versions/1'],
    ['POST', '/f/rollback'],
    ['POST', '/f/invoke'],
    ['DELETE', '/f'],
  ] as const) {
    const answer = await call(method, path);
    assert.deepEqual([answer.status, answer.body['code']], [404, 'not_found'], `${method} ${path}`);
    assert.match(String(answer.body['detail']), /no function "f"/);
  }
});

test('a call is a run of the version that is live, or named, and says which', async () => {
  const { service, call } = await start();
  await using _ = service;
  await call('PUT', '/f', { code: 'return 1', labels: { team: 'shop' }, limits: { wallMs: 777 } });
  await call('PUT', '/f', { code: 'return 2' });
  await call('PUT', '/f', { code: 'return 3', live: false });
  await call('PUT', '/f/aliases/old', { version: 1 });
  const sourceOf = async (body?: object, headers?: Record<string, string>) => {
    const answer = await call('POST', '/f/invoke', body, headers);
    assert.equal(answer.status, 202, answer.text);
    const { labels, id } = runSchema.parse(answer.body);
    assert.equal(answer.headers['location'], `/v1/runs/${id}`);
    assert.equal(labels['castellan/function'], 'f');
    const { source } = service.submissions.at(-1) ?? assert.fail();
    assert.equal(source, `return ${labels['castellan/version']}`);
    return source;
  };
  assert.equal(await sourceOf(), 'return 2');
  assert.equal(await sourceOf({ version: 3 }), 'return 3');
  assert.equal(await sourceOf({ alias: 'old', labels: { a: 'b' }, params: { n: 1 } }), 'return 1');
  const { limits, input } = service.submissions.at(-1) ?? assert.fail();
  assert.deepEqual([limits.wallMs, input.params], [777, '{"n":1}']);
  assert.deepEqual(input.labels, {
    team: 'shop',
    a: 'b',
    'castellan/function': 'f',
    'castellan/version': '1',
  });

  await call('PUT', '/f/aliases/canary', { version: 3, percent: 100 });
  assert.equal(await sourceOf(), 'return 3');
  assert.equal(await sourceOf({ alias: 'live' }), 'return 2');
  await call('PUT', '/f/aliases/canary', { version: 3, percent: 50 });
  const sides = new Map<string, string>();
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    sides.set(key, String(await sourceOf({}, { 'castellan-version-key': key })));
  }
  assert.deepEqual(new Set(sides.values()), new Set(['return 2', 'return 3']));
  for (const [key, side] of sides) {
    assert.equal(await sourceOf({}, { 'castellan-version-key': key }), side);
  }
  await call('DELETE', '/f/aliases/live');
  const answer = await call('POST', '/f/invoke');
  assert.match(String(answer.body['detail']), /No version of the function "f" is live/);
});

test('a call waits for its end, and the run may be started again', async () => {
  const { service, call } = await start();
  await using _ = service;
  await call('PUT', '/f', { code: 'return 1' });
  const key = { 'idempotency-key': 'k' };
  const id = String((await call('POST', '/f/invoke', {}, key)).body['id']);
  const waiting = call('POST', '/f/invoke', {}, { ...key, prefer: 'wait=60' });
  await service.launcher.started(id);
  service.launcher.finish(id, { value: 42 });
  const { status, body } = await waiting;
  assert.deepEqual([status, body['value']], [200, 42]);
  const headers = service.bearer();
  const again = await service.inject({ method: 'POST', url: `/v1/runs/${id}/again`, headers });
  assert.deepEqual(again.body['labels'], {
    'castellan/function': 'f',
    'castellan/version': '1',
  });
});

test('a repeated call gives the same run, also after a deployment', async () => {
  const { service, call } = await start();
  await using _ = service;
  await call('PUT', '/f', { code: 'return 1' });
  const invoke = (params: unknown) =>
    call('POST', '/f/invoke', { params }, { 'idempotency-key': 'k' });
  const first = await invoke({ n: 1 });
  await call('PUT', '/f', { code: 'return 2' });
  const second = await invoke({ n: 1 });
  assert.deepEqual(
    [second.status, second.body['id'], second.headers['idempotency-replayed']],
    [202, first.body['id'], 'true'],
  );
  assert.equal((await invoke({ n: 2 })).body['code'], 'idempotency_mismatch');
});

test('parameters that the schema refuses start nothing', async () => {
  const { service, call } = await start();
  await using _ = service;
  await call('PUT', '/f', { code: 'return 1', schema: number });
  for (const [body, pointer, detail] of [
    [undefined, '/params', " must have required property 'n'."],
    [{ params: { n: 'x' } }, '/params/n', '/n must be number.'],
  ] as const) {
    const answer = await call('POST', '/f/invoke', body);
    assert.deepEqual([answer.status, answer.body['code']], [422, 'invalid_request']);
    assert.equal(answer.body['detail'], `params${detail}`);
    assert.deepEqual(answer.body['errors'], [{ pointer, detail: detail.replace(/^\S* /, '') }]);
  }
  assert.equal(service.submissions.length, 0);
  assert.equal((await call('POST', '/f/invoke', { params: { n: 1 } })).status, 202);
  // It refers to itself, so that no comparison ends.
  await call('PUT', '/endless', { code: 'return 1', schema: { allOf: [{ $ref: '#' }] } });
  const answer = await call('POST', '/endless/invoke', { params: {} });
  assert.deepEqual([answer.status, answer.body['code']], [422, 'invalid_request']);
  assert.match(String(answer.body['detail']), /simplify its patterns and references/);
});

const place = { file: 'script.js', line: 1, column: 1 };
const problem = (code: Problem['code'], message: string = code): Problem => ({
  code,
  message,
  ...place,
});

test('what no call could run is not stored, and what may be meant so is told', async () => {
  let problems: readonly Problem[] = [];
  let isAway = false;
  const { service, call } = await start({
    check: async () => (isAway ? Promise.reject(new Error('away')) : problems),
  });
  await using _ = service;
  const deploy = (code = "import 'fs'; return 1") => call('PUT', '/f', { code });
  for (const [code, status] of [
    ['syntax_error', 'script_refused'],
    ['no_entry', 'script_refused'],
    ['module_not_found', 'script_refused'],
    ['module_denied', 'module_denied'],
    ['out_of_memory', 'script_refused'],
  ] as const) {
    problems = [problem('unknown_global'), problem(code, `what is wrong: ${code}`)];
    const { status: answered, body } = await deploy();
    assert.deepEqual([answered, body['code']], [422, status]);
    assert.equal(body['detail'], `what is wrong: ${code}`);
    const { file, line, column } = body;
    assert.deepEqual({ file, line, column }, place);
    assert.equal(body['errors'], undefined);
  }
  problems = [problem('syntax_error'), problem('unknown_global'), problem('no_entry')];
  assert.deepEqual(
    (await deploy()).body['errors'],
    ['syntax_error', 'no_entry'].map((each) => ({
      pointer: '/code',
      detail: `script.js:1:1: ${each}`,
    })),
  );
  isAway = true;
  const away = await deploy();
  assert.deepEqual([away.status, away.body['code']], [503, 'overloaded']);
  assert.equal((await call('GET', '/f')).status, 404);
  isAway = false;
  problems = [problem('unknown_global'), problem('module_denied')];
  const stored = await deploy('try { await import("fs") } catch {}');
  assert.equal(stored.status, 201, stored.text);
  assert.deepEqual(deployedSchema.parse(stored.body).problems, problems);
});

const code = 'return 1';
const labelsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${n}`, '']));
let shared: Awaited<ReturnType<typeof start>>;
before(async () => {
  shared = await start();
  await shared.call('PUT', '/there', { code });
});
after(() => shared.service[Symbol.asyncDispose]());

for (const [what, method, path, payload, code_, detail] of [
  ['no source', 'PUT', '/f', {}, 'invalid_request', /either `code`, or `files`/],
  ['params', 'PUT', '/f', { code, params: {} }, 'invalid_request', /Unknown field "params"/],
  ['a bad name', 'PUT', '/a%20b', { code }, 'invalid_request', /not "a b"/],
  ['a long name', 'PUT', `/${'a'.repeat(65)}`, { code }, 'invalid_request', /Up to 64|up to 64/],
  [
    'a label of ours',
    'PUT',
    '/f',
    { code, labels: { 'castellan/function': 'g' } },
    'invalid_request',
    /"castellan\/function" is the service's/,
  ],
  [
    'labels that leave no room',
    'PUT',
    '/f',
    { code, labels: labelsOf(31) },
    'invalid_request',
    /27 labels together, and these are 31/,
  ],
  [
    'labels that leave no room',
    'POST',
    '/there/invoke',
    { labels: labelsOf(31) },
    'invalid_request',
    /27 labels together, and these are 31/,
  ],
  [
    'a limit that is too high',
    'PUT',
    '/f',
    { code, limits: { wallMs: 1e9 } },
    'limit_above_ceiling',
    /1000000000/,
  ],
  ['a runtime', 'PUT', '/f', { code, runtime: '1999.01' }, 'not_supported', /"1999\.01"/],
  [
    'a host',
    'PUT',
    '/f',
    { code, network: { allow: ['x.example'] } },
    'network_denied',
    /"x\.example"/,
  ],
  ['a policy', 'PUT', '/f', { code, policy: 'other' }, 'policy_denied', /"other"/],
  ['a tenant', 'PUT', '/f', { code, tenant: 'rival' }, 'tenant_denied', /"rival"/],
  [
    'a schema that is none',
    'PUT',
    '/f',
    { code, schema: { type: 'text' } },
    'invalid_request',
    /schema is no JSON Schema that can be used: .*type/,
  ],
  ['a schema that is a text', 'PUT', '/f', { code, schema: 'x' }, 'invalid_request', /schema/],
  [
    'a large schema',
    'PUT',
    '/f',
    { code, schema: { title: 'x'.repeat(70_000) } },
    'invalid_request',
    /At most 65536 bytes/,
  ],
  ['a version', 'POST', '/there/invoke', { version: 9 }, 'not_found', /no version 9/],
  ['an alias', 'POST', '/there/invoke', { alias: 'beta' }, 'not_found', /no alias "beta"/],
  [
    'both',
    'POST',
    '/there/invoke',
    { alias: 'live', version: 1 },
    'invalid_request',
    /either `version` or `alias`/,
  ],
  ['code', 'POST', '/there/invoke', { code }, 'invalid_request', /Unknown field "code"/],
  [
    'a label of ours',
    'POST',
    '/there/invoke',
    { labels: { 'castellan/version': '9' } },
    'invalid_request',
    /the service's/,
  ],
  ['no share', 'PUT', '/there/aliases/canary', { version: 1 }, 'invalid_request', /needs percent/],
  [
    'a share',
    'PUT',
    '/there/aliases/live',
    { version: 1, percent: 5 },
    'invalid_request',
    /Only the alias "canary"/,
  ],
  [
    'too large a share',
    'PUT',
    '/there/aliases/canary',
    { version: 1, percent: 101 },
    'invalid_request',
    /percent.*101/,
  ],
  ['a version', 'PUT', '/there/aliases/live', { version: 2 }, 'not_found', /no version 2/],
  ['a bad alias', 'PUT', '/there/aliases/a%2fb', { version: 1 }, 'invalid_request', /"a\/b"/],
  ['a version', 'POST', '/there/rollback', { version: 2 }, 'not_found', /no version 2/],
  ['a version', 'GET', '/there/versions/0x1', undefined, 'not_found', /no version "0x1"/],
] as const) {
  test(`${method} of a function refuses ${what}: ${JSON.stringify(payload)?.slice(0, 60)}`, async () => {
    const { body, text } = await shared.call(method, path, payload);
    assert.equal(body['code'], code_, text);
    assert.match(String(body['detail']), detail);
  });
}

test('runs take no label of the service', async () => {
  await using service = await startService();
  const payload = { code, labels: { 'castellan/function': 'f' } };
  const headers = service.bearer();
  const { body } = await service.inject({ method: 'POST', url: '/v1/runs', headers, payload });
  assert.deepEqual([body['status'], body['code']], [422, 'invalid_request']);
});

test('a tenant stores no more than it may', async () => {
  const { service, call } = await start();
  await using _ = service;
  for (const name of ['a', 'b', 'c']) await call('PUT', `/${name}`, { code });
  const { status, body } = await call('PUT', '/d', { code });
  assert.deepEqual([status, body['code']], [429, 'function_quota']);
  assert.match(String(body['detail']), /functions\.perTenant/);
});

test('what a key may do with functions is what its scopes and its policies give', async () => {
  const policies = new Map(['default', 'other'].map((name) => [name, { ...testPolicy, name }]));
  const { service, call } = await start({ policies, offerOf: () => testOffer });
  await using _ = service;
  await call('PUT', '/f', { code });
  const invoke = await callerOf(service, { scopes: ['functions:invoke'] });
  const read = await callerOf(service, { scopes: ['runs:read'] });
  const write = await callerOf(service, { scopes: ['runs:write'] });
  const deploy = await callerOf(service, { scopes: ['functions:write'] });
  const rival = await callerOf(service, { tenant: 'rival' });
  for (const [method, path, payload, allowed] of [
    ['PUT', '/f', { code }, [deploy]],
    ['GET', '', undefined, [read]],
    ['GET', '/f', undefined, [read]],
    ['GET', '/f/versions', undefined, [read]],
    ['GET', '/f/versions/1', undefined, [deploy]],
    ['POST', '/f/invoke', {}, [invoke, write]],
    ['PUT', '/f/aliases/x', { version: 1 }, [deploy]],
    ['DELETE', '/f/aliases/x', undefined, [deploy]],
    ['POST', '/f/rollback', { version: 1 }, [deploy]],
    ['DELETE', '/f', undefined, [deploy]],
  ] as const) {
    for (const caller of [invoke, read, write, deploy]) {
      if (allowed.some((each) => each === caller)) continue;
      const answer = await caller(method, path, payload);
      assert.equal(answer.body['code'], 'scope_missing', `${method} ${path}: ${answer.text}`);
    }
    if (path !== '' && method !== 'PUT') {
      assert.equal((await rival(method, path, payload)).status, 404, `${method} ${path}`);
    }
    for (const caller of allowed) {
      const { status, text } = await caller(method, path, payload);
      assert.ok(status < 300, `${method} ${path}: ${text}`);
    }
  }
  const operator = await callerOf(service, { mayNameTenant: true, policies: ['default', 'other'] });
  await operator('PUT', '/far', { code, policy: 'other', tenant: 'acme' });
  const denied = await call('POST', '/far/invoke');
  assert.deepEqual([denied.status, denied.body['code']], [403, 'policy_denied']);
  assert.match(
    String(denied.body['detail']),
    /^Version 1 of the function "far" asks for what is not open any more, or not to this key: .*"other"/,
  );
});

test('a function is public only where callers without a key have a policy', async () => {
  const body = { code: 'export const fetch = () => new Response("x")', public: true };
  {
    const { service, call } = await start();
    await using _ = service;
    const refused = await call('PUT', '/f', body);
    assert.equal(refused.status, 422, refused.text);
    assert.match(refused.text, /keys\.anonymousPolicy is not set/);
    assert.equal((await call('PUT', '/f', { ...body, public: false })).status, 201);
  }
  const { service, call } = await start({ anonymousPolicy: 'default' });
  await using _ = service;
  assert.equal((await call('PUT', '/f', body)).status, 201);
  const whole = wholeVersionSchema.parse((await call('GET', '/f/versions/1')).body);
  assert.equal(whole.definition['public'], true);
});
