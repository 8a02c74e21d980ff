import { Counter, Gauge, type Registry } from 'prom-client';
import type { Calls } from '../runs/contract/calls.ts';
import type { Runs } from '../runs/contract/runs.ts';

/** Metrics of the store and the queue, read on each scrape. */
export function measureRuns(runs: Runs, metrics: Registry): void {
  const registers = [metrics];
  const gauge = (name: string, help: string, read: () => Promise<number>): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  };
  const counter = (name: string, help: string, read: () => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  gauge('castellan_runs_running', 'Runs in boxes.', async () => (await runs.pressure()).running);
  gauge('castellan_runs_queued', 'Runs that wait.', async () => (await runs.pressure()).queued);
  gauge('castellan_runs_capacity', 'Runs at a time.', async () => (await runs.pressure()).capacity);
  counter('castellan_runs_submitted_total', 'Runs taken.', () => runs.tally().submitted);
  counter('castellan_runs_replayed_total', 'Repeats of a request.', () => runs.tally().replayed);
  counter(
    'castellan_runs_retried_total',
    'Attempts that were retried, through no fault of the script.',
    () => runs.tally().retried,
  );
  counter(
    'castellan_stale_writes_total',
    'Writes without a lease; refused.',
    () => runs.tally().staleWrites,
  );
  counter('castellan_store_commits_total', 'Transactions on the disk.', () => runs.tally().commits);
  counter(
    'castellan_store_failures_total',
    'Transactions that the disk refused.',
    () => runs.tally().storageFailures,
  );
  new Counter({
    name: 'castellan_runs_ended_total',
    help: 'Runs that ended, by status and reason.',
    labelNames: ['status', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const [key, count] of Object.entries(runs.tally().ended)) {
        const [status = '', reason = ''] = key.split('/');
        this.inc({ status, reason }, count);
      }
    },
  });
  new Counter({
    name: 'castellan_runs_refused_total',
    help: 'Runs not taken, by refusal.',
    labelNames: ['refusal'],
    registers,
    collect() {
      this.reset();
      for (const [refusal, count] of Object.entries(runs.tally().refused)) {
        this.inc({ refusal }, count);
      }
    },
  });
}

/** Metrics of calls that are not written down before they end. */
export function measureCalls(calls: Calls, metrics: Registry): void {
  const registers = [metrics];
  new Gauge({
    name: 'castellan_calls_running',
    help: 'Calls of functions in boxes that are not recorded as runs.',
    registers,
    collect() {
      this.set(calls.standing.running);
    },
  });
  new Gauge({
    name: 'castellan_calls_waiting',
    help: 'Such calls that wait for a place.',
    registers,
    collect() {
      this.set(calls.standing.waiting);
    },
  });
  new Counter({
    name: 'castellan_calls_ended_total',
    help: 'Such calls by how they ended: a status and reason, or why there was no answer.',
    labelNames: ['status', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const [key, count] of Object.entries(calls.ended)) {
        const [status = '', reason = ''] = key.split('/');
        this.inc({ status, reason }, count);
      }
    },
  });
}
