import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveLimits } from '@castellan/protocol';
import { playedLaunch } from '../../packages/server/src/runs/played-launch.support.ts';
import { openSome, submission } from '../../packages/server/src/runs/open.support.ts';
import { firstFacts } from '../../packages/server/src/runs/record/rows.ts';
import { openDatabase } from '../../packages/server/src/runs/store/sqlite/database.ts';
import { type Figure, latency, quantile } from '../measure.ts';

const rounds = 2_000;
const ended = 1_000_000;
const queued = 100_000;
const tenants = 200;

/**
 * P10: what submitting and picking up cost in a store full of the past, beside an empty one; rounds
 * of both take turns. The launcher is played, so that the figures are the store's.
 */
export async function growthCase(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-growth-'));
  try {
    const fullFolder = join(folder, 'full');
    fill(fullFolder);
    await using empty = await openBusy(join(folder, 'empty'));
    await using full = await openBusy(fullFolder);
    const times = { empty: [] as Times[], full: [] as Times[] };
    for (let round = -200; round < rounds; round++) {
      const both = { empty: await empty.round(), full: await full.round() };
      if (round < 0) continue;
      times.empty.push(both.empty);
      times.full.push(both.full);
    }
    return [
      ...compare('submit', times, ({ submitMs }) => submitMs),
      ...compare('pickup', times, ({ pickupMs }) => pickupMs),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Times {
  /** From the call until the run is durable. */
  readonly submitMs: number;
  /** From the end of one run until the launcher has the next. */
  readonly pickupMs: number;
}

function compare(
  what: string,
  times: { readonly empty: readonly Times[]; readonly full: readonly Times[] },
  pick: (times: Times) => number,
): Figure[] {
  const [small, large] = [times.empty.map(pick), times.full.map(pick)];
  const ratio = (quantile(large, 0.5) / quantile(small, 0.5)).toFixed(2);
  return [
    latency(`P10: ${what}, empty store`, small),
    latency(
      `P10: ${what}, ${ended} ended and ${queued} queued runs`,
      large,
      `${ratio} × the empty store (target 1.3)`,
    ),
  ];
}

/** A store with one place, which is always taken when a run comes: it waits for the end of another. */
async function openBusy(folder: string) {
  let asked = Promise.withResolvers<void>();
  let release: () => void = () => undefined;
  const { launch } = playedLaunch(async function* (_run, play) {
    const { promise, resolve } = Promise.withResolvers<void>();
    release = resolve;
    asked.resolve();
    yield play.event({ type: 'run.started' });
    await Promise.race([promise, play.killed]);
    yield play.finish();
  });
  const runs = await openSome({ folder, launch, capacity: 1, queueLimit: 10 * queued });
  let count = 0;
  const submit = () => runs.submit(submission({ tenant: `tenant-${count++ % tenants}` }));
  await submit();
  await asked.promise;
  return {
    round: async (): Promise<Times> => {
      const start = performance.now();
      await submit();
      const durable = performance.now();
      asked = Promise.withResolvers();
      release();
      await asked.promise;
      return { submitMs: durable - start, pickupMs: performance.now() - durable };
    },
    [Symbol.asyncDispose]: () => runs[Symbol.asyncDispose](),
  };
}

/** A million ended runs with events and labels, and a long queue of many tenants. */
function fill(folder: string): void {
  mkdirSync(folder);
  const database = openDatabase(folder);
  const facts = JSON.stringify(
    firstFacts(resolveLimits(), { engine: 'isolate', reuse: 'never', runtime: null }),
  );
  const { source, input, limits } = submission();
  const request = JSON.stringify({ source, input, limits });
  const event = '[{"type":"run.started","seq":2,"time":"2026-01-01T00:00:00.000Z"}]';
  const numbers = `WITH RECURSIVE numbers (n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ended + queued})`;
  const id = "'run_' || printf('%032x', n)";
  const tenant = `'tenant-' || (n % ${tenants})`;
  const now = Date.now();
  database.exec(`
    BEGIN;
    ${numbers} INSERT INTO runs (id, tenant, policy, status, max_attempts, lane, position,
        queued_ms, ended_ms, created_at, finished_at, labels, facts, value)
      SELECT ${id}, ${tenant}, 'default', iif(n > ${ended}, 'queued', 'succeeded'), 1, 0, 0, ${now},
        iif(n > ${ended}, NULL, ${now} + n / 1000.0), '2026-01-01T00:00:00.000Z',
        iif(n > ${ended}, NULL, '2026-01-01T00:00:00.000Z'), '{"n":"1"}', '${facts}', '1'
      FROM numbers;
    INSERT INTO labels SELECT tenant, 'n', id, '1' FROM runs;
    INSERT INTO events (run, last_seq, body) SELECT id, 2, '${event}' FROM runs
      WHERE status = 'succeeded';
    INSERT INTO requests SELECT id, '${request}' FROM runs WHERE status = 'queued';
    INSERT INTO queue SELECT tenant, 0, row_number() OVER (PARTITION BY tenant ORDER BY id), id,
      ${now + 1e9} FROM runs WHERE status = 'queued';
    INSERT INTO lanes SELECT tenant, 0, count(*), max(place) + 1 FROM queue GROUP BY tenant;
    INSERT INTO tenants SELECT tenant, 0, 1, count(*), 0, 100 FROM queue GROUP BY tenant;
    UPDATE totals SET queued = ${queued};
    COMMIT;`);
  database.close();
}
