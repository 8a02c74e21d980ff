import type { ServiceTime } from '../../time/clock.ts';
import { type Sweep, sweepBatch } from '../sweep.ts';
import type { Groups, Request } from './groups.ts';

/** Removes in small transactions. Space comes free by PostgreSQL's own vacuum. */
export function sweeper(groups: Groups, time: ServiceTime): Sweep {
  const swept = async (what: string, fields: Omit<Request, 'do'>): Promise<unknown> => {
    const [answer] = await groups.write(() => ({ do: what, batch: sweepBatch, ...fields }));
    return answer?.answer;
  };
  const before = (olderMs: number): number => time.nowMs() - olderMs;
  return {
    runs: async ({ olderMs, mostBytes }) =>
      (await swept('sweep_runs', { before: before(olderMs), mostBytes })) as string[],
    logs: async ({ olderMs }) => (await swept('sweep_logs', { before: before(olderMs) })) as number,
    artifacts: async ({ olderMs, mostBytes }) =>
      (await swept('sweep_artifacts', { before: before(olderMs), mostBytes })) as {
        run: string;
        id: string;
      }[],
    rest: async () => void (await swept('sweep_rest', { nowMs: time.nowMs() })),
  };
}
