import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { type Answer, startService } from '../service.support.ts';

const value = 'sk_live_0123456789';
const hosts = ['api.example.com'];

async function scene() {
  const service = await startService();
  const mine = service.bearer();
  const send = (
    method: InjectOptions['method'],
    url: string,
    payload?: object,
    headers = mine,
  ): Promise<Answer> =>
    service.inject({ method: method ?? 'GET', url, headers, ...(payload && { payload }) });
  return { service, send, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

test('a secret is set, listed and removed, and no answer, log line or audited call has its value', async () => {
  await using at = await scene();
  const made = await at.send('PUT', '/v1/secrets/KEY', { value, hosts });
  assert.equal(made.status, 201, made.text);
  const { updatedAt, updatedBy, keyId, ...shown } = made.body as Record<string, string>;
  assert.deepEqual(shown, {
    tenant: 'acme',
    name: 'KEY',
    hosts,
    headers: [],
    functions: null,
    inEnv: false,
  });
  assert.match(`${updatedAt} ${updatedBy} ${keyId}`, /^\S+Z key_[\da-f]{32} [\da-f]{16}$/);
  const again = await at.send('PUT', '/v1/secrets/KEY', {
    value: `${value}9`,
    hosts: ['b.example'],
  });
  assert.equal(again.status, 200);
  const list = await at.send('GET', '/v1/secrets');
  assert.deepEqual(list.body, { items: [again.body] });
  const rotated = await at.send(
    'POST',
    '/v1/secrets/rotate',
    undefined,
    at.service.bearer({ mayNameTenant: true }),
  );
  assert.deepEqual(rotated.body, { rotated: 0, left: 0, unreadable: [] });
  const gone = await at.send('DELETE', '/v1/secrets/KEY');
  assert.deepEqual(gone.body, again.body);
  assert.equal((await at.send('DELETE', '/v1/secrets/KEY')).status, 404);
  const answers = [made, again, list, rotated, gone].map(({ text }) => text);
  const everything = [...answers, ...at.service.log, JSON.stringify(at.service.audited)].join('\n');
  assert.ok(!everything.includes(value));
  assert.deepEqual(
    at.service.audited.map(({ call, status, secret = null }) => [call, status, secret]),
    [
      ['PUT /v1/secrets/:name', 201, 'KEY'],
      ['PUT /v1/secrets/:name', 200, 'KEY'],
      ['POST /v1/secrets/rotate', 200, null],
      ['DELETE /v1/secrets/:name', 200, 'KEY'],
      ['DELETE /v1/secrets/:name', 404, 'KEY'],
    ],
  );
});

test('what no run could use is refused with its fix, and never with its value', async () => {
  await using at = await scene();
  const of = (body: object): object => ({ value, hosts, ...body });
  for (const [name, body, why] of [
    ['KEY', { value }, /bound to no host.*Name the hosts/],
    ['KEY', of({ hosts: ['*'] }), /every host/],
    ['KEY', of({ hosts: ['https://a.example'] }), /is no host/],
    ['KEY', of({ headers: ['a b'] }), /\\"a b\\" is no name of a header/],
    ['KEY', of({ value: 'secret7' }), /must be 8 to 32768 characters/],
    ['KEY', of({ value: 'secret7\r\nx-admin: 1' }), /must be 8 or more characters of a header/],
    ['KEY', of({ value: ' secret78' }), /without blanks at the ends/],
    ['KEY', of({ value: 12_345_678 }), /must be 8 to 32768 characters/],
    ['KEY', of({ value: 'castellan' }), /stands for it/],
    ['KEY', of({ env: true }), /Leave hosts and headers out, or env/],
    ['KEY', { value, env: true }, /Name the functions/],
    ['KEY', of({ functions: [] }), /functions/],
    ['KEY', of({ key: value }), /Unknown field \\"key\\"/],
    ['1KEY', of({}), /without a digit first/],
    ['__proto__%20', of({}), /without a digit first/],
  ] as const) {
    const answer = await at.send('PUT', `/v1/secrets/${name}`, body);
    assert.equal(answer.status, 422, answer.text);
    assert.match(answer.text, why);
    assert.doesNotMatch(answer.text, /sk_live|secret7|12345678|12_345/);
  }
  for (const name of ['__proto__', 'constructor', 'A3']) {
    assert.equal((await at.send('PUT', `/v1/secrets/${name}`, of({}))).status, 201);
  }
  const more = await at.send('PUT', '/v1/secrets/A4', of({}));
  assert.equal(more.status, 429);
  assert.match(more.text, /has 3 secrets, and secrets\.perTenant allows no more\. Delete one\./);
});

test('a secret of another tenant is one that is nowhere, in each call and in each run', async () => {
  await using at = await scene();
  await at.send('PUT', '/v1/secrets/KEY', { value, hosts });
  const theirs = at.service.bearer({ tenant: 'other' });
  type Path = (name: string) => readonly [InjectOptions['method'], string, object?];
  const of = (name: string, path: Path): Promise<Answer> => {
    const [method, url, body] = path(name);
    return at.send(method, url, body, theirs);
  };
  for (const path of [
    (name: string) => ['DELETE', `/v1/secrets/${name}`] as const,
    (name: string) => ['POST', '/v1/runs', { code: '1', secrets: [name] }] as const,
    (name: string) => ['PUT', '/v1/functions/f', { code: '1', secrets: [name] }] as const,
  ]) {
    const [there, nowhere] = [await of('KEY', path), await of('NON', path)];
    const plain = ({ text }: Answer): string =>
      text.replaceAll(/urn:\S+?"/g, '').replaceAll('NON', 'KEY');
    assert.deepEqual([there.status, plain(there)], [nowhere.status, plain(nowhere)]);
  }
  assert.deepEqual((await at.send('GET', '/v1/secrets', undefined, theirs)).body, { items: [] });
  const named = await at.send('GET', '/v1/secrets?tenant=acme', undefined, theirs);
  assert.equal(named.status, 403);
});

test('who may run may not set, and who may not name tenants may not rotate', async () => {
  await using at = await scene();
  const runner = at.service.bearer({ scopes: ['runs:write', 'runs:read', 'functions:write'] });
  for (const [method, url, body] of [
    ['PUT', '/v1/secrets/KEY', { value, hosts }],
    ['GET', '/v1/secrets', undefined],
    ['DELETE', '/v1/secrets/KEY', undefined],
    ['POST', '/v1/secrets/rotate', undefined],
  ] as const) {
    assert.equal((await at.send(method, url, body, runner)).status, 403);
  }
  const rotated = await at.send('POST', '/v1/secrets/rotate');
  assert.match(rotated.text, /tenant_denied/);
});
