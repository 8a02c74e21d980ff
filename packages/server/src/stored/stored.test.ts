// Secrets, in both databases that have them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { type Postgres, startPostgres } from '../../../../test/shared/postgres.support.ts';
import { examineSecrets } from '../examine-secrets.ts';
import { openSecrets } from '../secrets/open.ts';
import type { NewSecret } from '../secrets/record.ts';
import type { SecretStore } from '../secrets/store.ts';
import { secretTables } from '../secrets/tables.ts';
import { openTables } from '../storage/tables/open.ts';
import type { Sql } from '../storage/tables/tables.ts';

let server: Promise<Postgres> | undefined;
const folders: string[] = [];
after(async () => {
  await (await server)?.[Symbol.asyncDispose]();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A data folder, or an address. */
type Place = readonly [folder: string, url: string | null];

const places: Readonly<Record<string, () => Promise<Place>>> = {
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'castellan-stored-'));
    folders.push(folder);
    return [folder, null];
  },
  postgres: async () => ['', await (await (server ??= startPostgres())).makeDatabase()],
};

const newKey = (): string => randomBytes(32).toString('base64');
const [oldKey, nextKey] = [newKey(), newKey()];
const secret = (value: string, more: Partial<NewSecret> = {}): NewSecret => ({
  value,
  hosts: ['api.example.com'],
  headers: [],
  functions: null,
  inEnv: false,
  updatedBy: 'key_1',
  ...more,
});
const opened = ([folder, url]: Place, keys: string | null = oldKey): Promise<SecretStore> =>
  openSecrets(folder, url, { keys, keysFile: null, perTenant: 2 });
const valuesOf = async (store: SecretStore, tenant: string, ...names: string[]) =>
  (await store.open(tenant, names)).map(({ value }) => value);
const tables = ([folder, url]: Place): Promise<Sql> => openTables(secretTables, folder, url);

for (const [kind, makePlace] of Object.entries(places)) {
  suite(`secrets in ${kind}`, () => {
    test('a value is read by its tenant and name alone, and the newest one at once by everybody', async () => {
      const place = await makePlace();
      await using store = await opened(place);
      await using other = await opened(place);
      assert.equal((await store.put('a', 'KEY', secret('value one'))).isNew, true);
      assert.equal((await other.put('a', 'KEY', secret('value ü\u0000 two'))).isNew, false);
      assert.deepEqual(await valuesOf(store, 'a', 'KEY', 'NONE'), ['value ü\u0000 two']);
      assert.deepEqual(await valuesOf(store, 'b', 'KEY'), []);
      assert.deepEqual(await store.list('b'), []);
      assert.equal(await store.remove('b', 'KEY'), undefined);
      await store.put('a', '__proto__', secret('value three'));
      await assert.rejects(store.put('a', 'MORE', secret('value four')), /has 2 secrets/);
      await store.put('b', 'MORE', secret('value four'));
      const listed = await other.list('a');
      assert.deepEqual(
        listed.map(({ name }) => name),
        ['KEY', '__proto__'],
      );
      assert.ok(!JSON.stringify(listed).includes('value'));
      assert.equal((await store.remove('a', 'KEY'))?.name, 'KEY');
      assert.deepEqual(await valuesOf(other, 'a', 'KEY'), []);
    });

    test('a row opens where it was written, bound as it was, and nowhere else', async () => {
      const place = await makePlace();
      await using store = await opened(place);
      await using sql = await tables(place);
      await store.put('a', 'KEY', secret('value of a'));
      await store.put('a', 'OTHER', secret('value of other'));
      const columns = 'key_id, sealed, bound_to, updated_at, updated_by';
      const [row] = await sql.query(`SELECT ${columns} FROM secrets WHERE name = 'KEY'`);
      assert.ok(!JSON.stringify(row).includes('value of a'));
      const change = (statement: string, ...values: string[]): Promise<unknown> =>
        sql.transaction('a', (query) => query(statement, ...values));
      await change(
        `INSERT INTO secrets SELECT 'b', name, ${columns} FROM secrets WHERE name = 'KEY'`,
      );
      await change(
        `UPDATE secrets SET sealed = $1 WHERE tenant = 'a' AND name = 'OTHER'`,
        String(row?.['sealed']),
      );
      for (const [tenant, name] of [
        ['b', 'KEY'],
        ['a', 'OTHER'],
      ] as const) {
        await assert.rejects(store.open(tenant, [name]), /cannot be opened: its row was changed/);
      }
      const elsewhere = '{"hosts":["evil.example"],"headers":[],"functions":null,"inEnv":false}';
      await change(`UPDATE secrets SET bound_to = $1 WHERE tenant = 'a'`, elsewhere);
      await assert.rejects(store.open('a', ['KEY']), /cannot be opened/);
    });

    test('rotation seals anew with the first key, goes on where it was, and changes nothing newer', async () => {
      const place = await makePlace();
      {
        await using store = await opened(place);
        await store.put('a', 'KEY', secret('value of a'));
        await store.put('b', 'KEY', secret('value of b'));
      }
      {
        // Both services during the change: the one that still seals with the old key reads what the other wrote.
        await using older = await opened(place, `${oldKey} ${nextKey}`);
        await using newer = await opened(place, `${nextKey}\n${oldKey}\n`);
        const [one, two] = await Promise.all([newer.rotate(), newer.rotate()]);
        assert.equal(one.rotated + two.rotated, 2);
        assert.deepEqual(await newer.rotate(), { rotated: 0, left: 0, unreadable: [] });
        assert.deepEqual(await valuesOf(older, 'a', 'KEY'), ['value of a']);
        await older.put('a', 'KEY', secret('value of a, later'));
        const [last] = await Promise.all([
          newer.rotate(),
          newer.put('b', 'KEY', secret('value of b, later')),
        ]);
        assert.deepEqual(last, { rotated: 1, left: 0, unreadable: [] });
      }
      await using store = await opened(place, nextKey);
      assert.deepEqual(await valuesOf(store, 'a', 'KEY'), ['value of a, later']);
      assert.deepEqual(await valuesOf(store, 'b', 'KEY'), ['value of b, later']);
    });

    test('what no key opens ends the start, and says what to do', async () => {
      const place = await makePlace();
      await using first = await opened(place);
      await first.put('a', 'KEY', secret('value of a'));
      for (const [keys, sentence] of [
        [
          null,
          /1 stored secret is sealed with a key, and the service has none\. To fix it: set CASTELLAN_SECRETS_KEYS/,
        ],
        [
          nextKey,
          /sealed with the key [\da-f]{16}, which is none .* To fix it: add the old key behind/,
        ],
      ] as const) {
        await assert.rejects(opened(place, keys), sentence);
      }
      await using none = await opened(await makePlace(), null);
      assert.equal(none.hasKey, false);
      await assert.rejects(none.put('a', 'KEY', secret('value of a')), /no key to seal/);
    });
  });
}

test('keys that cannot be used are refused, and not shown', async () => {
  const place = await places['sqlite']?.();
  assert.ok(place !== undefined);
  const short = randomBytes(31).toString('base64');
  for (const [keys, sentence] of [
    [short, /secrets\.keys: key 1 is 31 bytes long, and not 32\..*openssl rand -base64 32/],
    [`${oldKey},${short}`, /key 2 is 31 bytes/],
    ['correct horse', /key 1 is 5 bytes|key 1 is \d+ bytes long/],
    ['pass!word', /key 1 is neither base64 nor hexadecimal/],
  ] as const) {
    await assert.rejects(opened(place, keys), (error: Error) => {
      assert.match(error.message, sentence);
      return keys.split(/[ ,]/).every((part) => !error.message.includes(part));
    });
  }
  const keys = { CASTELLAN_SECRETS_KEYS: `${oldKey},${nextKey}` };
  assert.match(
    await examineSecrets(keys),
    /^Sealed with the key [\da-f]{16}, and 1 more that opens\.$/,
  );
  await assert.rejects(examineSecrets({ CASTELLAN_SECRETS_KEYS: short }), /key 1 is 31 bytes/);
  const both = { keys: oldKey, keysFile: '/k', perTenant: 1 };
  await assert.rejects(openSecrets(...place, both), /both set/);
  const file = { keys: null, keysFile: join(place[0], 'none'), perTenant: 1 };
  await assert.rejects(openSecrets(...place, file), /cannot be read \(ENOENT\)/);
});
