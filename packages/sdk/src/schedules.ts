import type { Json, Run } from '@castellan/protocol';
import { type CreateOptions, randomKey, searchOf } from './asking.ts';
import type { OfTenant } from './functions.ts';
import type { Http } from './http.ts';
import { type Stoppable, submitted, type SubmittedRun } from './run.ts';

/** When a function is called, and with what. */
export interface ScheduleRequest {
  /** Minute, hour, day of month, month, day of week; or six fields, with seconds first. */
  readonly cron: string;
  /** By its name, such as Europe/Vienna. Default UTC. */
  readonly timezone?: string | undefined;
  /** The name of a function of the service. */
  readonly function: string;
  /** The version that this alias names; default: what is live. */
  readonly alias?: string | undefined;
  readonly params?: unknown;
  /** What becomes of ticks that nobody was there to start. Default `skip`. */
  readonly missed?: 'skip' | 'once' | 'all' | undefined;
  /** What a tick does while the run of an earlier one has not ended. Default `allow`. */
  readonly overlap?: 'allow' | 'skip' | 'queue' | undefined;
  /** Each tick is delayed by up to this many milliseconds. */
  readonly jitterMs?: number | undefined;
  readonly paused?: boolean | undefined;
  /** Whose schedule it is, for keys that may name tenants. */
  readonly tenant?: string | undefined;
}

/** A schedule of the service. */
export interface Schedule {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly function: string;
  readonly alias: string | null;
  readonly params: Json;
  readonly missed: 'skip' | 'once' | 'all';
  readonly overlap: 'allow' | 'skip' | 'queue';
  readonly jitterMs: number;
  readonly paused: boolean;
  /** The next tick; null while it is paused. */
  readonly nextAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The id of the key that wrote it last, and whose rights its runs have. */
  readonly createdBy: string;
}

/** An instant that a schedule has come to, and what became of it. */
export interface Tick {
  readonly at: string;
  readonly state: 'waiting' | 'fired' | 'skipped' | 'missed' | 'failed';
  readonly runId: string | null;
  /** Why it has no run. */
  readonly detail: string | null;
}

export interface ScheduleState extends Schedule {
  /** The next five instants. */
  readonly next: readonly string[];
  readonly last: Tick | null;
  /** Why the next tick will fail as things stand. */
  readonly problem: string | null;
}

/** One page of schedules, the newest first. */
export interface SchedulePage {
  readonly items: readonly Schedule[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** The schedules of a service. */
export interface Schedules {
  /** Writes a schedule; one that is there is replaced, and goes on from now. */
  put(name: string, schedule: ScheduleRequest, options?: Stoppable): Promise<ScheduleState>;
  get(name: string, options?: OfTenant): Promise<ScheduleState>;
  list(
    query?: { readonly tenant?: string; readonly cursor?: string; readonly limit?: number },
    options?: Stoppable,
  ): Promise<SchedulePage>;
  /** Its ticks, the newest first. */
  history(
    name: string,
    options?: OfTenant & { readonly limit?: number | undefined },
  ): Promise<readonly Tick[]>;
  pause(name: string, options?: OfTenant): Promise<ScheduleState>;
  /** Goes on; what would have fired meanwhile is not made up for. */
  resume(name: string, options?: OfTenant): Promise<ScheduleState>;
  /** Calls its function now, whether it is paused or not. */
  run(
    name: string,
    options?: CreateOptions & { readonly tenant?: string | undefined },
  ): Promise<SubmittedRun>;
  /** Removes it with its history. Its runs stay. */
  delete(name: string, options?: OfTenant): Promise<ScheduleState>;
}

export function schedulesOf(http: Http): Schedules {
  const pathOf = (name: string, ...rest: readonly string[]): string =>
    ['v1/schedules', encodeURIComponent(name), ...rest].join('/');
  const set =
    (verb: 'pause' | 'resume') =>
    async (name: string, { signal, ...body }: OfTenant = {}): Promise<ScheduleState> =>
      http.json(pathOf(name, verb), { method: 'POST', body, signal });
  return {
    put: async (name, schedule, { signal } = {}) =>
      http.json(pathOf(name), { method: 'PUT', body: schedule, signal }),
    get: async (name, { signal, ...query } = {}) =>
      http.json(`${pathOf(name)}${searchOf(query)}`, { signal }),
    list: async (query = {}, { signal } = {}) =>
      http.json(`v1/schedules${searchOf(query)}`, { signal }),
    async history(name, { signal, ...query } = {}) {
      const path = `${pathOf(name, 'history')}${searchOf(query)}`;
      const { items } = await http.json<{ readonly items: readonly Tick[] }>(path, { signal });
      return items;
    },
    pause: set('pause'),
    resume: set('resume'),
    async run(name, { signal, waitS = 0, idempotencyKey = randomKey(), ...body } = {}) {
      const run = await http.json<Run>(pathOf(name, 'run'), {
        method: 'POST',
        headers: {
          'idempotency-key': idempotencyKey,
          ...(waitS > 0 ? { prefer: `wait=${waitS}` } : {}),
        },
        body,
        signal,
      });
      return submitted(http, run);
    },
    delete: async (name, { signal, ...query } = {}) =>
      http.json(`${pathOf(name)}${searchOf(query)}`, { method: 'DELETE', signal }),
  };
}
