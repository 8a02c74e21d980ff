import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { JsonText } from '@castellan/protocol/json';
import { type Postgres, startPostgres } from '../../../../test/shared/postgres.support.ts';
import type { Database } from './database.ts';
import { sharesIn } from './keep.ts';
import { postgresShares } from './postgres.ts';
import { ShareRefusal } from './shares.ts';
import { sqliteShares } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-shares-'));
let server: Promise<Postgres> | undefined;
after(async () => {
  rmSync(folder, { recursive: true });
  await (await server)?.[Symbol.asyncDispose]();
});

let files = 0;
/** Each makes an empty place, and opens it as often as it is asked to. */
const places: Readonly<Record<string, () => Promise<() => Promise<Database>>>> = {
  sqlite: async () => {
    const file = join(folder, `shares-${files++}.sqlite`);
    return async () => sqliteShares(file);
  },
  postgres: async () => {
    const url = await (await (server ??= startPostgres())).makeDatabase();
    return () => postgresShares(url);
  },
};

const rules = { bytes: 40_960, tenantBytes: 16_384, keepMs: 1_000 };
const fail = (error: unknown): never => {
  throw error;
};
const text = (of: unknown): JsonText => new JsonText(JSON.stringify(of));
const big = (bytes: number): JsonText => text('x'.repeat(bytes - 2));

for (const [name, makePlace] of Object.entries(places)) {
  suite(`shares in ${name}`, () => {
    test('one is opened and removed by its tenant and whoever reaches all, by nobody else', async () => {
      const open = await makePlace();
      await using shares = sharesIn(await open(), rules, fail, () => 5_000);
      const given = text({ code: "'; DROP TABLE shares; -- ä\0\ud800", params: [1] });
      const share = await shares.keep('acme', given);
      assert.match(share.id, /^shr_[\w-]{22}$/);
      assert.equal(share.createdAt, '1970-01-01T00:00:05.000Z');
      assert.equal(share.expiresAt, '1970-01-01T00:00:06.000Z');
      assert.deepEqual(await shares.open('acme', share.id), { ...share, request: given });
      assert.deepEqual(await shares.open(null, share.id), { ...share, request: given });
      assert.equal(await shares.open('other', share.id), undefined);
      for (const id of ['', 'shr_', `${share.id}a`, share.id.toUpperCase(), "' OR '1'='1", '\0']) {
        assert.equal(await shares.open(null, id), undefined, id);
        assert.equal(await shares.forget(null, id), undefined, id);
      }
      assert.equal(await shares.forget('other', share.id), undefined);
      assert.deepEqual(await shares.forget('acme', share.id), share);
      assert.equal(await shares.open('acme', share.id), undefined);
    });

    test('they outlive the process until their time is over, and then are in no table', async () => {
      const open = await makePlace();
      let nowMs = 0;
      const now = (): number => nowMs;
      const id = await (async () => {
        await using shares = sharesIn(await open(), rules, fail, now);
        return (await shares.keep('acme', text(1))).id;
      })();
      nowMs = 999;
      {
        await using shares = sharesIn(await open(), rules, fail, now);
        assert.equal((await shares.open('acme', id))?.request.text, '1');
        nowMs = 1_000;
        assert.equal(await shares.open('acme', id), undefined);
        assert.equal(await shares.forget('acme', id), undefined);
      }
      // The first sweep is done when it is closed.
      await sharesIn(await open(), rules, fail, now)[Symbol.asyncDispose]();
      await using database = await open();
      const rows = await database.transact((query) => query('SELECT id FROM shares'));
      assert.deepEqual(rows, []);
    });

    test('the oldest of a tenant go for its next, and those of no other; small ones count 4,096', async () => {
      const open = await makePlace();
      let nowMs = 0;
      await using shares = sharesIn(await open(), { ...rules, keepMs: 1e6 }, fail, () => nowMs++);
      const other = await shares.keep('other', text('mine'));
      const ids: string[] = [];
      for (let at = 0; at < 5; at++) ids.push((await shares.keep('acme', text(at))).id);
      const kept = async () =>
        (await Promise.all(ids.map((id) => shares.open('acme', id)))).map(
          (each) => each !== undefined,
        );
      assert.deepEqual(await kept(), [false, true, true, true, true]);
      ids.push((await shares.keep('acme', big(8_192))).id);
      assert.deepEqual(await kept(), [false, false, false, true, true, true]);
      assert.equal((await shares.open('other', other.id))?.request.text, '"mine"');
      await assert.rejects(shares.keep('acme', big(16_385)), {
        name: 'ShareRefusal',
        why: 'too_large',
        message: 'The share is 16385 bytes long, and shares.tenantBytes allows 16384.',
      });
      assert.deepEqual(await kept(), [false, false, false, true, true, true]);
    });

    test('all tenants together have no more than there may be; a refusal removes nothing', async () => {
      const open = await makePlace();
      await using shares = sharesIn(await open(), rules, fail, () => 0);
      const first = await shares.keep('a', big(16_384));
      await shares.keep('b', big(16_384));
      const oldest = await shares.keep('c', big(4_096));
      await shares.keep('c', big(4_096));
      const refused: unknown = await shares.keep('c', big(8_193)).catch((error: unknown) => error);
      assert.ok(refused instanceof ShareRefusal);
      assert.equal(refused.why, 'full');
      assert.match(refused.message, /take 36864 bytes, and shares\.bytes allows 40960/);
      assert.notEqual(await shares.open('c', oldest.id), undefined);
      // Its own room is a tenant's in any case.
      await shares.keep('a', big(16_384));
      assert.equal(await shares.open('a', first.id), undefined);
    });

    test('of those who store at a time only as many succeed as there is room for', async () => {
      const open = await makePlace();
      const tight = { ...rules, bytes: 4_096 };
      await using one = sharesIn(await open(), tight, fail, () => 0);
      // A file has one process, a database may have several.
      await using two = name === 'sqlite' ? null : sharesIn(await open(), tight, fail, () => 0);
      // Connections are there before it counts.
      const none = `shr_${'a'.repeat(22)}`;
      await Promise.all([one, two ?? one, one, two ?? one].map((each) => each.open(null, none)));
      const settled = await Promise.allSettled(
        Array.from({ length: 12 }, (_, at) =>
          ((at % 2 === 0 ? two : one) ?? one).keep(`tenant-${at}`, big(4_096)),
        ),
      );
      assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    });
  });
}

test('the file of shares is its owner’s alone', async () => {
  const file = join(folder, 'mode.sqlite');
  await using _ = sqliteShares(file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(`${file}-wal`).mode & 0o777, 0o600);
});
