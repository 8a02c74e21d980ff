import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import type { KeyGrant } from './record.ts';
import { openKeys } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-keys-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => join(folder, `${files++}.sqlite`);

const grant: KeyGrant = {
  name: 'shop',
  tenant: 'acme',
  mayNameTenant: false,
  policies: ['default'],
  scopes: ['runs:read'],
  expiresAt: null,
};

test('openKeys finds the caller of a key, and nobody for another text', () => {
  using keys = openKeys(newFile());
  const { id, key } = keys.create(grant);
  const { name: _name, expiresAt: _never, ...caller } = grant;
  assert.deepEqual(keys.find(key), { id, ...caller });
  assert.match(key, /^ck_[\w-]{43}$/);
  for (const text of ['', 'ck_', key.slice(1), `${key}a`, key.toUpperCase(), "ck_' OR 1=1 --"]) {
    assert.equal(keys.find(text), undefined, text);
  }
});

test('openKeys writes the key nowhere, and opens the file to its owner only', () => {
  const file = newFile();
  using keys = openKeys(file);
  const { key } = keys.create(grant);
  const names = readdirSync(folder).filter((name) => join(folder, name).startsWith(file));
  assert.ok(names.length >= 2, 'the file and its log');
  for (const name of names) {
    assert.ok(!readFileSync(join(folder, name)).includes(key.slice(3)), name);
    assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
  }
});

test('revoke ends a key at once in another process that has the file open', () => {
  const file = newFile();
  using server = openKeys(file);
  using terminal = openKeys(file);
  const { id, key } = terminal.create(grant);
  assert.equal(server.find(key)?.id, id);
  assert.equal(terminal.revoke(id), true);
  assert.equal(server.find(key), undefined);
  assert.equal(terminal.revoke(id), false);
  assert.equal(terminal.revoke('key_none'), false);
});

test('holder knows who has a key by its id, as long as the key is in force', () => {
  const file = newFile();
  using server = openKeys(file);
  using terminal = openKeys(file);
  const { id } = terminal.create(grant);
  assert.equal(server.holder(id)?.tenant, 'acme');
  assert.equal(server.holder('key_none'), undefined);
  const over = terminal.create({ ...grant, expiresAt: '2020-01-01T00:00:00Z' });
  assert.equal(server.holder(over.id), undefined);
  terminal.revoke(id);
  assert.equal(server.holder(id), undefined);
});

test('tokenSecret is one for each file, and stays', () => {
  const file = newFile();
  using keys = openKeys(file);
  using same = openKeys(file);
  using other = openKeys(newFile());
  assert.equal(keys.tokenSecret.length, 32);
  assert.deepEqual(keys.tokenSecret, same.tokenSecret);
  assert.notDeepEqual(keys.tokenSecret, other.tokenSecret);
});

test('isEmpty turns false with the first key and stays so when all are revoked', () => {
  const file = newFile();
  using keys = openKeys(file);
  assert.equal(keys.isEmpty, true);
  keys.revoke(keys.create(grant).id);
  assert.equal(keys.isEmpty, false);
  using again = openKeys(file);
  assert.equal(again.isEmpty, false);
});

test('find knows no key that is over', () => {
  using keys = openKeys(newFile());
  const past = keys.create({ ...grant, expiresAt: '2020-01-01T00:00:00Z' });
  const future = keys.create({ ...grant, expiresAt: '2999-01-01T00:00:00Z' });
  assert.equal(keys.find(past.key), undefined);
  assert.equal(keys.find(future.key)?.id, future.id);
});

test('list tells everything but the keys', () => {
  using keys = openKeys(newFile());
  const first = keys.create(grant);
  const second = keys.create({ ...grant, name: 'b' });
  keys.revoke(second.id);
  const [one, two] = keys.list();
  assert.equal(one?.id, first.id);
  assert.equal(one.revokedAt, null);
  assert.equal(two?.name, 'b');
  assert.notEqual(two.revokedAt, null);
  assert.ok(!JSON.stringify(keys.list()).includes(first.key.slice(3)));
});

test('list keeps the order of keys that were made in one millisecond', (t) => {
  using keys = openKeys(newFile());
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const made = Array.from({ length: 50 }, () => keys.create(grant).id);
  assert.deepEqual(
    keys.list().map(({ id }) => id),
    made,
  );
});

for (const [what, wrong] of [
  ['tenant', { tenant: 'a b' }],
  ['tenant', { tenant: '../x' }],
  ['policies', { policies: [] }],
  ['scopes', { scopes: [] }],
  ['scopes', { scopes: ['root'] as never }],
  ['name', { name: '' }],
  ['end', { expiresAt: 'soon' }],
] as const) {
  test(`create refuses ${JSON.stringify(wrong)} and shows the value`, () => {
    using keys = openKeys(newFile());
    assert.throws(() => keys.create({ ...grant, ...wrong }), new RegExp(`The ${what} of a key`));
    assert.equal(keys.isEmpty, true);
  });
}

test('openKeys refuses a file of a later version', () => {
  const file = newFile();
  openKeys(file)[Symbol.dispose]();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  assert.throws(() => openKeys(file), /version 99/);
});
