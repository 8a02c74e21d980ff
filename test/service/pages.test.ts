// Pictures of a run's pages reach whoever may read the run and asks for them, and nobody else.
import { pageBounds } from '@castellan/protocol';
import { CastellanError, createClient, type PagePicture } from '@castellan/sdk';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from '../shared/until.support.ts';
import { type Service, startService } from './service.support.ts';

const program = fileURLToPath(new URL('../../packages/cli/dist/castellan.js', import.meta.url));

let service: Service;
before(async () => {
  service = await startService({
    config: {
      keys: { anonymousPolicy: 'plain' },
      queue: { concurrency: 1 },
      policies: { default: { browser: true }, plain: { queue: { queued: 100 } } },
    },
  });
});
after(() => service[Symbol.asyncDispose]());

async function keyOf(...flags: readonly string[]): Promise<string> {
  const args = [program, 'keys', 'create', '--data', service.data, '--json', ...flags];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return (JSON.parse(stdout) as { key: string }).key;
}

const code = `
  await page.setContent('<h1 id=h style="font-size:200px">0</h1>');
  console.log('shown');
  for (let n = 1; !(await page.evaluate((n) => (h.textContent = n, document.title), n)); n++);`;

test('pictures come to whoever may read the run, are not stored, and end with it', async () => {
  const key = await keyOf();
  const castellan = createClient({ url: service.url, key });
  const run = await castellan.runs.create({ code });
  const pictures: PagePicture[] = [];
  for await (const picture of run.pages()) {
    pictures.push(picture);
    if (pictures.length === 3) await run.cancel();
  }
  assert.equal((await run.result()).status, 'cancelled');
  assert.ok(pictures.length >= 3);
  for (const { page, jpeg } of pictures)
    assert.deepEqual([page, jpeg[0], jpeg[1]], [1, 0xff, 0xd8]);
  const types: string[] = [];
  for await (const { type } of run.events()) types.push(type);
  assert.deepEqual(types, ['run.queued', 'run.started', 'log', 'run.finished']);
  for await (const picture of run.pages()) assert.fail(`${picture.page} of a run that has ended`);
});

test('whoever may not read the run sees nothing of its pages', async () => {
  const [ours, theirs, writes] = await Promise.all([
    keyOf('--tenant', 'ours'),
    keyOf('--tenant', 'theirs'),
    keyOf('--tenant', 'ours', '--scope', 'runs:write'),
  ]);
  const run = await createClient({ url: service.url, key: ours }).runs.create({ code });
  const path = `/v1/runs/${run.id}/events?pages=true`;
  const ask = async (asking: string, as: string) =>
    service.call('GET', asking, { headers: { authorization: `Bearer ${as}` } });
  assert.equal((await ask(path, theirs)).status, 404);
  assert.equal((await ask(path, writes)).status, 403);
  assert.equal((await service.call('GET', path)).status, 404);
  const other = await createClient({ url: service.url, key: theirs }).runs.create({ code: '1' });
  const { token } = await other.token();
  assert.equal((await service.call('GET', `${path}&token=${token}`)).status, 401);
  assert.match((await ask(`${path}&pages=1`, ours)).text, /invalid_request|malformed_request/);
  await run.cancel();
});

test('so many runs are watched and no more, and a place is free when a watcher leaves', async () => {
  const castellan = createClient({ url: service.url, retries: 0 });
  const busy = await castellan.runs.create({ code: 'setInterval(() => {}, 1_000)' });
  const most = pageBounds.watchedRuns.most;
  const waiting = await Promise.all(
    Array.from({ length: most + 1 }, () => castellan.runs.create({ code: '1' })),
  );
  const stop = new AbortController();
  const [first, ...others] = waiting;
  assert.ok(first !== undefined);
  const refusal = async (id: string): Promise<string | undefined> => {
    const leave = AbortSignal.timeout(300);
    const run = await castellan.runs.get(id);
    const next = run.pages({ signal: leave }).next();
    return next.then(
      () => undefined,
      (error: unknown) => (error instanceof CastellanError ? error.code : undefined),
    );
  };
  const watching = others.map((run) => run.pages({ signal: stop.signal }).next());
  for (const each of watching) each.catch(() => undefined);
  await until('the last place is taken', async () => (await refusal(first.id)) === 'overloaded');
  const { status, text } = await service.call('GET', `/v1/runs/${first.id}/events?pages=true`);
  assert.equal(status, 503);
  assert.match(text, /Pages of 16 runs are watched already.*Leave \?pages=true out/s);
  stop.abort();
  await until('places are free', async () => (await refusal(first.id)) === undefined);
  await Promise.all([busy, ...waiting].map((run) => run.cancel().catch(() => undefined)));
});
