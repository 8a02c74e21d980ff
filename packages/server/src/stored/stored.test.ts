// Secrets, and keys with values, in both databases that have them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { type Postgres, startPostgres } from '../../../../test/shared/postgres.support.ts';
import { examineSecrets } from '../examine-secrets.ts';
import { type Kv, type KvBounds, KvError, type KvQuestion } from '../kv/kv.ts';
import { openKv } from '../kv/open.ts';
import { storedKv } from '../kv/stored-kv.ts';
import { kvTables } from '../kv/tables.ts';
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

const bounds: KvBounds = { entries: 3, tenantBytes: 1_000, perMinute: 1_000_000 };
const unheard = (error: unknown): never => {
  throw error;
};
const keysAndValues = ([folder, url]: Place, given: Partial<KvBounds> = {}): Promise<Kv> =>
  openKv(folder, url, { ...bounds, ...given }, unheard);

/** The calls of a script, with answers as it gets them. */
function callsOf(kv: Kv, tenant: string) {
  const ask = async (question: KvQuestion): Promise<Record<string, unknown> | boolean | null> => {
    const { json, value } = await kv.ask(tenant, question);
    const answer = JSON.parse(json) as Record<string, unknown> | null;
    return value === null ? answer : { value: JSON.parse(value) as unknown, ...answer };
  };
  return {
    get: (key: string) => ask({ op: 'get', key }),
    set: (key: string, value: unknown, more: { ttlMs?: number; ifVersion?: number } = {}) =>
      ask({ op: 'set', key, value: JSON.stringify(value), ttlMs: null, ifVersion: null, ...more }),
    delete: (key: string, ifVersion: number | null = null) => ask({ op: 'delete', key, ifVersion }),
    list: (prefix = '', last = '', limit = 10) => ask({ op: 'list', prefix, after: last, limit }),
  };
}
const found = (value: unknown, version: number) => ({ value, version, expiresAt: null });

for (const [kind, makePlace] of Object.entries(places)) {
  suite(`keys and values in ${kind}`, () => {
    test('what was written is read by everybody who has the store open, and by its tenant alone', async () => {
      const place = await makePlace();
      await using one = await keysAndValues(place);
      await using second = place[1] === null ? null : await keysAndValues(place);
      const other = second ?? one;
      const [mine, same, theirs] = [callsOf(one, 'a'), callsOf(other, 'a'), callsOf(one, 'b')];
      const value = { 'ü\u0000\ud800"': [1, null, 1.5], __proto__: 1 };
      for (const key of ['__proto__', 'constructor', 'ключ 🔑']) {
        const { version } = (await mine.set(key, value)) as { version: number };
        assert.deepEqual(await same.get(key), found(JSON.parse(JSON.stringify(value)), version));
        assert.equal(await theirs.get(key), null);
        assert.equal(await theirs.delete(key), false);
      }
      assert.deepEqual(await theirs.list(), { items: [], nextAfter: null });
      assert.equal(await same.delete('__proto__'), true);
      assert.equal(await mine.get('__proto__'), null);
      assert.equal(await mine.get('toString'), null);
    });

    test('a version that is another changes nothing, and none comes twice', async () => {
      const place = await makePlace();
      await using one = await keysAndValues(place);
      await using second = place[1] === null ? null : await keysAndValues(place);
      const other = second ?? one;
      const [kv, same] = [callsOf(one, 'a'), callsOf(other, 'a')];
      const first = (await kv.set('k', 1, { ifVersion: 0 })) as { version: number };
      assert.equal(await kv.set('k', 2, { ifVersion: 0 }), null);
      assert.equal(await kv.set('k', 2, { ifVersion: first.version + 1 }), null);
      assert.equal(await kv.delete('k', first.version + 1), null);
      assert.equal(await kv.delete('k', first.version), true);
      const again = (await kv.set('k', 1)) as { version: number };
      assert.ok(again.version > first.version);
      assert.equal(await kv.set('k', 2, { ifVersion: first.version }), null);
      await kv.set('k', 0);
      const increment = async (by: typeof kv): Promise<void> => {
        for (;;) {
          const { value, version } = (await by.get('k')) as { value: number; version: number };
          if ((await by.set('k', value + 1, { ifVersion: version })) !== null) return;
        }
      };
      await Promise.all(Array.from({ length: 16 }, (_, at) => increment(at % 2 === 0 ? kv : same)));
      assert.equal(((await same.get('k')) as { value: number }).value, 16);
    });

    test('keys expire by the clock, are listed in order, and count as long as they are there', async () => {
      const [folder, url] = await makePlace();
      let nowMs = Date.parse('2026-12-01T00:00:00.000Z');
      const sql = await openTables(kvTables, folder, url);
      await using store = storedKv(sql, bounds, unheard, () => nowMs);
      const kv = callsOf(store, 'a');
      const { expiresAt } = (await kv.set('b%/1', 1, { ttlMs: 1_000 })) as { expiresAt: string };
      assert.equal(expiresAt, '2026-12-01T00:00:01.000Z');
      await kv.set('b%/2', 2);
      await kv.set('a', 3);
      await assert.rejects(
        kv.set('d', 4),
        /has 3 keys, and kv\.entries allows no more\. Delete some/,
      );
      const keysIn = async (...asked: Parameters<typeof kv.list>) => {
        const { items, nextAfter } = (await kv.list(...asked)) as {
          items: { key: string }[];
          nextAfter: string | null;
        };
        return [items.map(({ key }) => key), nextAfter];
      };
      assert.deepEqual(await keysIn(), [['a', 'b%/1', 'b%/2'], null]);
      assert.deepEqual(await keysIn('', '', 2), [['a', 'b%/1'], 'b%/1']);
      assert.deepEqual(await keysIn('', 'b%/1', 2), [['b%/2'], null]);
      assert.deepEqual(await keysIn('b%/'), [['b%/1', 'b%/2'], null]);
      assert.deepEqual(await keysIn('b_'), [[], null]);
      nowMs += 1_000;
      assert.equal(await kv.get('b%/1'), null);
      assert.deepEqual(await keysIn('b%/'), [['b%/2'], null]);
      await kv.set('d', 4, { ifVersion: 0 });
      await assert.rejects(
        kv.set('a', 'x'.repeat(1_000)),
        /would take 10\d\d bytes, and kv\.tenantBytes is 1000/,
      );
      // Nothing of what was refused is counted.
      await kv.set('a', 'x'.repeat(900));
      await kv.delete('a');
      await kv.set('e', 'x'.repeat(900));
      const [totals] = await sql.query('SELECT entries, bytes FROM totals');
      assert.deepEqual([Number(totals?.['entries']), Number(totals?.['bytes'])], [3, 910]);
    });
  });
}

test('calls of a tenant beyond its rate are refused, and those of another are not', async () => {
  const place = await places['sqlite']?.();
  assert.ok(place !== undefined);
  await using store = await keysAndValues(place, { perMinute: 2 });
  const kv = callsOf(store, 'a');
  await kv.get('k');
  await kv.get('k');
  await assert.rejects(kv.get('k'), (error: unknown) => {
    assert.ok(error instanceof KvError && error.code === 'kv_rate');
    return /kv\.get: more than 2 calls of this tenant in a minute \(kv\.perMinute\)\. Wait \d+ s\./.test(
      error.message,
    );
  });
  assert.equal(await callsOf(store, 'b').get('k'), null);
});

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
