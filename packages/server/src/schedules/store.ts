import type { DueTick, ScheduleDefinition, ScheduleRecord, Tick, TickState } from './record.ts';

/** Why nothing was changed. */
export type ScheduleFault = 'no_schedule' | 'quota' | 'cron';

export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  readonly fault: ScheduleFault;

  constructor(fault: ScheduleFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** A schedule that is to be stored. */
export interface NewSchedule extends ScheduleDefinition {
  readonly paused: boolean;
  readonly createdBy: string;
}

/** What became of a tick; null: it goes on waiting, until `ms`. */
export type Settled =
  | {
      readonly state: Exclude<TickState, 'waiting'>;
      readonly runId?: string;
      readonly detail?: string;
    }
  | { readonly state: 'waiting'; readonly untilMs: number };

/**
 * Schedules in the store. A change is atomic, and durable before its promise settles; the changes of one
 * tenant come one after another, in every process that has the store open. What throws `ScheduleError` has
 * changed nothing.
 *
 * **A tick is decided once.** `claim` writes down which ticks a schedule has come to, together with how far it
 * has looked; `settle` writes down what became of each. Both see what any other process has written. Where an
 * earlier tick matters, because runs may not overlap or ticks may wait for long, those of a schedule are decided
 * one after another.
 */
export interface ScheduleStore extends AsyncDisposable {
  /** Stores it; false: it was there. */
  put(
    tenant: string,
    name: string,
    schedule: NewSchedule,
  ): Promise<{ readonly record: ScheduleRecord; readonly isNew: boolean }>;
  find(tenant: string, name: string): Promise<ScheduleRecord | undefined>;
  /** The newest first; a tenant of null means any tenant, `before` the id of the last item before. */
  list(
    tenant: string | null,
    page: { readonly before: string | null; readonly limit: number },
  ): Promise<readonly ScheduleRecord[]>;
  /** Stops or goes on; what would have fired meanwhile is not made up for. */
  pause(tenant: string, name: string, paused: boolean): Promise<ScheduleRecord>;
  /** Removes it with its ticks. Runs stay. */
  remove(tenant: string, name: string): Promise<ScheduleRecord>;
  /** Its ticks, the newest first. */
  history(id: string, limit: number): Promise<readonly Tick[]>;

  /** Schedules that have come to a tick, or whose clock was put right. */
  due(nowMs: number): Promise<readonly ScheduleRecord[]>;
  /** Writes down the ticks that a schedule has come to. */
  claim(schedule: ScheduleRecord, nowMs: number): Promise<void>;
  /**
   * Ticks that wait and whose time has come, the oldest first, and of each tenant as many as of any other. Of a
   * schedule whose ticks are decided one after another only the oldest.
   */
  waiting(nowMs: number): Promise<readonly DueTick[]>;
  /**
   * Decides about a tick, if it waits still, and no other process does. `work` is told the run of the last one of
   * the schedule that has fired; when it fails, or its process dies, the tick is looked at again after `leaseMs`.
   */
  settle(
    tick: DueTick,
    nowMs: number,
    work: (lastRunId: string | null) => Promise<Settled>,
  ): Promise<void>;
  /** When there is something to do next; null: never, as it stands. */
  nextMs(): Promise<number | null>;
}
