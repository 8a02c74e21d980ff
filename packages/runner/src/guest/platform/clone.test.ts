import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Guest } from './guest.support.ts';

/** Each is cloned in the guest and by Node; both clones must look the same. */
const values = [
  `[undefined, null, true, -0, NaN, 10n, 'text']`,
  `[1, , 3, , ]`,
  `Object.assign([1, 2], { extra: 3 })`,
  `({ a: 1, nested: { b: [new Date(5), new Date(NaN)] }, [Symbol('s')]: 2 })`,
  `JSON.parse('{"__proto__": { "polluted": 1 }, "constructor": 2 }')`,
  `new Map([['a', new Set([1, { b: 2 }])], [{ key: 1 }, new Map()]])`,
  `(() => { const m = new Map(); m.set(m, new Set([m])); return m; })()`,
  `(() => { const o = { list: [] }; o.self = o; o.list.push(o, o.list); return o; })()`,
  `(() => { const shared = { v: 1 }; return [shared, shared, new Set([shared])]; })()`,
  `(() => { const r = /a(b)/giu; r.lastIndex = 3; return [r, r.lastIndex, structuredClone(r).lastIndex]; })()`,
  `[Object(1), Object('s'), Object(false), Object(3n)]`,
  `new Uint8Array([1, 2, 3]).buffer`,
  `(() => { const b = new ArrayBuffer(8); return [new Uint8Array(b, 2, 3), new DataView(b, 1, 4), b]; })()`,
  `[new Float64Array([1.5]), new BigInt64Array([1n]), new Uint8ClampedArray([300]), new Float32Array(1)]`,
  `(() => { const b = new ArrayBuffer(2, { maxByteLength: 8 }); return [b, structuredClone(b).maxByteLength]; })()`,
  `(() => { class P { x = 1; #y = 2; get z() { return 3; } m() {} } return new P(); })()`,
  `({ get computed() { return { inner: [1] }; } })`,
  `(() => { const seen = []; const o = { a: { get x() { seen.push('x'); return 1; } }, get b() { seen.push('b'); return seen; } }; return o; })()`,
  `(() => { const o = { get a() { delete o.b; return 1; }, b: 2, c: 3 }; return o; })()`,
  `Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 2 } })`,
  `Object.create(null)`,
  `Object.freeze({ a: Object.freeze([1]) })`,
  `(() => { class M extends Map {} return new M([[1, 2]]); })()`,
  `[new Error('m'), new RangeError('r')].map((e) => Object.assign(e, { stack: 'S: ' + e.message }))`,
  `(() => { class Mine extends TypeError { name = 'Mine'; code = 1 } const e = new Mine('m'); e.stack = 's'; return e; })()`,
  `(() => { const e = new Error('m', { cause: { deep: 1 } }); e.stack = 'Error: m'; return [e, structuredClone(e).cause]; })()`,
];

const refused = [
  `() => {}`,
  `Symbol('s')`,
  `({ deep: [{ fn() {} }] })`,
  `new Map([[Symbol('k'), 1]])`,
  `Promise.resolve(1)`,
  `new WeakMap()`,
  `new WeakSet()`,
  `new WeakRef({})`,
  `(function* () {})()`,
  `new Proxy({}, {})`,
  `Object(Symbol('boxed'))`,
  `new Intl.NumberFormat('en')`,
];

test('structuredClone makes what Node makes', async (t) => {
  using guest = new Guest();
  const options = '{ depth: 9, showHidden: false }';
  for (const value of values) {
    await t.test(value, () => {
      const [line] = guest.logged(`console.dir(structuredClone(${value}), ${options})`);
      const expected = new Function(`return structuredClone(${value})`)() as unknown;
      assert.equal(line?.text, inspect(expected, { depth: 9 }));
    });
  }
});

test('structuredClone refuses what Node refuses', async (t) => {
  using guest = new Guest();
  for (const value of refused) {
    await t.test(value, () => {
      const attempt = `try { structuredClone(${value}); return 'cloned'; }
        catch (error) { return [error.name, error.code, error instanceof DOMException]; }`;
      const expected = ['DataCloneError', 25, true];
      assert.deepEqual(guest.run(attempt), expected);
      assert.deepEqual(new Function(attempt)(), expected);
    });
  }
});

test('structuredClone refuses objects of the platform and clones a DOMException', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`
      const refused = [new URL('http://a/'), new AbortController(), AbortSignal.abort(), new Event('e')];
      const copy = structuredClone(new DOMException('m', 'AbortError'));
      return [refused.map((value) => { try { structuredClone(value); } catch (e) { return e.message; } }),
        copy.name, copy.message, copy.code, copy instanceof DOMException];
    `),
    [
      ['URL', 'AbortController', 'AbortSignal', 'Event'].map(
        (name) => `#<${name}> could not be cloned.`,
      ),
      'AbortError',
      'm',
      20,
      true,
    ],
  );
});

test('structuredClone transfers buffers, and detaches none when it throws', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`
      const buffer = new Uint8Array([1, 2, 3]).buffer;
      const attempt = (value, transfer) => {
        try { return structuredClone(value, { transfer }); } catch (error) { return error.name; }
      };
      const failures = [attempt({ f() {} }, [buffer]), attempt(1, [buffer, buffer]), attempt(1, [{}])];
      const intact = buffer.byteLength;
      const { view } = structuredClone({ view: new Uint8Array(buffer, 1) }, { transfer: [buffer] });
      return [failures, intact, [...view], buffer.detached, attempt(1, [buffer]), attempt(buffer)];
    `),
    [
      ['DataCloneError', 'DataCloneError', 'DataCloneError'],
      3,
      [2, 3],
      true,
      'DataCloneError',
      'DataCloneError',
    ],
  );
});

test('structuredClone copies a cause that leads back to its error, and late kinds of arrays', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`
      const error = new Error('loop'); error.cause = { error };
      const copy = structuredClone(error);
      const half = structuredClone(new Float16Array([1.5]));
      return [copy.cause.error === copy, copy !== error, half instanceof Float16Array, half[0]];
    `),
    [true, true, true, 1.5],
  );
});

test('structuredClone reaches no setter that a script has put where a copy gets its members', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`
      const reached = [];
      for (const [holder, key] of [[Object.prototype, 'a'], [Object.prototype, '0'], [Array.prototype, '1']]) {
        Object.defineProperty(holder, key, { set() { reached.push(key); }, configurable: true });
      }
      const list = structuredClone(JSON.parse('["zero", "one"]'));
      const object = structuredClone(JSON.parse('{"a": 1, "0": 2, "__proto__": 3}'));
      const found = [Object.entries(object), list.length, Object.hasOwn(list, 0), Object.hasOwn(list, 1)];
      delete Object.prototype.a; delete Object.prototype[0]; delete Array.prototype[1];
      return [reached, ...found];
    `),
    [
      [],
      [
        ['0', 2],
        ['a', 1],
        ['__proto__', 3],
      ],
      2,
      true,
      true,
    ],
  );
});

test('structuredClone puts what is transferred where it belongs, in order', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`
      const buffer = new Uint8Array([1, 2]).buffer;
      const view = new Uint8Array(buffer, 1);
      const value = { first: 0, buffer, last: [view], map: new Map([[buffer, view], ['k', buffer]]), set: new Set([view, 1]) };
      value.error = new Error('e', { cause: view });
      const copy = structuredClone(value, { transfer: [buffer] });
      return [Object.keys(copy), copy.buffer.byteLength, [...copy.last[0]], [...copy.map.keys()].map((key) => key === copy.buffer || key),
        copy.map.get('k') === copy.buffer, [...copy.set].map((item) => item === copy.last[0] || item), copy.error.cause === copy.last[0], buffer.detached];
    `),
    [
      ['first', 'buffer', 'last', 'map', 'set', 'error'],
      2,
      [2],
      [true, 'k'],
      true,
      [true, 1],
      true,
      true,
    ],
  );
});
