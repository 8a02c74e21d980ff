import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '@castellan/sandbox';
import type { Launch, QueuedRun } from '../runs/contract/launch.ts';
import { Exchanges } from './exchanges.ts';

const client = {} as Exchange;
const runWith = (exchange?: string): QueuedRun =>
  ({ id: 'run_1', ...(exchange === undefined ? {} : { exchange }) }) as QueuedRun;
const signal = new AbortController().signal;

test('a run is not started when the client that it answers is not in this process', async () => {
  const exchanges = new Exchanges();
  const launched: QueuedRun[] = [];
  const launch = exchanges.launch(async function* (run) {
    launched.push(run);
    yield { type: 'heartbeat' };
  } as Launch);
  const start = async (run: QueuedRun): Promise<void> => {
    for await (const _ of launch(run, signal, 1));
  };
  await start(runWith());
  const open = exchanges.open(client);
  assert.equal(exchanges.of(open.id), client);
  await start(runWith(open.id));
  open[Symbol.dispose]();
  await assert.rejects(start(runWith(open.id)), { failure: 'refused', message: /not there/ });
  await assert.rejects(start(runWith('req_of_another')), { failure: 'refused' });
  assert.deepEqual(
    launched.map(({ exchange }) => exchange),
    [undefined, open.id],
  );
});
