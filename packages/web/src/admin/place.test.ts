import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noWish, placeOf, readPlace, searchOf } from './place.ts';

test('a place goes into an address and comes back as it was', () => {
  const wanted = { status: 'failed', tenant: 'a b', policy: 'p&q', label: 'x=<y>#?' } as const;
  for (const place of [
    placeOf({}),
    placeOf({ view: 'keys' }),
    placeOf({ view: 'functions', cursor: 'fn_1' }),
    placeOf({ run: 'run_1' }),
    placeOf({ wanted, cursor: 'run_2' }),
  ]) {
    assert.deepEqual(readPlace(searchOf(place)), place);
  }
  assert.equal(searchOf(placeOf({})), '');
});

test('what an address says that makes no sense is left out', () => {
  assert.deepEqual(readPlace('?view=constructor&status=__proto__&x=1'), placeOf({}));
  assert.equal(readPlace(`?label=${'x'.repeat(1_000)}`).wanted.label.length, 400);
  assert.deepEqual(readPlace('?view=service').wanted, noWish);
});
