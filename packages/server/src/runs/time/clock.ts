/** The two clocks of a machine. Tests replace them. */
export interface Clock {
  /** Milliseconds since 1970; may jump in either direction. */
  wall(): number;
  /** Milliseconds from any start; never goes back. */
  monotonic(): number;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Both clocks at one moment, as they are stored. */
export interface Reading {
  readonly serviceMs: number;
  readonly wallMs: number;
}

/**
 * The time base for queueing, expiry and retention. While the process lives it follows the
 * monotonic clock, so that a jump of the wall clock expires nothing; across restarts it advances by
 * what the wall clock says has passed, and never goes back.
 */
export interface ServiceTime {
  nowMs(): number;
  read(): Reading;
  /** The wall clock's time as RFC 3339 UTC, for people; never before `notBefore`. */
  stamp(notBefore?: string | null): string;
}

export function serviceTime(clock: Clock, last: Reading | undefined): ServiceTime {
  const wallMs = clock.wall();
  const startMs = last === undefined ? wallMs : last.serviceMs + Math.max(0, wallMs - last.wallMs);
  const startedAt = clock.monotonic();
  const nowMs = (): number => startMs + (clock.monotonic() - startedAt);
  return {
    nowMs,
    read: () => ({ serviceMs: nowMs(), wallMs: clock.wall() }),
    stamp: (notBefore) => {
      const now = new Date(clock.wall()).toISOString();
      return notBefore != null && now < notBefore ? notBefore : now;
    },
  };
}
