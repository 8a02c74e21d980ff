import assert from 'node:assert/strict';
import type { Run } from '@castellan/protocol';
import { until } from '../shared/until.support.ts';
import type { Service } from './service.support.ts';

interface Tick {
  readonly at: string;
  readonly state: string;
  readonly runId: string | null;
}

/** Has a service call a function each second. */
export async function tickEachSecond(service: Pick<Service, 'call'>): Promise<void> {
  for (const [path, body] of [
    ['functions/f', { code: 'return 1' }],
    ['schedules/s', { cron: '* * * * * *', function: 'f', missed: 'all' }],
  ] as const) {
    const { status, text } = await service.call('PUT', `/v1/${path}`, { body });
    assert.equal(status, 201, text);
  }
}

async function ticksOf(service: Pick<Service, 'call'>): Promise<readonly Tick[]> {
  const { status, text } = await service.call('GET', '/v1/schedules/s/history?limit=200');
  return status === 200 ? (JSON.parse(text) as { items: Tick[] }).items : [];
}

/** Resolves when so many ticks have been decided. */
export function decided(service: Pick<Service, 'call'>, count: number): Promise<unknown> {
  const hasCome = async (): Promise<boolean> => {
    const ticks = await ticksOf(service);
    return ticks.filter(({ state }) => state !== 'waiting').length >= count;
  };
  return until(`${count} ticks are decided`, hasCome);
}

/** Stops the schedule, and throws unless each second from its first tick to its last has exactly one run. */
export async function judgeTicks(service: Pick<Service, 'call'>): Promise<number> {
  await until('the schedule is paused', async () => {
    return (await service.call('POST', '/v1/schedules/s/pause')).status === 200;
  });
  // One whose process was killed is another's after half a minute.
  await until(
    'no tick waits',
    async () => (await ticksOf(service)).every(({ state }) => state !== 'waiting'),
    120_000,
  );
  const runs: Run[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `label=castellan/schedule=s&limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { text } = await service.call('GET', `/v1/runs?${query}`);
    const page = JSON.parse(text) as { items: Run[]; nextCursor: string | null };
    runs.push(...page.items);
    cursor = page.nextCursor;
  }
  const seconds = runs
    .map(({ labels }) => Date.parse(labels['castellan/tick']?.split('/')[1] ?? '') / 1_000)
    .toSorted((a, b) => a - b);
  const [first = 0] = seconds;
  assert.deepEqual(
    seconds,
    Array.from(seconds, (_, at) => first + at),
  );
  const newest = await ticksOf(service);
  assert.deepEqual(new Set(newest.map(({ state }) => state)), new Set(['fired']));
  assert.equal(Date.parse(newest[0]?.at ?? '') / 1_000, seconds.at(-1));
  return seconds.length;
}
