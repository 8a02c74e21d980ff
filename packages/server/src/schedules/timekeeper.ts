import { isStorageFault } from '../storage/fault.ts';
import { type Calls, fire } from './fire.ts';
import type { DueTick } from './record.ts';
import type { ScheduleStore } from './store.ts';

/** What has to be told of failures. */
export interface TimekeeperLog {
  error(facts: object, message: string): void;
}

interface Parts {
  readonly schedules: ScheduleStore;
  readonly calls: Calls;
  readonly log: TimekeeperLog;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
}

/** The longest time between two looks: whatever other processes have changed is seen then. */
const lookMs = 1_000;
/** The shortest, where what is due is more than one look takes care of. */
const soonMs = 10;
/** The shortest while runs are being started. */
const busyMs = 100;

/**
 * Looks at the clock: writes down which ticks the schedules have come to, then starts the runs of those that
 * wait, for each tenant one after another, and no tenant waits for another. Any number of processes may do so
 * over one store, and each may die at any moment.
 */
export class Clockwork {
  readonly #parts: Parts;
  /** Tenants whose ticks are being fired. */
  readonly #busy = new Map<string, Promise<void>>();
  /** Whether something failed since the last look, and was told. */
  #hasFailed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get isBusy(): boolean {
    return this.#busy.size > 0;
  }

  /** False: something has failed, and is tried again at the next look. Rejects while the store is away. */
  async look(): Promise<boolean> {
    const { schedules, wall } = this.#parts;
    for (const schedule of await schedules.due(wall())) {
      await this.#told(schedule.id, schedules.claim(schedule, wall()));
    }
    const waiting = await schedules.waiting(wall());
    for (const [tenant, ticks] of Map.groupBy(waiting, (tick) => tick.schedule.tenant)) {
      if (this.#busy.has(tenant)) continue;
      const fired = this.#fireAll(ticks).finally(() => this.#busy.delete(tenant));
      this.#busy.set(tenant, fired);
      // Whoever awaits all of them hears of it; the next look does, if nobody does.
      fired.catch(() => (this.#hasFailed = true));
    }
    const isWhole = !this.#hasFailed;
    this.#hasFailed = false;
    return isWhole;
  }

  /** Resolves when nothing is being fired; rejects if the store went away meanwhile. */
  async idle(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  async #fireAll(ticks: readonly DueTick[]): Promise<void> {
    const { schedules, calls, wall } = this.#parts;
    for (const tick of ticks) {
      const now = wall();
      const settled = schedules.settle(tick, now, (last) => fire(tick, last, calls, now));
      await this.#told(tick.schedule.id, settled);
    }
  }

  /** One schedule that cannot be read holds up no other. */
  async #told(schedule: string, work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => {
      if (isStorageFault(error)) throw error;
      this.#hasFailed = true;
      this.#parts.log.error({ err: error, schedule }, 'a tick could not be decided');
    });
  }
}

/** Looks at the clock until it is disposed of, which waits for what is being started. */
export function startTimekeeper(parts: Parts): AsyncDisposable {
  const clockwork = new Clockwork(parts);
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    let waitMs = lookMs;
    try {
      const isWhole = await clockwork.look();
      const nextMs = isWhole ? await parts.schedules.nextMs() : null;
      const leastMs = clockwork.isBusy ? busyMs : soonMs;
      if (nextMs !== null) waitMs = Math.min(waitMs, Math.max(leastMs, nextMs - parts.wall()));
    } catch (error) {
      // While the store is away nothing is due; what it has missed is found when it is back.
      if (!isStorageFault(error)) parts.log.error({ err: error }, 'looking at the clock failed');
    }
    if (!isOver) timer = setTimeout(() => void (looking = look()), waitMs).unref();
  };
  looking = look();
  return {
    [Symbol.asyncDispose]: async () => {
      isOver = true;
      clearTimeout(timer);
      await looking;
      await clockwork.idle().catch(() => undefined);
    },
  };
}
