import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { type Postgres, startPostgres } from '../../../../test/shared/postgres.support.ts';
import { isStorageFault } from '../storage/fault.ts';
import { postgresKeys } from './postgres.ts';
import type { KeyGrant } from './record.ts';

let server: Postgres;
before(async () => {
  server = await startPostgres();
});
after(() => server[Symbol.asyncDispose]());

const grant: KeyGrant = {
  name: 'shop',
  tenant: 'acme',
  mayNameTenant: false,
  policies: ['default'],
  scopes: ['runs:read'],
  expiresAt: null,
};

test('keys in a database are found, listed, and end at once in every process', async () => {
  const url = await server.makeDatabase();
  await using service = await postgresKeys(url);
  await using terminal = await postgresKeys(url);
  assert.equal(await service.isEmpty(), true);
  const { id, key } = await terminal.create(grant);
  assert.equal(await service.isEmpty(), false);
  const { name: _name, expiresAt: _never, ...caller } = grant;
  assert.deepEqual(await service.find(key), { id, ...caller });
  assert.deepEqual(await service.holder(id), { id, ...caller });
  for (const text of ['', 'ck_', key.slice(1), `${key}a`, "ck_' OR 1=1 --", '\0']) {
    assert.equal(await service.find(text), undefined, text);
  }
  assert.equal(await service.holder('key_none'), undefined);
  const over = await terminal.create({ ...grant, expiresAt: '2020-01-01T00:00:00Z' });
  assert.equal(await service.find(over.key), undefined);
  assert.equal(await terminal.revoke(id), true);
  assert.equal(await terminal.revoke(id), false);
  assert.equal(await service.find(key), undefined);
  assert.equal(await service.isEmpty(), false);
  const list = await terminal.list();
  assert.deepEqual(
    list.map((each) => each.id),
    [id, over.id],
  );
  assert.ok(!JSON.stringify(list).includes(key.slice(3)));
  await assert.rejects(terminal.create({ ...grant, tenant: '../x' }), /The tenant of a key/);
  assert.equal(service.tokenSecret.length, 32);
  assert.deepEqual(Buffer.from(service.tokenSecret), Buffer.from(terminal.tokenSecret));
});

test('the database holds no key, and a fault of it is no wrong key', async () => {
  const url = await server.makeDatabase();
  await using keys = await postgresKeys(url);
  const { key } = await keys.create(grant);
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT * FROM castellan_keys.keys');
  await client.end();
  assert.equal(rows.length, 1);
  assert.ok(!JSON.stringify(rows).includes(key.slice(3)));
  await server.stop();
  await assert.rejects(keys.find(key), isStorageFault);
  await server.start();
  assert.equal((await keys.find(key))?.tenant, 'acme');
});
