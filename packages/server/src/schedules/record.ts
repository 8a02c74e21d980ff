/** Schedules as they are stored, and their ticks: the instants at which a function is to be called. */

/** What becomes of ticks that the service comes to more than `lateMs` late, because it did not run. */
export const missedChoices = ['skip', 'once', 'all'] as const;
/** What a tick does while the run of an earlier one has not ended. */
export const overlapChoices = ['allow', 'skip', 'queue'] as const;

/** Schedules appear in paths, labels and log lines, so only plain characters are allowed. */
export const scheduleForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What a caller decides about a schedule. */
export interface ScheduleDefinition {
  readonly cron: string;
  /** An IANA name. */
  readonly timezone: string;
  readonly function: string;
  /** Null: what is live. */
  readonly alias: string | null;
  /** JSON. */
  readonly params: string;
  readonly missed: (typeof missedChoices)[number];
  readonly overlap: (typeof overlapChoices)[number];
  /** Each tick is delayed by up to this much; the same tick by the same time in every process. */
  readonly jitterMs: number;
}

export interface ScheduleRecord extends ScheduleDefinition {
  /** `sch_…`: a schedule that is deleted and made again has another. */
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly paused: boolean;
  /** The next tick; null while it is paused. RFC 3339 UTC, as all times here. */
  readonly nextAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The key that wrote it last: its ticks may do what this key may. */
  readonly createdBy: string;
}

/**
 * `waiting`: it was come to, and its run is to be submitted; `fired`: it has a run; `skipped`: an earlier run
 * had not ended, or too many waited; `missed`: nobody came to it in time; `failed`: its call was refused.
 */
export type TickState = 'waiting' | 'fired' | 'skipped' | 'missed' | 'failed';

export interface Tick {
  /** The instant that the expression names. */
  readonly at: string;
  readonly state: TickState;
  readonly runId: string | null;
  /** Why it has no run, for people. */
  readonly detail: string | null;
}

/** A tick that is to be fired, with its schedule as it is now. */
export interface DueTick {
  readonly at: string;
  /** After this it is missed. */
  readonly untilAt: string;
  readonly schedule: ScheduleRecord;
}

/** How much a tenant may have the service do by itself. */
export interface ScheduleBounds {
  readonly perTenant: number;
  /** The least time between two ticks. */
  readonly shortestMs: number;
}

/** A tick that is come to within this time is on time. */
export const lateMs = 60_000;
/** The longest that a tick waits for its run, where its schedule lets it wait. */
export const patientMs = 24 * 3_600_000;
/**
 * A clock that stands further back than this before the last tick was put right: ticks go on from where it is
 * now. One that went back by less, as clocks that are set do, meets ticks that were decided already.
 */
export const correctedMs = 3 * 3_600_000;
/** How long a process has a tick to itself; after that it is taken for dead. */
export const leaseMs = 30_000;
/** The most missed ticks that are made up for. */
export const mostMadeUp = 100;
/** The most ticks of a schedule that wait for their runs. */
export const mostWaiting = 100;
/** How many ticks of a schedule are kept. */
export const keptTicks = 200;
