/** The clock of a recording: the launcher's own, since what a box says of time is its own affair. */
export interface Moments {
  /** Milliseconds since the recording began, to a tenth. */
  now(): number;
  /** The time of such a moment, RFC 3339 UTC. */
  time(moment: number): string;
  /** The moment of a time; never before the beginning. */
  moment(time: string): number;
}

export function startMoments(): Moments {
  const [started, origin] = [Date.now(), performance.now()];
  return {
    now: () => Math.round((performance.now() - origin) * 10) / 10,
    time: (moment) => new Date(started + moment).toISOString(),
    moment: (time) => Math.max(0, Date.parse(time) - started),
  };
}
