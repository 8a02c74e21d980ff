// The faults that need one machine only. Each has a long version in test/faults and a short one in
// faults.test.ts; both judge by the checker and print one line of figures.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, type Verdict } from './checker.support.ts';
import { type Call, markedScript, settled, submit } from './client.support.ts';
import { smallDisk } from './small-disk.support.ts';
import { isAlive } from './processes.support.ts';
import type { Service } from './service.support.ts';
import { startWitnessed } from './witnessed.support.ts';
import { startPostgres } from '../shared/postgres.support.ts';
import { until } from '../shared/until.support.ts';

export interface Size {
  readonly runs: number;
  readonly everyMs: number;
  /** Left out: as often as there is time for. */
  readonly mostKills?: number;
  /** How long everything may take. */
  readonly withinMs: number;
  /** How long a start may take. Left out where other tests share the machine. */
  readonly readyWithinMs?: number;
}

const usualLeaseMs = 15_000;

/** Submits `runs` scripts, `width` at a time, half of which may be started twice. */
async function load(
  { url }: Service,
  runs: number,
  { width = 16, scriptMs = 200, giveUp, more = {}, onCall }: LoadOptions,
): Promise<Call[]> {
  const calls: Call[] = [];
  let number = 0;
  const lane = async (): Promise<void> => {
    while (number < runs) {
      const maxAttempts = 1 + (number++ % 2);
      calls.push(await submit(url, { code: markedScript(scriptMs), maxAttempts, more }, giveUp));
      onCall?.(calls.length);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return calls;
}

interface LoadOptions {
  readonly width?: number;
  readonly scriptMs?: number;
  readonly giveUp: AbortSignal;
  /** Further fields of each request. */
  readonly more?: object;
  /** Called with the number of calls that have had their last answer. */
  readonly onCall?: (count: number) => void;
}

/** Does `fault` again and again, at most so often, until `work` has settled. Returns how often. */
async function during(
  work: Promise<unknown>,
  { everyMs, mostKills = Infinity }: Pick<Size, 'everyMs' | 'mostKills'>,
  fault: () => Promise<void> | void,
): Promise<number> {
  let isOver = false;
  const over = work.finally(() => (isOver = true)).catch(() => undefined);
  let times = 0;
  for (;;) {
    await Promise.race([sleep(everyMs), over]);
    if (isOver || times === mostKills) return times;
    await fault();
    times++;
  }
}

function report(name: string, verdict: Verdict, figures: Readonly<Record<string, number>>): void {
  const shown = Object.entries({ ...figures, ...verdict.ended }).map(
    ([what, value]) => `${what} ${Number.isInteger(value) ? value : value.toFixed(0)}`,
  );
  console.log(`${name}: ${verdict.accepted} accepted, ${shown.join(', ')}`);
  assert.deepEqual(verdict.faults, []);
}

/** Closes the service as an operator does, so that the store can be read. */
async function close(service: Service): Promise<void> {
  await service.stop();
}

/** F1: the launcher is killed again and again. */
export async function launcherKilled({ runs, withinMs, ...pace }: Size): Promise<void> {
  await using witnessed = await startWitnessed();
  const { service, evidence } = witnessed;
  const giveUp = AbortSignal.timeout(withinMs);
  const work = load(service, runs, { giveUp }).then(async (calls) => {
    await settled(service.url, giveUp);
    return calls;
  });
  let kills = 0;
  let ready = 0;
  await during(work, pace, () => {
    const ups = service.log.filter((line) => line.includes('launcher stands ready')).length;
    const pid = service.launcherPid;
    // In turns: one that may still be starting, and one that has stood ready for a while.
    if (pid === undefined || (kills % 2 === 1 && ups === ready)) return;
    ready = ups;
    kills++;
    process.kill(pid, 'SIGKILL');
  });
  const calls = await work;
  await close(service);
  assert.ok(kills > 0);
  const verdict = await check(calls, evidence);
  const { longestGapMs } = verdict;
  report('F1 launcher killed', verdict, { kills, 'longest pause ms': longestGapMs });
  assert.ok(longestGapMs <= usualLeaseMs + 5_000, 'pick-up after a kill');
}

/** F6: the database is stopped as by a crash, and the API killed, in turns; both come back. */
export async function databaseRestarted({ runs, withinMs, ...pace }: Size): Promise<void> {
  await using server = await startPostgres(true);
  const url = await server.makeDatabase();
  await using witnessed = await startWitnessed({ env: { CASTELLAN_STORE: url } });
  const { service } = witnessed;
  const evidence = { ...witnessed.evidence, query: (sql: string) => server.read(url, sql) };
  const giveUp = AbortSignal.timeout(withinMs);
  const away: number[] = [];
  let kills = 0;
  const work = load(service, runs, { giveUp }).then(async (calls) => {
    await settled(service.url, giveUp);
    return calls;
  });
  const faults = await during(work, pace, async () => {
    if ((away.length + kills) % 2 === 1) {
      kills++;
      await service.stop('SIGKILL');
      await service.start();
      return;
    }
    await server.stop('SIGQUIT');
    await server.start();
    const since = performance.now();
    await until(
      'it stores again',
      async () => (await service.call('GET', '/readyz')).status === 200,
    );
    away.push(performance.now() - since);
  });
  const calls = await work;
  await close(service);
  assert.ok(faults > 0);
  const backMs = Math.max(...away);
  report('F6 database restarted', await check(calls, evidence), {
    faults,
    kills,
    'back ms': backMs,
  });
  assert.ok(backMs <= 5_000, 'it connects again');
}

/** F2: the API is killed again and again, and started again at once. */
export async function apiKilled({ runs, withinMs, readyWithinMs, ...pace }: Size): Promise<void> {
  await using witnessed = await startWitnessed();
  const { service, evidence } = witnessed;
  const giveUp = AbortSignal.timeout(withinMs);
  const ready: number[] = [];
  const work = load(service, runs, { giveUp }).then(async (calls) => {
    await settled(service.url, giveUp);
    return calls;
  });
  const kills = await during(work, pace, async () => {
    await service.stop('SIGKILL');
    ready.push(await service.start());
  });
  const calls = await work;
  await close(service);
  assert.ok(kills > 0);
  const slowest = Math.max(...ready);
  report('F2 API killed', await check(calls, evidence), { kills, 'ready ms at most': slowest });
  if (readyWithinMs !== undefined) assert.ok(slowest <= readyWithinMs);
}

/** F3: API, launcher, egress and boxes are killed at once; nothing of them may stay. */
export async function everythingKilled({
  runs,
  withinMs,
  readyWithinMs,
  ...pace
}: Size): Promise<void> {
  await using witnessed = await startWitnessed();
  const { service, evidence } = witnessed;
  const giveUp = AbortSignal.timeout(withinMs);
  const ready: number[] = [];
  const orphans: number[] = [];
  const work = load(service, runs, { giveUp }).then(async (calls) => {
    await settled(service.url, giveUp);
    return calls;
  });
  const kills = await during(work, pace, async () => {
    const all = service.descendants();
    const killed = service.stop('SIGKILL');
    for (const pid of all) if (isAlive(pid)) kill(pid);
    await killed;
    ready.push(await service.start());
    const mine = new Set(service.descendants());
    orphans.push(...all.filter((pid) => isAlive(pid) && !mine.has(pid)));
  });
  const calls = await work;
  await close(service);
  assert.ok(kills > 0);
  const slowest = Math.max(...ready);
  assert.deepEqual(orphans, [], 'processes that outlived their server');
  report('F3 all killed', await check(calls, evidence), { kills, 'ready ms at most': slowest });
  if (readyWithinMs !== undefined) assert.ok(slowest <= readyWithinMs);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone by itself.
  }
}

/** F5: the launcher is stopped for longer than its lease, and goes on then. */
export async function launcherStopped({
  runs,
  stoppedMs,
  leaseMs,
  withinMs,
}: Omit<Size, 'everyMs'> & {
  readonly stoppedMs: number;
  readonly leaseMs: number;
}): Promise<void> {
  await using witnessed = await startWitnessed({ config: { queue: { leaseMs } } });
  const { service, evidence } = witnessed;
  const giveUp = AbortSignal.timeout(withinMs);
  const calls = load(service, runs, { giveUp, scriptMs: 500 });
  await sleep(500);
  const stopped = service.launcherPid;
  assert.ok(stopped !== undefined);
  process.kill(stopped, 'SIGSTOP');
  await sleep(stoppedMs);
  if (isAlive(stopped)) process.kill(stopped, 'SIGCONT');
  const made = await calls;
  await settled(service.url, giveUp);
  const another = service.launcherPid;
  await close(service);
  assert.notEqual(another, stopped, 'a launcher that is silent for its lease is replaced');
  report('F5 launcher stopped', await check(made, evidence), {
    'stopped ms': stoppedMs,
    'lease ms': leaseMs,
  });
}

/** F8: the disk is full for a while. What is refused is refused cleanly; nothing needs a restart. */
export async function diskFull({
  runs,
  fullMs,
  withinMs,
}: Omit<Size, 'everyMs'> & { readonly fullMs: number }): Promise<void> {
  await using disk = await smallDisk(24);
  await using witnessed = await startWitnessed({ before: disk.before, data: disk.folder });
  const { service, evidence } = witnessed;
  const giveUp = AbortSignal.timeout(withinMs);
  const { pid } = service;
  const isFull = Promise.withResolvers<void>();
  const onCall = (count: number): void => {
    if (count !== Math.ceil(runs / 3)) return;
    disk.fill();
    isFull.resolve();
  };
  const work = load(service, runs, { giveUp, onCall });
  await isFull.promise;
  const whileFull = sleep(fullMs / 2).then(() => fetch(`${service.url}/healthz`));
  await sleep(fullMs);
  const health = (await whileFull).status;
  disk.free();
  const calls = await work;
  await settled(service.url, giveUp);
  assert.equal(service.pid, pid);
  await close(service);
  const refused = calls.reduce((sum, { refusals }) => sum + (refusals.get(503) ?? 0), 0);
  const broken = calls.reduce((sum, { refusals }) => sum + (refusals.get(500) ?? 0), 0);
  // SQLite follows the way to the disk through /proc, and gets lost.
  const data = join(witnessed.folder, 'copy');
  cpSync(disk.seen, data, { recursive: true });
  report('F8 disk full', await check(calls, { ...evidence, data }), {
    'full ms': fullMs,
    'answered 503': refused,
    'answered 500': broken,
  });
  assert.deepEqual([health, broken], [200, 0]);
  assert.ok(refused > 0, 'the disk was full while runs came');
}

/** F8: a service that gets SIGTERM while the disk is full stops, and continues where it was. */
export async function stoppedWhileFull(): Promise<void> {
  await using disk = await smallDisk(24);
  const config = { queue: { drainMs: 500 } };
  await using witnessed = await startWitnessed({ before: disk.before, data: disk.folder, config });
  const { service, evidence } = witnessed;
  const giveUp = AbortSignal.timeout(50_000);
  const script = { code: markedScript(2_000), maxAttempts: 2 };
  const call = await submit(service.url, script, giveUp);
  await until('the script has started', () => readFileSync(evidence.marks, 'utf8') !== '');
  disk.fill();
  const since = performance.now();
  await service.stop('SIGTERM');
  const stoppedMs = performance.now() - since;
  disk.free();
  await service.start();
  await settled(service.url, giveUp);
  await close(service);
  const data = join(witnessed.folder, 'copy');
  cpSync(disk.seen, data, { recursive: true });
  report('F8 stopped while full', await check([call], { ...evidence, data }), {
    'stopped ms': stoppedMs,
  });
}

/** F9: the wall clock jumps an hour ahead and an hour back while runs wait and run. */
export async function clockJumps({ runs, withinMs, ...pace }: Size): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-clock-'));
  const clock = join(folder, 'offset');
  writeFileSync(clock, '0');
  const preload = new URL('fixtures/shifted-clock.ts', import.meta.url).href;
  const env = { CASTELLAN_TEST_CLOCK: clock, NODE_OPTIONS: `--import=${preload}` };
  try {
    await using witnessed = await startWitnessed({ env, config: { queue: { concurrency: 2 } } });
    const { service, evidence } = witnessed;
    const giveUp = AbortSignal.timeout(withinMs);
    // None waits for as long as it may, but each would have after an hour.
    const more = { queue: { ttlMs: 600_000 } };
    const work = load(service, runs, { giveUp, more, scriptMs: 100 }).then(async (calls) => {
      await settled(service.url, giveUp);
      return calls;
    });
    const offsets = [3_600_000, -3_600_000, 0];
    let next = 0;
    const jumps = await during(work, pace, () => {
      writeFileSync(clock, String(offsets[next++ % offsets.length]));
    });
    const calls = await work;
    await close(service);
    const verdict = await check(calls, { data: evidence.data, marks: evidence.marks });
    report('F9 clock jumps', verdict, { jumps });
    assert.ok(jumps >= 2);
    assert.deepEqual(Object.keys(verdict.ended), ['succeeded'], 'nothing expires by a jump');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
