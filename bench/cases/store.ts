import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSome, submission } from '../../packages/server/src/runs/open.support.ts';
import { playedLaunch } from '../../packages/server/src/runs/played-launch.support.ts';
import { startPostgres } from '../../test/shared/postgres.support.ts';
import { type Figure, quantile } from '../measure.ts';

const rounds = 5;
const perRound = 1_000;
const clients = 32;
const alone = 200;
const tenants = 50;

const never = new AbortController().signal;

/**
 * P15: what the store alone bears, SQLite and PostgreSQL in turns, each commit on the disk. The
 * launcher is played: a run is submitted, leased, started, ended and read.
 */
export async function storeCase(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-store-'));
  try {
    await using server = await startPostgres(true);
    await using sqlite = await openStore(join(folder, 'sqlite'), null);
    await using postgres = await openStore(join(folder, 'postgres'), await server.makeDatabase());
    await sqlite.many(perRound);
    await postgres.many(perRound);
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const [one, other] = [await sqlite.many(perRound), await postgres.many(perRound)];
      ratios.push(other / one);
      await sqlite.oneByOne(alone);
      await postgres.oneByOne(alone);
    }
    return [
      ...sqlite.figures('SQLite'),
      ...postgres.figures('PostgreSQL'),
      { name: 'P15: PostgreSQL beside SQLite', unit: '×', p50: quantile(ratios, 0.5), rounds },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openStore(folder: string, storeUrl: string | null) {
  const { launch } = playedLaunch();
  const runs = await openSome({ folder, storeUrl, launch, capacity: clients, queueLimit: 100_000 });
  let count = 0;
  const run = async (): Promise<void> => {
    const { run: queued } = await runs.submit(submission({ tenant: `t${count++ % tenants}` }));
    await runs.ended(null, queued.id, never);
  };
  const rates: number[] = [];
  const times: number[] = [];
  const cpu: number[] = [];
  return {
    /** Runs a second, with many clients. */
    many: async (most: number): Promise<number> => {
      let left = most;
      const start = performance.now();
      const before = process.cpuUsage();
      const client = async (): Promise<void> => {
        while (left-- > 0) await run();
      };
      await Promise.all(Array.from({ length: clients }, client));
      const { user, system } = process.cpuUsage(before);
      const rate = (most / (performance.now() - start)) * 1_000;
      rates.push(rate);
      cpu.push((user + system) / 1_000 / most);
      return rate;
    },
    oneByOne: async (most: number): Promise<void> => {
      for (let each = 0; each < most; each++) {
        const start = performance.now();
        await run();
        times.push(performance.now() - start);
      }
    },
    figures: (name: string): Figure[] => [
      {
        name: `${name}: runs, ${clients} clients`,
        unit: 'per s',
        p50: quantile(rates.slice(1), 0.5),
        rounds,
        note: `${quantile(cpu.slice(1), 0.5).toFixed(2)} ms of this process's processor time a run`,
      },
      {
        name: `${name}: one run at a time`,
        unit: 'ms',
        p50: quantile(times, 0.5),
        p99: quantile(times, 0.99),
        rounds: times.length,
        note: `p95 ${quantile(times, 0.95).toFixed(2)} ms`,
      },
    ],
    [Symbol.asyncDispose]: () => runs[Symbol.asyncDispose](),
  };
}
