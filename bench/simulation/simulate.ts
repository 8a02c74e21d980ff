import type { Queue, Taken } from './queues.ts';
import { seeded } from './random.ts';
import { type Arrival, arrivals, type World } from './world.ts';

/** What came of a situation. */
export interface Outcome {
  readonly came: number;
  readonly started: number;
  readonly ended: number;
  readonly waiting: number;
  readonly running: number;
  /** Started again, since their launcher died. */
  readonly repeated: number;
  /** Share of slots that were busy while waits were counted. */
  readonly busy: number;
  /** Waits of the runs that started, by stream, each in order. */
  readonly waits: ReadonlyMap<string, readonly number[]>;
  /** Time that each tenant had while waits were counted, of those that always had a run waiting then. */
  readonly backlogged: readonly number[];
  /** The most that one tenant had running at a time. */
  readonly mostRunning: number;
  /** Processor time of the simulation for one run: it comes, is taken, and leaves. Not the same twice. */
  readonly micros: number;
}

interface Run extends Arrival {
  readonly id: string;
  /** Unless it waits. */
  taken?: Taken & { readonly atMs: number };
}

interface Tenant {
  waiting: number;
  running: number;
  /** Since waits are counted. */
  hadMs: number;
}

/**
 * Lets the queue work through a situation by a virtual clock. In each commit first ends what has ended, then comes
 * what has come, then free slots take what may start: as transitions that share a commit in the service.
 */
export function simulate(world: World, queue: Queue): Outcome {
  const coming = arrivals(world, seeded(world.seed));
  const runs = new Map<string, Run>();
  const tenants = new Map<string, Tenant>();
  const endings = new Map<number, Run[]>();
  const waits = new Map<string, number[]>(world.streams.map(({ name }) => [name, []]));
  const counts = { came: 0, started: 0, ended: 0, waiting: 0, running: 0, repeated: 0 };
  /** Those that have had a run waiting ever since waits are counted. */
  let backlogged = new Set<Tenant>();
  let { slots } = world;
  let mostRunning = 0;
  let next = coming.next();

  const tenantOf = (name: string): Tenant => {
    const known = tenants.get(name);
    if (known !== undefined) return known;
    const fresh = { waiting: 0, running: 0, hadMs: 0 };
    tenants.set(name, fresh);
    return fresh;
  };
  /** Its slot is free again. */
  const stop = ({ tenant: name, taken }: Run, nowMs: number): void => {
    const tenant = tenantOf(name);
    tenant.running--;
    counts.running--;
    tenant.hadMs += Math.max(0, nowMs - Math.max(taken?.atMs ?? nowMs, world.fromMs));
  };
  const end = (run: Run, nowMs: number): void => {
    // Its launcher has died: it is another one by now.
    if (run.taken === undefined) return;
    queue.leave(run.taken, run.tookMs);
    stop(run, nowMs);
    runs.delete(run.id);
    counts.ended++;
  };
  const come = (): void => {
    const arrival = next.value as Arrival;
    const run: Run = { ...arrival, id: `run_${String(counts.came++).padStart(9, '0')}` };
    runs.set(run.id, run);
    queue.add(run.id, run.tenant);
    counts.waiting++;
    tenantOf(run.tenant).waiting++;
    next = coming.next();
  };
  const start = (taken: Taken, nowMs: number): void => {
    const run = runs.get(taken.run);
    if (run === undefined || run.taken !== undefined) throw new Error(`${taken.run} starts twice`);
    run.taken = { ...taken, atMs: nowMs };
    const at = Math.ceil((nowMs + run.tookMs) / world.commitMs);
    const same = endings.get(at);
    if (same === undefined) endings.set(at, [run]);
    else same.push(run);
    counts.started++;
    counts.running++;
    counts.waiting--;
    const tenant = tenantOf(run.tenant);
    tenant.waiting--;
    tenant.running++;
    mostRunning = Math.max(mostRunning, tenant.running);
    if (tenant.waiting === 0) backlogged.delete(tenant);
    if (nowMs >= world.fromMs) waits.get(run.stream)?.push(nowMs - run.atMs);
  };
  /** Launchers die, and what they ran goes back to the queue. */
  const lose = (most: number, nowMs: number): void => {
    const lost = [...runs.values()].filter(({ taken }) => taken !== undefined);
    for (const run of lost.slice(0, Math.max(0, lost.length - most))) {
      const { taken } = run;
      if (taken === undefined) continue;
      queue.putBack(run.id, run.tenant);
      queue.leave(taken, null);
      stop(run, nowMs);
      delete run.taken;
      runs.set(run.id, { ...run });
      counts.waiting++;
      counts.repeated++;
      tenantOf(run.tenant).waiting++;
    }
  };
  const commit = (tick: number, nowMs: number): void => {
    for (const run of endings.get(tick) ?? []) end(run, nowMs);
    endings.delete(tick);
    const change = world.changes.find(({ atMs }) => atMs >= nowMs - world.commitMs && atMs < nowMs);
    if (change !== undefined) {
      ({ slots } = change);
      lose(slots, nowMs);
    }
    while (next.done !== true && next.value.atMs <= nowMs) come();
    while (counts.running < slots) {
      const taken = queue.take();
      if (taken === undefined) break;
      start(taken, nowMs);
    }
  };

  const before = process.cpuUsage();
  for (let tick = 0; tick * world.commitMs < world.untilMs; tick++) {
    const nowMs = tick * world.commitMs;
    queue.commit(() => commit(tick, nowMs));
    if (nowMs < world.fromMs || nowMs >= world.fromMs + world.commitMs) continue;
    backlogged = new Set([...tenants.values()].filter(({ waiting }) => waiting > 0));
  }
  const { user, system } = process.cpuUsage(before);
  for (const list of waits.values()) list.sort((one, other) => one - other);
  for (const run of runs.values()) {
    if (run.taken === undefined) continue;
    tenantOf(run.tenant).hadMs += world.untilMs - Math.max(run.taken.atMs, world.fromMs);
  }
  const hadMs = [...tenants.values()].reduce((sum, tenant) => sum + tenant.hadMs, 0);
  return {
    ...counts,
    waits,
    mostRunning,
    busy: hadMs / ((world.untilMs - world.fromMs) * world.slots),
    backlogged: [...backlogged].map((tenant) => tenant.hadMs),
    micros: (user + system) / counts.came,
  };
}

/** Jain's index: 1 where all have the same, 1/n where one has everything. */
export function evenness(values: readonly number[]): number {
  const sum = values.reduce((total, each) => total + each, 0);
  const squares = values.reduce((total, each) => total + each ** 2, 0);
  return sum ** 2 / (values.length * squares);
}

export function quantileOf(ordered: readonly number[], part: number): number {
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * part))] ?? 0;
}
