import { at, keyId, runId } from './example-parts.ts';

const schedule = {
  id: 'sch_0199e1a47d5b7c2fa3be4c6d0f1a2b3c',
  tenant: 'shop',
  name: 'greet-each-morning',
  cron: '30 7 * * MON-FRI',
  timezone: 'Europe/Vienna',
  function: 'greet',
  alias: null,
  params: { name: 'Ada' },
  missed: 'once',
  overlap: 'skip',
  jitterMs: 30_000,
  paused: false,
  nextAt: at(18.5 * 3_600_000),
  createdAt: at(0),
  updatedAt: at(0),
  createdBy: keyId,
} as const;

const tick = { at: at(-5.5 * 3_600_000), state: 'fired', runId, detail: null } as const;

const hours = [18.5, 42.5, 66.5, 90.5, 162.5];

export const scheduleExamples = {
  scheduleRequest: {
    cron: schedule.cron,
    timezone: schedule.timezone,
    function: schedule.function,
    params: schedule.params,
    missed: schedule.missed,
    overlap: schedule.overlap,
  },
  schedule,
  scheduleState: {
    ...schedule,
    next: hours.map((hour) => at(hour * 3_600_000)),
    last: tick,
    problem: null,
  },
  schedulePage: { items: [schedule], nextCursor: null },
  tick,
  history: { items: [tick] },
} as const;
