import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packed, ParcelError, unpacked } from './parcel.ts';

const take = (value: object): Uint8Array | number | undefined =>
  value instanceof Uint8Array ? value : typeof value === 'function' ? 7 : undefined;
const never = (): never => assert.fail('there is no function');

test('a value without parts is JSON alone', () => {
  assert.deepEqual(packed({ a: [1] }, 'value', take), { text: '{"a":[1]}', bytes: null });
});

test('what is packed is unpacked at its place', () => {
  const given = { a: [Uint8Array.of(1, 2), null], f: () => 1, b: { c: Uint8Array.of() } };
  const { text, bytes } = packed(given, 'value', take);
  assert.deepEqual(
    unpacked(JSON.parse(text), bytes ?? assert.fail(), (id) => `function ${id}`),
    {
      ...given,
      f: 'function 7',
    },
  );
  const whole = packed(Uint8Array.of(9), 'value', take);
  assert.deepEqual(unpacked(JSON.parse(whole.text), whole.bytes!, never), Uint8Array.of(9));
});

test('more parts or bytes than may be sent are refused', () => {
  assert.throws(() => packed(Array(1_025).fill(Uint8Array.of()), 'value', take), RangeError);
  assert.throws(() => packed(new Uint8Array(2 ** 24 + 1), 'value', take), RangeError);
});

test('a forged parcel is an error, and touches nothing that is not in it', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const part = (path: unknown, more: object = { length: 3 }): unknown => ({ path, ...more });
  for (const forged of [
    null,
    [],
    [null],
    [null, {}],
    [null, [5]],
    [null, [part([])], 1],
    [null, [part([], {})]],
    [null, [part([], { length: 3, callback: 1 })]],
    [null, [part([], { length: -1 })]],
    [null, [part([], { length: 1.5 })]],
    [null, [part([], { length: 4 })]],
    [null, [part([], { length: 2 })]],
    [null, [part('', {})]],
    [1, [part([])]],
    [{}, [part(['a'])]],
    [{}, [part(['__proto__'])]],
    [{}, [part(['__proto__', 'polluted'])]],
    [{}, [part(['constructor', 'prototype', 'x'])]],
    [{ a: null }, [part([['a']])]],
    [{ a: 1 }, [part(['a'])]],
    [[], [part(['length'])]],
    [[null], [part([0, 0])]],
    [null, Array(1_025).fill(part([], { callback: 1 }))],
    [
      [{ then: null }, null],
      [part([0, 'then'], { callback: 1 }), part([1])],
    ],
    [
      [{ a: { then: null } }, null],
      [part([0, 'a', 'then'], { callback: 1 }), part([1])],
    ],
  ]) {
    assert.throws(() => unpacked(forged, bytes, () => 'f'), ParcelError, JSON.stringify(forged));
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});
