import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotJsonError, toStrictJson } from './json.ts';

test('toStrictJson agrees with JSON.stringify on everything that is JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(toStrictJson(value), JSON.stringify(value));
    }),
    { numRuns: 1_000 },
  );
});

test('toStrictJson gives JSON for any value, or a NotJsonError', () => {
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
      }),
      (value) => {
        try {
          JSON.parse(toStrictJson(value));
        } catch (error) {
          assert.ok(error instanceof NotJsonError, String(error));
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test('toStrictJson names the path to the culprit and shortens a long one', () => {
  assert.throws(
    () => toStrictJson({ a: [{ 'b c': 1n }] }),
    /^NotJsonError: value\.a\[0\]\["b c"\] is a bigint/,
  );
  let deep: unknown = Symbol('x');
  for (let level = 0; level < 40; level++) deep = { n: deep };
  assert.throws(() => toStrictJson(deep), /value\.n\.n\.n\.n\.n\.n…\.n\.n\.n\.n\.n\.n is a symbol/);
});

test('toStrictJson takes what is inside a wrapper object, and refuses it as it would outside', () => {
  assert.equal(toStrictJson([Object(1), Object('a'), Object(true)]), '[1,"a",true]');
  assert.throws(() => toStrictJson([Object(1n) as unknown]), /value\[0\] is a bigint/);
  assert.throws(() => toStrictJson({ a: Object(Symbol('x')) as unknown }), /value\.a is a symbol/);
});

test('toStrictJson refuses what is nested too deeply instead of overflowing', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  assert.throws(() => toStrictJson(deep), /nested too deeply/);
});
