// Whatever launchers and clients do, and however often the process restarts, the store is consistent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dying, endless, playedLaunch, wellBehaved } from './played-launch.support.ts';
import { allEvents, openSome, scratchPlace, submission } from './open.support.ts';
import { LaunchError } from './contract/launch.ts';
import { subjects } from './store/subjects.support.ts';
import { RefusedError, type Runs } from './contract/runs.ts';

/** What the launcher does with an attempt. */
const fates = ['well', 'dies', 'dies early', 'no box', 'endless', 'busy'] as const;

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      tenant: fc.constantFrom('a', 'b', 'c'),
      priority: fc.integer({ min: -2, max: 2 }),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      key: fc.option(fc.nat(3), { nil: null }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

for (const subject of subjects) {
  test(`${subject.name}: accepted runs end once, start as often as they may, and leave nothing contradictory`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 8 }),
        async (steps, deeds) => {
          await using folder = await scratchPlace(subject);
          const starts = new Map<string, number>();
          let attempts = 0;
          const { launch } = playedLaunch(async function* (run, play) {
            const fate = deeds[attempts++ % deeds.length];
            if (fate === 'busy') throw new LaunchError('busy', 'Busy');
            if (fate === 'dies early') throw new LaunchError('lost', 'Died early');
            if (fate === 'no box') throw new LaunchError('box_failed', 'No box');
            starts.set(run.id, (starts.get(run.id) ?? 0) + 1);
            // After a few attempts none is endless any more, so that every run can end.
            const isEndless = fate === 'endless' && attempts < 6;
            yield* (isEndless ? endless : fate === 'dies' ? dying : wellBehaved)(run, play);
          });
          const open = (): Promise<Runs> => openSome({ ...folder.place, launch, capacity: 2 });
          const accepted = new Map<string, number>();
          let runs = await open();
          try {
            for (const next of steps) {
              if (next.do === 'submit') {
                const { tenant, priority, maxAttempts, key } = next;
                const scope = `k/${tenant}`;
                const idempotency = key === null ? null : { scope, key: `${key}`, payload: '' };
                const given = { tenant, priority, maxAttempts, idempotency };
                const { run, isReplay } = await runs.submit(submission(given));
                if (!isReplay) accepted.set(run.id, maxAttempts);
                else assert.ok(accepted.has(run.id));
              } else if (next.do === 'cancel') {
                const id = [...accepted.keys()][next.pick % (accepted.size || 1)];
                if (id !== undefined) await runs.cancel(null, id);
              } else {
                await runs[Symbol.asyncDispose]();
                runs = await open();
              }
            }
            await runs.drain(0);
            await assert.rejects(runs.submit(submission()), RefusedError);
            for (const id of accepted.keys()) await isInOrder(runs, id);
          } finally {
            await runs[Symbol.asyncDispose]();
          }
          for (const [id, count] of starts) {
            assert.ok(count <= (accepted.get(id) ?? 0), `${id} was started ${count} times`);
          }
          await using store = await folder.records.open();
          assert.deepEqual(await store.contradictions(), []);
          const { items } = await store.list({ tenant: null, limit: 200 });
          assert.deepEqual(new Set(items.map(({ id }) => id)), new Set(accepted.keys()));
        },
      ),
      { numRuns: subject.name === 'sqlite' ? 8 : 5 },
    );
  });
}

/** Events count from 1 without a gap, and `run.finished` is the last one of an ended run. */
async function isInOrder(runs: Runs, id: string): Promise<void> {
  const run = await runs.get(null, id);
  assert.ok(run);
  assert.ok(run.status !== 'running', 'nothing runs after a drain');
  if (run.finishedAt === null) return;
  const events = await allEvents(runs, id);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
  assert.equal(events.at(-1)?.type, 'run.finished');
}
