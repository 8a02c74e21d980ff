// F10: restarts under load cost no caller a run, and no run an attempt.
import { newId, type Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Service, startService } from './service.support.ts';
import { until } from '../shared/until.support.ts';

const restarts = Number(process.env['CASTELLAN_RESTARTS'] ?? 2);
const submits = Number(process.env['CASTELLAN_SUBMITS'] ?? 40);
const clients = 8;

test('restarts under load lose no call, no run and no attempt', async () => {
  const rate = { perMinute: 1_000_000, perAddressPerMinute: 1_000_000, inFlight: 1_000 };
  await using service = await startService({
    config: { queue: { concurrency: 4 }, policies: { default: { rate } } },
  });
  let left = submits;
  let again = 0;
  const ids = new Set<string>();
  const failed: string[] = [];

  /** As a careful client does it: the same key until there is an answer. */
  const submit = async (): Promise<void> => {
    const key = newId('run');
    for (;;) {
      const answer = await service
        .call('POST', '/v1/runs', {
          body: { code: 'await new Promise((r) => setTimeout(r, 50)); return params', params: key },
          headers: { 'idempotency-key': key },
        })
        .catch(() => undefined);
      if (answer?.status === 202 || answer?.status === 200) {
        ids.add((JSON.parse(answer.text) as Run).id);
        return;
      }
      if (answer !== undefined && answer.status !== 503) failed.push(answer.text);
      again++;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const lane = async (): Promise<void> => {
    while (left-- > 0) await submit();
  };
  const lanes = Promise.all(Array.from({ length: clients }, lane));
  const exits: (number | null)[] = [];
  for (let restart = 1; restart <= restarts; restart++) {
    const wanted = (submits * restart) / (restarts + 1);
    await until(`${wanted} runs are accepted`, () => ids.size >= wanted);
    exits.push(await service.stop());
    await service.start();
  }
  await lanes;
  const runs: Run[] = [];
  for (const id of ids) {
    runs.push(
      await until(`${id} has ended`, async () => {
        const run = await read(service, id);
        return run.finishedAt !== null && run;
      }),
    );
  }
  const codes = runs.map(({ status, attempt }) => `${status} ${attempt}`);
  console.log(
    `F10: ${restarts} restarts, ${submits} submits, ${again} tried again, ${failed.length} failed, ` +
      `${codes.filter((code) => code === 'succeeded 1').length} of ${ids.size} runs ended well in their first attempt`,
  );
  assert.deepEqual(failed, []);
  assert.deepEqual([...new Set(exits)], [0]);
  assert.equal(ids.size, submits);
  assert.deepEqual([...new Set(codes)], ['succeeded 1']);
});

async function read(service: Service, id: string): Promise<Run> {
  const { status, text } = await service.call('GET', `/v1/runs/${id}`);
  assert.equal(status, 200, text);
  return JSON.parse(text) as Run;
}
