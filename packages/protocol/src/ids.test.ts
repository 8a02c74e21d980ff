import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { idMaker, newId } from './ids.ts';

const form = /^run_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/;
/** The time within an id, in milliseconds since 1970. */
const timeIn = (id: string): number => Number.parseInt(id.slice(4, 16), 16);

function assertAscending(ids: readonly string[]): void {
  for (const [index, id] of ids.entries()) {
    assert.match(id, form);
    assert.ok(index === 0 || id > (ids[index - 1] ?? ''), `${ids[index - 1]} before ${id}`);
  }
}

test('newId is of one form, and sorts by the order of making', () => {
  assertAscending(Array.from({ length: 20_000 }, () => newId('run')));
});

test('newId sorts ids of all kinds together', () => {
  const ids = (['run', 'art', 'box', 'key', 'req'] as const).map(newId);
  const digits = ids.map((id) => id.slice(4));
  assert.deepEqual(digits.toSorted(), digits);
});

test('newId tells the time', () => {
  const before = Date.now();
  const told = timeIn(newId('run'));
  assert.ok(told >= before && told <= Date.now() + 20, `${told - before} ms`);
});

test('idMaker goes on in the next millisecond when one has no more room', () => {
  const make = idMaker(() => 1_000);
  const ids = Array.from({ length: 10_000 }, () => make('run'));
  assertAscending(ids);
  const aheadMs = timeIn(ids.at(-1) ?? '') - 1_000;
  assert.ok(aheadMs >= 2 && aheadMs <= 5, `${aheadMs} ms`);
});

test('idMaker counts at least 2,048 ids in each millisecond', () => {
  for (let nowMs = 1; nowMs < 50; nowMs += 1) {
    const make = idMaker(() => nowMs);
    const ids = Array.from({ length: 2_048 }, () => make('run'));
    assert.equal(timeIn(ids.at(-1) ?? ''), nowMs);
  }
});

test('idMaker ascends whatever the clock does', () => {
  const jump = fc.oneof(
    fc.integer({ min: 0, max: 2 }),
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
  );
  const steps = fc.array(fc.tuple(jump, fc.integer({ min: 1, max: 5_000 })), { maxLength: 12 });
  fc.assert(
    fc.property(steps, (given) => {
      let nowMs = 1_750_000_000_000;
      const make = idMaker(() => nowMs);
      const ids: string[] = [];
      for (const [byMs, count] of given) {
        nowMs = Math.max(0, nowMs + byMs);
        for (let n = 0; n < count; n += 1) ids.push(make('run'));
        assert.ok(timeIn(ids.at(-1) ?? '') >= nowMs);
      }
      assertAscending(ids);
    }),
    { numRuns: 50 },
  );
});

test('ids of two processes differ in the same millisecond', () => {
  const makers = Array.from({ length: 1_000 }, () => idMaker(() => 1_000));
  assert.equal(new Set(makers.map((make) => make('run'))).size, makers.length);
});
