// The long versions of test/service/faults.test.ts. `CASTELLAN_SHARE=0.1` does a tenth of the runs.
import { test } from 'node:test';
import {
  apiKilled,
  clockJumps,
  databaseRestarted,
  diskFull,
  everythingKilled,
  launcherKilled,
  launcherStopped,
} from '../service/faults.support.ts';

const share = Number(process.env['CASTELLAN_SHARE'] ?? 1);
const size = (runs: number) => ({
  runs: Math.ceil(runs * share),
  everyMs: 2_000,
  withinMs: 30 * 60_000,
});

test('F1: kill -9 a launcher every 2 s', () => launcherKilled(size(1_000)));

test('F2: kill -9 the API every 2 s', () => apiKilled({ ...size(1_000), readyWithinMs: 5_000 }));

test('F3: kill -9 everything', () => everythingKilled({ ...size(1_000), readyWithinMs: 5_000 }));

test('F5: SIGSTOP a launcher for 60 s, then let it go on', () =>
  launcherStopped({ ...size(100), stoppedMs: 60_000, leaseMs: 15_000 }));

test('F6: the database ends as by a crash, and the API is killed, every 2 s', () =>
  databaseRestarted(size(1_000)));

test('F8: the disk is full, then freed', () => diskFull({ ...size(200), fullMs: 10_000 }));

test('F9: the clock jumps an hour either way', () => clockJumps(size(100)));
