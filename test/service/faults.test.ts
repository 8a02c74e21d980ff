// Short versions; `npm run test:faults` runs the long ones, and F2: F3 and F6 kill the API here.
import { test } from 'node:test';
import {
  clockJumps,
  databaseRestarted,
  diskFull,
  everythingKilled,
  launcherKilled,
  launcherStopped,
  stoppedWhileFull,
} from './faults.support.ts';

const short = { runs: 24, everyMs: 1_000, mostKills: 2, withinMs: 55_000 };

test('F1: nothing is lost or recorded twice while launchers are killed', () =>
  launcherKilled(short));

test('F3: nothing is lost or left over while everything is killed', () => everythingKilled(short));

test('F5: a launcher that was stopped for longer than its lease writes nothing any more', () =>
  launcherStopped({ runs: 10, stoppedMs: 5_000, leaseMs: 2_000, withinMs: 50_000 }));

test('F6: nothing that was accepted is lost while the database and the API are killed in turns', () =>
  databaseRestarted(short));

test('F8: a full disk refuses cleanly, and all goes on when it is freed', () =>
  diskFull({ runs: 30, fullMs: 2_000, withinMs: 50_000 }));

test('F8: a service that is told to stop while its disk is full stops', stoppedWhileFull);

test('F9: a clock that jumps an hour expires nothing and makes no time negative', () =>
  clockJumps({ runs: 24, everyMs: 700, withinMs: 50_000 }));
