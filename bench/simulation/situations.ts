import { scripts, type Stream, type World } from './world.ts';

/** 100 million runs a day are so many a second, were they spread evenly. */
const perSecond = 100_000_000 / 86_400;

/** 100,000 tenants, of which the first thousand send a tenth of the runs: at the peak none needs its cap. */
const whole = (times: number): Stream => ({
  name: 'everybody',
  perSecond: perSecond * times,
  tenants: 100_000,
  skew: 2,
  take: scripts,
});

const wholeBase: Omit<World, 'streams'> = {
  seed: 2_026,
  // 1,000 launchers with eight runs at a time.
  slots: 8_000,
  changes: [],
  commitMs: 5,
  cap: 100,
  fromMs: 60_000,
  untilMs: 120_000,
};

/**
 * The rule of scale: launchers, tenants and runs by a tenth, times and caps as they are. The first two situations have
 * all of it, and the second is there by a tenth, too: the two say how much that changes.
 */
const share = 0.1;
const everybody = (times: number): Stream => ({
  ...whole(times * share),
  tenants: 100_000 * share,
});
const base = { ...wholeBase, slots: 8_000 * share };

const flood: Stream = {
  name: 'flood',
  perSecond: 5_000 * share,
  tenants: 1,
  skew: 1,
  fromMs: base.fromMs,
  take: scripts,
};

export interface Situation {
  readonly name: string;
  readonly world: World;
  /** First come, first served, to compare with. */
  readonly isPlain?: boolean;
}

export const situations: readonly Situation[] = [
  { name: 'mean of the day, whole', world: { ...wholeBase, streams: [whole(1)] } },
  { name: 'peak: three times the mean, whole', world: { ...wholeBase, streams: [whole(3)] } },
  { name: 'the same by a tenth', world: { ...base, streams: [everybody(3)] } },
  { name: 'overload: five times the mean', world: { ...base, streams: [everybody(5)] } },
  {
    name: 'peak, and one tenant floods with 1.4 times all others',
    world: { ...base, streams: [everybody(3), flood] },
  },
  {
    name: 'the same without a cap for tenants',
    world: { ...base, cap: base.slots, streams: [everybody(3), flood] },
  },
  {
    name: 'the same, first come, first served',
    world: { ...base, cap: base.slots, streams: [everybody(3), flood] },
    isPlain: true,
  },
  {
    name: 'peak, and 100 new tenants with 100 runs each at once',
    world: {
      ...base,
      streams: [
        everybody(3),
        {
          name: 'new',
          perSecond: 100_000 * share,
          tenants: 1_000 * share,
          skew: 1,
          take: scripts,
          fromMs: base.fromMs,
        },
      ],
      untilMs: 61_000,
    },
  },
  {
    name: 'peak, and half of the launchers die for 20 s',
    world: {
      ...base,
      streams: [everybody(3)],
      changes: [
        { atMs: 60_000, slots: base.slots / 2 },
        { atMs: 80_000, slots: base.slots },
      ],
    },
  },
];
