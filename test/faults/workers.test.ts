// F19 with workers: services and workers are killed in turns, and nothing is lost or done twice.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '@castellan/protocol';
import { startPostgres } from '../shared/postgres.support.ts';
import { until } from '../shared/until.support.ts';
import { startBalancer } from '../service/balancer.support.ts';
import { startService } from '../service/service.support.ts';
import { makeKey, startWorker } from '../service/worker.support.ts';

const share = Number(process.env['CASTELLAN_SHARE'] ?? 1);
const runs = Math.ceil(200 * share);
const maxAttempts = 2;

/** Counts the starts of scripts, which tell it themselves. */
async function startWitness() {
  const starts = new Map<string, number>();
  const server = createServer((request, response) => {
    const mark = request.url?.slice(1) ?? '';
    starts.set(mark, (starts.get(mark) ?? 0) + 1);
    response.end('noted');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    starts,
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('F19 with workers: kill -9 of two services and two workers in turns', async () => {
  await using stack = new AsyncDisposableStack();
  const witness = stack.use(await startWitness());
  const database = stack.use(await startPostgres(true));
  const url = await database.makeDatabase();
  const host = `127.0.0.1:${witness.port}`;
  const policy = { network: { allow: [host], allowPrivate: ['127.0.0.0/8'] }, maxAttempts };
  const config = { launchers: 0, queue: { leaseMs: 5_000 }, policies: { default: policy } };
  const options = { config, env: { CASTELLAN_STORE: url } };
  const first = stack.use(await startService(options));
  const services = [first, stack.use(await startService({ ...options, data: first.data }))];
  const balancer = stack.use(await startBalancer(services));
  const key = makeKey(first, { CASTELLAN_STORE: url }, 'work');
  const client = makeKey(first, { CASTELLAN_STORE: url }, 'runs:read', 'runs:write');
  const headers = { authorization: `Bearer ${client}`, 'content-type': 'application/json' };
  const begin = () => startWorker({ url: balancer.url, key, args: ['--concurrency', '4'] });
  const workers = [await begin(), await begin()];
  stack.defer(async () => {
    for (const worker of workers) await worker[Symbol.asyncDispose]();
  });

  /** However often the service is away. */
  const ask = async (path: string, given: RequestInit = {}): Promise<Run> => {
    for (;;) {
      try {
        const response = await fetch(`${balancer.url}${path}`, {
          ...given,
          headers: { ...headers, ...(given.headers as object) },
        });
        if (response.ok) return (await response.json()) as Run;
        assert.ok(response.status >= 429, `${path} ${response.status}`);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await sleep(50);
    }
  };
  const code = `await fetch('http://${host}/' + params.mark); console.log('on');
    await new Promise((done) => setTimeout(done, 200)); await artifacts.write('a.txt', params.mark);
    return params.mark`;
  const ended = new Map<string, Run>();
  let asked = 0;
  const submitter = async (): Promise<void> => {
    while (asked < runs) {
      const mark = `${asked++}-${randomUUID()}`;
      const body = JSON.stringify({ code, params: { mark }, retry: { maxAttempts } });
      const { id } = await ask('/v1/runs', {
        method: 'POST',
        body,
        headers: { 'idempotency-key': mark },
      });
      let run = await ask(`/v1/runs/${id}`);
      while (run.finishedAt === null) {
        await sleep(100);
        run = await ask(`/v1/runs/${id}`);
      }
      assert.ok(!ended.has(mark));
      ended.set(mark, run);
    }
  };
  let isOver = false;
  const load = Promise.all(Array.from({ length: 12 }, submitter)).finally(() => (isOver = true));
  const over = load.catch(() => undefined);
  const kills = { services: 0, workers: 0 };
  for (let turn = 0; ; turn++) {
    await Promise.race([sleep(2_500), over]);
    if (isOver) break;
    const at = (turn >> 1) % 2;
    if (turn % 2 === 0) {
      kills.services++;
      await services[at]?.stop('SIGKILL');
      await services[at]?.start();
    } else {
      kills.workers++;
      await workers[at]?.stop('SIGKILL');
      workers[at] = await begin();
    }
  }
  await load;
  await until('nobody has a run any more', async () => {
    const left = await database.read(url, "SELECT FROM runs WHERE status = 'running'");
    return left.length === 0;
  });
  const faults: string[] = [];
  const counts: Record<string, number> = {};
  for (const [mark, run] of ended) {
    const what = run.reason ?? run.status;
    counts[what] = (counts[what] ?? 0) + 1;
    const starts = witness.starts.get(mark) ?? 0;
    if (starts > maxAttempts) faults.push(`${run.id} was started ${starts} times`);
    const isWhole =
      run.value === mark && run.artifacts.length === 1 && run.logs.length === 1 && starts > 0;
    if (run.status === 'succeeded' ? !isWhole : run.reason !== 'worker_lost') {
      faults.push(`${run.id} ended as ${what}: ${run.error?.message ?? JSON.stringify(run.value)}`);
    }
  }
  const figures = Object.entries({ ...kills, ...counts }).map((each) => each.join(' '));
  console.log(`F19 workers: ${ended.size} accepted and ended, killed ${figures.join(', ')}`);
  assert.deepEqual(faults, []);
  assert.equal(ended.size, runs);
  assert.ok(kills.services > 0 && kills.workers > 0);
});
