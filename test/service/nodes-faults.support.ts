// F19 on one machine: services over one database are killed, stopped and continued, under load.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../shared/postgres.support.ts';
import { until } from '../shared/until.support.ts';
import { check } from './checker.support.ts';
import { type Call, markedScript, settled, submit } from './client.support.ts';
import { startService } from './service.support.ts';
import { startWitnessed } from './witnessed.support.ts';

/**
 * Every two seconds a service is killed and started again, in turns; every fifth time it is stopped for
 * longer than its lease instead, and goes on then. Clients ask the services in turns. Whatever was
 * accepted ends once, started no more often than it may be, within the caps of its tenant.
 */
export async function servicesKilled({
  runs,
  services: count,
  leaseMs,
  withinMs,
}: {
  readonly runs: number;
  readonly services: number;
  readonly leaseMs: number;
  readonly withinMs: number;
}): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startPostgres(true));
  const url = await server.makeDatabase();
  const env = { CASTELLAN_STORE: url };
  const witnessed = stack.use(await startWitnessed({ env, config: { queue: { leaseMs } } }));
  const services = [witnessed.service];
  while (services.length < count) {
    const { configFile, data } = witnessed.service;
    const config = `export { default } from ${JSON.stringify(configFile)};`;
    services.push(stack.use(await startService({ env, config, data })));
  }
  const giveUp = AbortSignal.timeout(withinMs);
  const calls: Call[] = [];
  let asked = 0;
  const client = async (): Promise<void> => {
    while (asked < runs) {
      const number = asked++;
      const to = services[number % count] ?? witnessed.service;
      const script = { code: markedScript(200), maxAttempts: 1 + (number % 3) };
      calls.push(await submit(to.url, script, giveUp));
    }
  };
  const load = Promise.all(Array.from({ length: 16 }, client));
  let isOver = false;
  const over = load.finally(() => (isOver = true)).catch(() => undefined);
  const faults = { kills: 0, stops: 0 };
  for (let turn = 0; ; turn++) {
    await Promise.race([sleep(2_000), over]);
    if (isOver) break;
    const service = services[turn % count] ?? witnessed.service;
    if (turn % 5 === 4) {
      faults.stops++;
      const { pid } = service;
      process.kill(pid, 'SIGSTOP');
      await Promise.race([sleep(leaseMs + 3_000), over]);
      process.kill(pid, 'SIGCONT');
    } else {
      faults.kills++;
      await service.stop('SIGKILL');
      await service.start();
    }
  }
  await load;
  await settled(witnessed.service.url, giveUp);
  await until('nobody has a run any more', async () => {
    const left = await server.read(url, "SELECT FROM runs WHERE status = 'running'");
    return left.length === 0;
  });
  for (const service of services) await service.stop();
  const query = (sql: string): Promise<object[]> => server.read(url, sql);
  const verdict = await check(calls, { ...witnessed.evidence, query });
  const figures = Object.entries({ ...faults, ...verdict.ended }).map((each) => each.join(' '));
  console.log(`F19 services killed: ${verdict.accepted} accepted, ${figures.join(', ')}`);
  assert.deepEqual(verdict.faults, []);
  assert.ok(faults.kills > 0);
}
