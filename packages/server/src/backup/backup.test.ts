import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openKeys } from '../keys/store.ts';
import {
  openSome,
  readRun,
  scratchFolder,
  submission,
  submitAndWait,
} from '../runs/open.support.ts';
import { endless, playedLaunch, wellBehaved } from '../runs/played-launch.support.ts';
import { copyData } from './backup.ts';
import { listenForCopies } from './control.ts';
import { restore } from './restore.ts';

const about = { version: '1.2.3', artifacts: 'in the folder' } as const;
const grant = {
  name: 'shop',
  tenant: 'default',
  mayNameTenant: false,
  policies: ['default'],
  scopes: ['runs:read'],
  expiresAt: null,
} as const;

const id = `art_${'1'.repeat(32)}`;
const bytes = 'what it made';

/** A data folder with two ended runs, each with an artifact, and a key. */
async function filled(data: string) {
  const { launch } = playedLaunch(async function* (run, { event, finish }) {
    yield event({ type: 'run.started' });
    mkdirSync(join(data, 'artifacts', run.id));
    writeFileSync(join(data, 'artifacts', run.id, id), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const known = { id, name: 'a.txt', contentType: 'text/plain', url: '/' };
    const artifact = { ...known, sizeBytes: bytes.length, sha256 };
    yield { ...event({ type: 'log', text: '' }), type: 'artifact', artifact };
    yield finish();
  });
  await using runs = await openSome({ folder: data, launch });
  const [a, b] = [await submitAndWait(runs), await submitAndWait(runs)];
  using keys = openKeys(join(data, 'keys.sqlite'));
  return { a, b, key: keys.create(grant).key };
}

test('what was copied while the service runs is what the restored one has', async () => {
  await using scratch = await scratchFolder();
  const [data, copy, other] = ['data', 'copy', 'other'].map((name) => join(scratch.path, name));
  assert.ok(data && copy && other);
  const { a, b, key } = await filled(data);
  const begun = Promise.withResolvers<void>();
  const { launch } = playedLaunch(async function* (run, play) {
    begun.resolve();
    yield* endless(run, play);
  });
  let underWay: string;
  {
    await using runs = await openSome({ folder: data, launch });
    await using opened = new AsyncDisposableStack();
    opened.use(await listenForCopies(data, runs.copyTo ?? assert.fail()));
    underWay = (await runs.submit(submission({ maxAttempts: 2 }))).run.id;
    await begun.promise;
    const made = await copyData(data, copy, about);
    assert.deepEqual(
      [made.runs, made.keys, made.artifacts, made.castellan],
      [3, 1, 2, about.version],
    );
    // It goes on.
    assert.equal(readRun(await runs.get(null, a.id))?.status, 'succeeded');
  }
  assert.deepEqual(readdirSync(scratch.path).toSorted(), ['copy', 'data']);
  assert.equal(statSync(copy).mode & 0o777, 0o700);
  await restore(copy, other);
  assert.equal(statSync(join(other, 'castellan.sqlite')).mode & 0o777, 0o600);
  await using restored = await openSome({
    folder: other,
    launch: playedLaunch(wellBehaved).launch,
  });
  for (const { id: run } of [a, b]) {
    assert.equal(readRun(await restored.get(null, run))?.status, 'succeeded');
    const stream = await (await restored.artifact(null, run, 'a.txt'))?.read();
    assert.equal(String(Buffer.concat((await stream?.toArray()) as Buffer[])), bytes);
  }
  const again = await restored.ended(null, underWay, AbortSignal.timeout(30_000));
  assert.equal(readRun(again)?.status, 'succeeded');
  using keys = openKeys(join(other, 'keys.sqlite'));
  assert.equal(keys.find(key)?.tenant, 'default');
});

test('a service that is stopped is copied too, and one whose socket is left over', async () => {
  await using scratch = await scratchFolder();
  const data = join(scratch.path, 'data');
  await filled(data);
  assert.equal((await copyData(data, join(scratch.path, 'one'), about)).runs, 2);
  await (await listenForCopies(data, () => Promise.resolve()))[Symbol.asyncDispose]();
  const bucket = { ...about, artifacts: 'in a bucket' } as const;
  assert.equal((await copyData(data, join(scratch.path, 'two'), bucket)).artifacts, null);
});

test('a folder whose path is longer than that of a socket is copied', async () => {
  await using scratch = await scratchFolder();
  const data = join(scratch.path, 'x'.repeat(120));
  await filled(data);
  let asked = '';
  await using opened = new AsyncDisposableStack();
  opened.use(
    await listenForCopies(data, (file) => {
      asked = file;
      return Promise.reject(new Error('the disk is full'));
    }),
  );
  const copying = copyData(data, join(scratch.path, 'copy'), about);
  await assert.rejects(copying, /the disk is full/);
  assert.match(asked, /castellan\.sqlite$/);
  assert.deepEqual(readdirSync(scratch.path), ['x'.repeat(120)]);
});

test('a copy is refused where something is, and nothing is restored over anything', async () => {
  await using scratch = await scratchFolder();
  const [data, copy, other] = ['data', 'copy', 'other'].map((name) => join(scratch.path, name));
  assert.ok(data && copy && other);
  await filled(data);
  await copyData(data, copy, about);
  await assert.rejects(copyData(data, copy, about), /copy is there already\..*name a folder/);
  await assert.rejects(restore(copy, data), /is not empty\..*move it away/);
  await assert.rejects(restore(data, other), /data is no backup: .*backup\.json cannot be read/);
  writeFileSync(join(copy, 'keys.sqlite'), 'other bytes');
  await assert.rejects(restore(copy, other), /keys\.sqlite is not what the backup held/);
  writeFileSync(join(copy, 'backup.json'), '{"version":2}');
  await assert.rejects(restore(copy, other), /of a form that this Castellan does not know/);
  assert.ok(!existsSync(other));
});

test('a backup that is older than some tables is put back, one that knows more is not', async () => {
  await using scratch = await scratchFolder();
  const [data, copy, other] = ['data', 'copy', 'other'].map((name) => join(scratch.path, name));
  assert.ok(data && copy && other);
  await filled(data);
  const { databases, ...rest } = await copyData(data, copy, about);
  const say = (held: Readonly<Record<string, string>>) =>
    writeFileSync(join(copy, 'backup.json'), JSON.stringify({ ...rest, databases: held }));
  say({ ...databases, 'dreams.sqlite': '' });
  await assert.rejects(
    restore(copy, other),
    /holds "dreams\.sqlite", which this Castellan does not know\..*"1\.2\.3", or a newer one/,
  );
  const without = (name: string) =>
    Object.fromEntries(Object.entries(databases).filter(([held]) => held !== name));
  say(without('keys.sqlite'));
  await assert.rejects(restore(copy, other), /keys\.sqlite is not what the backup held/);
  say(without('functions.sqlite'));
  await restore(copy, other);
  assert.ok(existsSync(join(other, 'keys.sqlite')));
  assert.ok(!existsSync(join(other, 'functions.sqlite')));
});
