import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitCron, CronError, decide, readCron } from './cron.ts';

const iso = (ms: number | null): string => (ms === null ? 'never' : new Date(ms).toISOString());

/** The first instants after a time. */
function after(cron: string, timezone: string, from: string, count: number): string[] {
  const instants = readCron(cron, timezone);
  const found: string[] = [];
  let at: number | null = Date.parse(from);
  while (found.length < count && at !== null) {
    at = instants.next(at);
    found.push(iso(at));
  }
  return found.map((each) => each.replace(/:00\.000Z$/, 'Z'));
}

for (const [what, cron, timezone, from, instants] of [
  [
    'a time that a clock put forward leaves out comes right after',
    '30 2 * * *',
    'Europe/Vienna',
    '2026-03-28T12:00Z',
    ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
  ],
  [
    'a time that a clock put back has twice comes once',
    '30 2 * * *',
    'Europe/Vienna',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  ],
  [
    'half hours go on through a clock put back',
    '*/30 * * * *',
    'Europe/Vienna',
    '2026-10-25T00:15Z',
    ['2026-10-25T00:30Z', '2026-10-25T01:00Z', '2026-10-25T01:30Z', '2026-10-25T02:00Z'],
  ],
  [
    'half hours go on through a clock put forward',
    '*/30 * * * *',
    'Europe/Vienna',
    '2026-03-29T00:15Z',
    ['2026-03-29T00:30Z', '2026-03-29T01:00Z', '2026-03-29T01:30Z'],
  ],
  [
    'two times that fall together are one',
    '0 2,3 * * *',
    'Europe/Vienna',
    '2026-03-28T12:00Z',
    ['2026-03-29T01:00Z', '2026-03-30T00:00Z', '2026-03-30T01:00Z'],
  ],
  [
    'half an hour that a clock put forward leaves out is no day less',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T00:00Z',
    ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
  ],
  [
    'seconds may come first',
    '15 0 12 * * *',
    'UTC',
    '2026-01-01T00:00Z',
    ['2026-01-01T12:00:15.000Z'],
  ],
  ['the 29th of February', '0 0 29 2 *', 'UTC', '2026-01-01T00:00Z', ['2028-02-29T00:00Z']],
] as const) {
  test(`readCron: ${what}`, () => {
    assert.deepEqual(after(cron, timezone, from, instants.length), instants);
  });
}

test('previous names the instants that next names, also where clocks change', () => {
  for (const [cron, from, to] of [
    ['*/10 * * * *', '2026-10-24T20:00Z', '2026-10-25T06:00Z'],
    ['30 2 * * *', '2026-10-20T20:00Z', '2026-10-27T06:00Z'],
    ['*/10 * * * *', '2026-03-28T20:00Z', '2026-03-29T06:00Z'],
    ['30 2 * * *', '2026-03-25T20:00Z', '2026-03-30T06:00Z'],
  ] as const) {
    const { next, previous } = readCron(cron, 'Europe/Vienna');
    const [first, last] = [Date.parse(from), Date.parse(to)];
    const forward: number[] = [];
    for (let at = next(first); at !== null && at < last; at = next(at)) forward.push(at);
    const back = previous(last, forward.length + 1).filter((at) => at > first);
    assert.deepEqual(back.toReversed().map(iso), forward.map(iso), cron);
  }
});

for (const [cron, message] of [
  ['', /has 0 fields: write five, minute, hour, .* or six with seconds first$/],
  ['* * * *', /has 4 fields/],
  ['* * * * * * *', /has 7 fields/],
  ['61 * * * *', /Invalid value for minute: 61$/],
  ['H * * * *', /illegal characters/],
  ['0 0 ? * *', /has a "\?", which is not read: write "\*"/],
  ['@reboot', /@reboot is not supported/],
  ['0 0 31 2 *', /names no day that there is/],
  [`${'0,'.repeat(100)}0 * * * *`, /is 209 characters long; at most 200 are read/],
  [
    '* * * * * *',
    /fires 1 s after it has fired, and schedules\.shortestMs allows no less than 10 s/,
  ],
  // A flood that a calendar or a day's end would hide.
  ['0,5 0 0 1 1 *', /fires 5 s after/],
  ['0,59 59 23 29 2 *', /fires 59 s after/],
  ['0-59 0 0 * 12 FRI', /fires 1 s after/],
  ['0,55 * * * * *', /fires 5 s after/],
] as const) {
  test(`admitCron refuses "${cron.slice(0, 20)}"`, () => {
    const shortestMs = cron.startsWith('0,59 59') ? 60_000 : 10_000;
    assert.throws(
      () => admitCron(cron, 'UTC', shortestMs),
      (error) => error instanceof CronError && message.test(error.message),
    );
  });
}

test('admitCron takes what fires as seldom as it has to', () => {
  for (const cron of ['*/10 * * * * *', '* * * * *', '@daily', '@hourly', '0 0 L * MON#1']) {
    admitCron(cron, 'UTC', 10_000);
  }
});

const now = Date.parse('2026-01-01T12:00:30Z');
const minutes = (before: number): number => Date.parse('2026-01-01T12:00:00Z') - before * 60_000;
for (const [missed, throughMinutes, fire, late] of [
  ['skip', 1, [0], null],
  ['skip', 3, [0], { count: 2, last: minutes(1) }],
  ['once', 3, [0], { count: 2, last: minutes(1) }],
  ['all', 3, [2, 1, 0], null],
  ['all', 0, [], null],
] as const) {
  test(`decide: ${missed}, ${throughMinutes} minutes after the last look`, () => {
    const instants = readCron('* * * * *', 'UTC');
    const decided = decide(instants, { missed }, minutes(throughMinutes), now);
    assert.deepEqual(decided, { fire: fire.map(minutes), missed: late });
  });
}

test('decide makes up for a bounded number, and does not count the others', () => {
  const instants = readCron('* * * * * *', 'UTC');
  const yearAgo = now - 365 * 86_400_000;
  const all = decide(instants, { missed: 'all' }, yearAgo, now);
  assert.equal(all.fire.length, 160);
  assert.deepEqual(all.missed, { count: 1, last: now - 160_000 });
  const hourly = readCron('@hourly', 'UTC');
  const later = now + 40 * 60_000;
  assert.deepEqual(decide(hourly, { missed: 'once' }, yearAgo, later).fire, [minutes(0)]);
});
