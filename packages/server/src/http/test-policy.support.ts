import {
  type LimitName,
  type Limits,
  defaultOf,
  limitTable,
  resolveLimits,
} from '@castellan/protocol';
import type { Offer } from '../policies/offer.ts';
import type { Policy } from '../policies/policy.ts';

const tenTimes = (hasBrowser: boolean) =>
  Object.fromEntries(
    Object.entries(limitTable).map(([name, row]) => [name, defaultOf(row, hasBrowser) * 10]),
  ) as Record<LimitName, number> satisfies Limits;

export const testPolicy: Policy = {
  name: 'default',
  engine: 'isolate',
  isolation: 'auto',
  docker: { socket: null, runtime: null },
  floor: [],
  hardened: false,
  reuse: 'never',
  warm: 1,
  runtime: null,
  modules: null,
  browser: false,
  record: { video: false, trace: false },
  childProcesses: false,
  cpus: null,
  secrets: { env: true },
  kv: false,
  network: null,
  limits: resolveLimits(),
  ceilings: tenTimes(false),
  withBrowser: { limits: resolveLimits({}, {}, true), ceilings: tenTimes(true) },
  placement: { labels: {}, requests: [] },
  maxAttempts: 3,
  maxTtlMs: 3_600_000,
  queue: { running: 10, queued: 100 },
  calls: { record: 'all', waitMs: 1_000 },
  rate: { perMinute: 1_200, perAddressPerMinute: 2_400, inFlight: 100 },
};

export const testOffer: Offer = {
  engine: 'isolate',
  runtime: null,
  packages: [],
  builtins: ['url'],
  helpers: [],
  modules: ['dayjs'],
  driver: 'bubblewrap',
  drivers: ['bubblewrap'],
};
