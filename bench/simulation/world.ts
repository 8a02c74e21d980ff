import { pause, type Random, spread } from './random.ts';

/** A service in a situation, all times in virtual milliseconds. */
export interface World {
  readonly seed: number;
  /** Runs at a time, of all launchers together, and how they change: at a time, to a number. */
  readonly slots: number;
  readonly changes: readonly { readonly atMs: number; readonly slots: number }[];
  /** The queue moves once in so long: a commit on the disk. */
  readonly commitMs: number;
  /** Runs of a tenant at a time. */
  readonly cap: number;
  readonly streams: readonly Stream[];
  /** Waits are counted from here on, when the launchers have filled. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Runs that come, by whom, and how long they take. */
export interface Stream {
  readonly name: string;
  readonly perSecond: number;
  /** Of a stream's own tenants, whose name begins with its own. */
  readonly tenants: number;
  /** From 1, all tenants alike, up: the first hundredth of them sends `0.01 ** (1 / skew)` of the runs. */
  readonly skew: number;
  readonly fromMs?: number;
  readonly take: (random: Random) => number;
}

/** An arrival. */
export interface Arrival {
  readonly atMs: number;
  readonly stream: string;
  readonly tenant: string;
  readonly tookMs: number;
}

/** The arrivals of all streams, in their order. */
export function* arrivals(world: World, random: Random): Generator<Arrival> {
  const next = world.streams.map((stream) => ({ stream, atMs: stream.fromMs ?? 0 }));
  const step = (each: (typeof next)[0]): void => {
    each.atMs += pause(random, each.stream.perSecond / 1_000);
  };
  for (const each of next) step(each);
  for (;;) {
    const first = next.reduce((one, other) => (other.atMs < one.atMs ? other : one));
    if (first.atMs >= world.untilMs) return;
    const { name, tenants, skew, take } = first.stream;
    const tenant = `${name}-${Math.floor(tenants * random() ** skew)}`;
    yield { atMs: first.atMs, stream: name, tenant, tookMs: take(random) };
    step(first);
  }
}

/** Nine scripts in ten compute for a third of a second or so, one drives a browser for 13. */
export const scripts = (random: Random): number =>
  random() < 0.9
    ? Math.min(10_000, 30 + spread(random, 200, 0.8))
    : Math.min(60_000, 1_000 + spread(random, 10_000, 0.6));
