/** Webhooks as they are stored: what is to be told about a run, to whom, and how that went. */

/** `waiting`: until the run ends, or for the next attempt; `failed`: given up, until somebody replays it. */
export type DeliveryState = 'waiting' | 'delivered' | 'failed';

/** One request to the receiver. */
export interface Attempt {
  /** RFC 3339 UTC, as all times here. */
  readonly at: string;
  /** Of the answer; null: there was none. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why it did not deliver, for people; null: it did. */
  readonly detail: string | null;
}

/** What a run owes its receiver. */
export interface Delivery {
  /** `whd_…`; the same for all attempts, so that a receiver knows what it has had. */
  readonly id: string;
  readonly tenant: string;
  readonly runId: string;
  readonly url: string;
  readonly state: DeliveryState;
  /** Null: there is none to come, or the run has not ended. */
  readonly nextAt: string | null;
  readonly createdAt: string;
  /** The oldest first. */
  readonly attempts: readonly Attempt[];
}

/** A delivery whose time has come. */
export interface DueDelivery extends Pick<
  Delivery,
  'id' | 'tenant' | 'runId' | 'url' | 'createdAt'
> {
  /** Attempts since it was asked for, or replayed. */
  readonly tries: number;
  /** What it is claimed by: void once somebody else has claimed it. */
  readonly dueAt: string;
}

/**
 * How long after an attempt the next one follows, in milliseconds: as Standard Webhooks proposes. After the last
 * the delivery is given up, some 32 hours after the first.
 */
export const pausesMs = [
  5_000,
  5 * 60_000,
  30 * 60_000,
  2 * 3_600_000,
  5 * 3_600_000,
  10 * 3_600_000,
  14 * 3_600_000,
] as const;

/** A receiver may ask for so long a pause. */
export const longestPauseMs = 24 * 3_600_000;
/** How long a process has a delivery to itself; after that it is taken for dead. */
export const leaseMs = 120_000;
/** The newest attempts of a delivery, which are kept. */
export const keptAttempts = 20;
