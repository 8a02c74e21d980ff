/** What both stores of functions do. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { type Postgres, startPostgres } from '../../../../test/shared/postgres.support.ts';
import { openFunctions } from './open.ts';
import type { FunctionBounds, NewVersion } from './record.ts';
import type { FunctionStore } from './store.ts';

const bounds: FunctionBounds = { perTenant: 2, versions: 3, tenantBytes: 1_000 };

const version = (content: string, more: Partial<NewVersion> = {}): NewVersion => ({
  definition: JSON.stringify({ code: content }),
  hash: `hash of ${content}`,
  description: '',
  policy: 'default',
  createdBy: 'key_1',
  isLive: true,
  ...more,
});

let server: Promise<Postgres> | undefined;
const folders: string[] = [];
after(async () => {
  await (await server)?.[Symbol.asyncDispose]();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Where functions are: `open` may be called by several at a time. */
type Place = () => Promise<{ readonly open: (given?: FunctionBounds) => Promise<FunctionStore> }>;

const places: Readonly<Record<string, Place>> = {
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'castellan-functions-'));
    folders.push(folder);
    return { open: (given = bounds) => openFunctions(folder, null, given) };
  },
  postgres: async () => {
    const url = await (await (server ??= startPostgres())).makeDatabase();
    return { open: (given = bounds) => openFunctions('', url, given) };
  },
};

for (const [kind, place] of Object.entries(places)) {
  suite(`functions in ${kind}`, () => {
    test('deploy numbers versions, makes them live, and stores the same content once', async () => {
      await using store = await (await place()).open();
      const first = await store.deploy('acme', 'f', version('a'));
      assert.deepEqual([first.isNew, first.version.version, first.record.newest], [true, 1, 1]);
      assert.deepEqual({ ...first.record.aliases }, { live: { version: 1, percent: null } });
      assert.equal((await store.deploy('acme', 'f', version('a'))).isNew, false);
      const second = await store.deploy('acme', 'f', version('b', { isLive: false }));
      assert.deepEqual([second.version.version, second.version.liveAt], [2, null]);
      assert.equal(second.record.aliases['live']?.version, 1);
      // What is there already becomes live all the same.
      const again = await store.deploy('acme', 'f', version('b'));
      assert.deepEqual([again.isNew, again.record.aliases['live']?.version], [false, 2]);
      // The content of an older version is a new one.
      assert.equal((await store.deploy('acme', 'f', version('a'))).version.version, 3);
      const { id } = first.record;
      assert.equal(await store.definition(id, 2), '{"code":"b"}');
      assert.equal(await store.definition(id, 9), undefined);
      assert.deepEqual(
        (await store.versions(id)).map(({ version: number, hash }) => [number, hash]),
        [
          [3, 'hash of a'],
          [2, 'hash of b'],
          [1, 'hash of a'],
        ],
      );
    });

    test('what one tenant has is nothing to another', async () => {
      await using store = await (await place()).open();
      const { record } = await store.deploy('acme', 'f', version('a'));
      assert.equal(await store.find('rival', 'f'), undefined);
      const theirs = await store.deploy('rival', 'f', version('b'));
      assert.notEqual(theirs.record.id, record.id);
      const page = { before: null, limit: 10 };
      assert.deepEqual(
        (await store.list('acme', page)).map(({ id }) => id),
        [record.id],
      );
      assert.deepEqual(
        (await store.list(null, page)).map(({ tenant }) => tenant),
        ['rival', 'acme'],
      );
      const next = { before: theirs.record.id, limit: 1 };
      assert.deepEqual(
        (await store.list(null, next)).map(({ id }) => id),
        [record.id],
      );
      assert.deepEqual(await store.list('rival', next), []);
      await store.remove('rival', 'f');
      assert.equal((await store.find('acme', 'f'))?.id, record.id);
    });

    test('rollback goes to the version before that was live, and ends a canary', async () => {
      await using store = await (await place()).open({ ...bounds, versions: 9 });
      await store.deploy('acme', 'f', version('a'));
      await store.deploy('acme', 'f', version('never live', { isLive: false }));
      await store.deploy('acme', 'f', version('c'));
      const tried = await store.point('acme', 'f', 'canary', { version: 2, percent: 10 });
      assert.deepEqual(tried.aliases['canary'], { version: 2, percent: 10 });
      const back = await store.rollback('acme', 'f', null);
      assert.deepEqual({ ...back.aliases }, { live: { version: 1, percent: null } });
      await assert.rejects(store.rollback('acme', 'f', null), { fault: 'no_earlier_version' });
      await assert.rejects(store.rollback('acme', 'f', 7), { fault: 'no_version' });
      assert.equal((await store.rollback('acme', 'f', 3)).aliases['live']?.version, 3);
      await assert.rejects(store.rollback('acme', 'g', null), { fault: 'no_function' });
    });

    test('the oldest versions are removed, but for those that an alias names', async () => {
      await using store = await (await place()).open();
      for (const content of ['a', 'b']) await store.deploy('acme', 'f', version(content));
      await store.point('acme', 'f', 'old', { version: 1, percent: null });
      for (const content of ['c', 'd', 'e']) await store.deploy('acme', 'f', version(content));
      const { id } = (await store.find('acme', 'f')) ?? assert.fail();
      const numbers = async () => (await store.versions(id)).map((each) => each.version);
      assert.deepEqual(await numbers(), [5, 4, 3, 1]);
      await assert.rejects(store.point('acme', 'f', 'old', { version: 2, percent: null }), {
        fault: 'no_version',
      });
      assert.equal((await store.unpoint('acme', 'f', 'old'))?.aliases['old'], undefined);
      assert.equal(await store.unpoint('acme', 'f', 'old'), undefined);
      await store.deploy('acme', 'f', version('f'));
      assert.deepEqual(await numbers(), [6, 5, 4]);
    });

    test('a function that is made again has another id and none of the versions', async () => {
      await using store = await (await place()).open();
      const { record } = await store.deploy('acme', 'f', version('a'));
      await store.deploy('acme', 'f', version('b'));
      assert.equal((await store.remove('acme', 'f')).newest, 2);
      await assert.rejects(store.remove('acme', 'f'), { fault: 'no_function' });
      assert.equal(await store.definition(record.id, 1), undefined);
      const { record: anew } = await store.deploy('acme', 'f', version('a'));
      assert.deepEqual([anew.newest, anew.id === record.id], [1, false]);
    });

    test('a tenant stores no more than it may, and what is refused changes nothing', async () => {
      await using store = await (await place()).open();
      for (const name of ['f', 'g']) await store.deploy('acme', name, version('a'));
      await assert.rejects(store.deploy('acme', 'h', version('a')), {
        fault: 'quota',
        message: /has 2 functions, and functions\.perTenant/,
      });
      const before = await store.find('acme', 'f');
      await assert.rejects(store.deploy('acme', 'f', version('x'.repeat(1_000))), {
        fault: 'quota',
        message: /would take 10\d\d bytes; functions\.tenantBytes is 1000/,
      });
      assert.deepEqual(await store.find('acme', 'f'), before);
      await store.deploy('rival', 'f', version('x'.repeat(900)));
      for (let n = 1; n < 20; n++) {
        await store.point('acme', 'f', `alias${n}`, { version: 1, percent: null });
      }
      await assert.rejects(
        store.point('acme', 'f', 'one-more', { version: 1, percent: null }),
        /has 20 aliases/,
      );
      await store.point('acme', 'f', 'alias1', { version: 1, percent: null });
    });

    test('deployments at a time, of several processes too, get a number each', async () => {
      const { open } = await place();
      await using one = await open({ ...bounds, versions: 100 });
      // The lock of castellan.sqlite keeps a second process out of a folder.
      await using second = kind === 'sqlite' ? null : await open({ ...bounds, versions: 100 });
      const other = second ?? one;
      const deployed = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? one : other).deploy('acme', 'f', version(`${n}`)),
        ),
      );
      const numbers = deployed.map((each) => each.version.version).toSorted((a, b) => a - b);
      assert.deepEqual(
        numbers,
        Array.from({ length: 20 }, (_, n) => n + 1),
      );
      assert.equal((await other.find('acme', 'f'))?.aliases['live']?.version, 20);
    });

    test('all is there when it is opened again', async () => {
      const { open } = await place();
      const first = await open();
      const text = '\u0000 größe "quoted" \ud800';
      await first.deploy('acme', 'f', version(text, { hash: 'h', description: text }));
      const record = await first.find('acme', 'f');
      await first[Symbol.asyncDispose]();
      await using again = await open();
      assert.deepEqual(await again.find('acme', 'f'), record);
      const definition = await again.definition(record?.id ?? '', 1);
      assert.deepEqual(JSON.parse(definition ?? ''), { code: text });
      assert.equal((await again.version(record?.id ?? '', 1))?.description, text);
    });
  });
}
