import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceTime } from './clock.ts';

function clock(): { wallMs: number; monotonicMs: number; wall(): number; monotonic(): number } {
  const times = { wallMs: 1_000_000, monotonicMs: 50 };
  return Object.assign(times, {
    wall: () => times.wallMs,
    monotonic: () => times.monotonicMs,
  });
}

test('service time goes by the monotonic clock, wherever the wall clock jumps', () => {
  const both = clock();
  const time = serviceTime(both, undefined);
  assert.equal(time.nowMs(), 1_000_000);
  both.wallMs += 3_600_000;
  both.monotonicMs += 10;
  assert.equal(time.nowMs(), 1_000_010);
  both.wallMs -= 7_200_000;
  both.monotonicMs += 10;
  assert.equal(time.nowMs(), 1_000_020);
});

test('service time goes on in the next process by what the wall clock says, and never back', () => {
  const both = clock();
  const last = { serviceMs: 500, wallMs: both.wallMs - 2_000 };
  assert.equal(serviceTime(both, last).nowMs(), 2_500);
  const ahead = { serviceMs: 500, wallMs: both.wallMs + 2_000 };
  assert.equal(serviceTime(both, ahead).nowMs(), 500);
});

test('a jump that one process saw expires nothing in the next', () => {
  const both = clock();
  const first = serviceTime(both, undefined);
  both.wallMs += 3_600_000;
  both.monotonicMs += 10;
  const left = first.read();
  both.wallMs += 5;
  assert.equal(serviceTime(both, left).nowMs(), first.nowMs() + 5);
});

test('stamp is the wall clock, but never before what it follows', () => {
  const time = serviceTime(clock(), undefined);
  assert.equal(time.stamp(), '1970-01-01T00:16:40.000Z');
  assert.equal(time.stamp('1970-01-01T00:00:00.000Z'), '1970-01-01T00:16:40.000Z');
  assert.equal(time.stamp('1970-01-01T01:00:00.000Z'), '1970-01-01T01:00:00.000Z');
});
