import assert from 'node:assert/strict';
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Guest } from './guest.support.ts';

/**
 * Statements that call console methods. Each runs in the guest and on a Console of Node's own,
 * and must print the same text.
 */
const calls = [
  // primitives and formats
  `console.log()`,
  `console.log('')`,
  `console.log('a', 1, -0, 10n, true, null, undefined, Symbol('s'))`,
  `console.log('a', 'b%s', 'c')`,
  `console.log(-0, 0, NaN, -Infinity, 1e21, 0.1, -5n, undefined, null, false, '')`,
  `console.log(null, 'it\\'s', '%s')`,
  `console.log('a%', 'b', 1)`,
  `console.log(1, '%d', 2)`,
  `console.log('a\\nb', '\\u0000', 2)`,
  `console.log('%s|%s|%s|%s', 'a', 1, -0, 12n)`,
  `console.log('%s %s %s', { a: { b: { c: 1 } } }, [1, [2, [3]]], Symbol('x'))`,
  `console.log('%s', class A {}, function f() {}, () => {})`,
  `console.log('%s', new (class Money { toString() { return '5 EUR'; } })())`,
  `console.log('%d %d %d %d', 1.5, '42', 3n, {})`,
  `console.log('%i %i %i', 1.9, '42px', 3n)`,
  `console.log('%f %f', '1.5x', Symbol('x'))`,
  `console.log('%j %j', { a: [1, null] }, 'x')`,
  `const c = {}; c.c = c; console.log('%j', c)`,
  `console.log('%o', { f() {}, a: [1] })`,
  `console.log('%O', { f() {}, a: [1, { b: { c: { d: {} } } }] })`,
  `console.log('%c styled', 'color: red')`,
  `console.log('100%% %s %x', 1, 2, 3)`,
  `console.log('%s', 'a', 'b', { c: 1 })`,
  `console.log('only %s')`,
  `console.log(['a\\nb', "it's", '"q"', \`b\\\`t\`, '\\u0000\\u001b\\ud800'])`,
  // objects
  `console.log({})`,
  `console.log({ a: 1, 'b-c': 'd', 3: 4, [Symbol('k')]: 5 })`,
  `console.log({ a: { b: { c: { d: 1 } } } })`,
  `console.log({ long: 'x'.repeat(90), other: [1, 2, 3], more: { a: 'y'.repeat(60) } })`,
  `console.log({ get a() { return 1; }, set b(v) {}, get c() { return 1; }, set c(v) {} })`,
  `console.log({ get a() { throw new Error('getter ran'); } })`,
  `console.log(Object.create(null))`,
  `console.log(Object.assign(Object.create(null), { a: 1 }))`,
  `console.log(Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } }))`,
  `const c = { name: 'c' }; c.self = c; c.list = [c, { c }]; console.log(c)`,
  `console.log(new (class Point { constructor() { this.x = 1; this.y = 2; } })())`,
  `class A {} class B extends A { v = 1; #hidden = 2; } console.log(new B(), B, A)`,
  `console.log(new (class { v = 1 })())`,
  `console.log(new (class Named { get [Symbol.toStringTag]() { return 'Tag'; } })())`,
  `console.log(function named() {}, () => {}, async () => {}, function* g() {}, async function* ag() {})`,
  `console.log(Object.assign(function f() {}, { extra: 1 }))`,
  `console.log(globalThis === self ? 1 : 1, Math, JSON, Reflect)`,
  `console.log([Object(1), Object('s'), Object(true), Object(1n), Object(Symbol('b'))])`,
  `console.log((function () { return arguments; })(1, 'a'))`,
  `const ns = Object.freeze({ a: 1 }); console.log(ns, Object.seal([1]))`,
  // collections
  `console.log([1, , 3, , , 6])`,
  `console.log(Array(5), Object.assign([1, 2], { key: 'v' }))`,
  `console.log(Array.from({ length: 150 }, (_, i) => i))`,
  `console.log(Array.from({ length: 30 }, (_, i) => 'item ' + i))`,
  `console.log([[1, [2, [3, [4, [5]]]]]])`,
  `console.log([undefined, null, NaN, -0, 'a'])`,
  `console.log(new Map([['a', 1], [{ k: 1 }, new Map([[1, 2]])]]))`,
  `console.log(new Set([1, 'a', { b: 1 }, new Set([2])]), new Map(), new Set())`,
  `console.log(new WeakMap(), new WeakSet())`,
  `console.log(new Uint8Array([1, 2, 3]), new Float64Array(2), new BigInt64Array(1))`,
  `console.log(new Uint8Array(200))`,
  `console.log(new ArrayBuffer(4), new DataView(new ArrayBuffer(2)))`,
  `class Stack extends Array {} console.log(Stack.from([1, 2]), new (class M2 extends Map {})([[1, 2]]))`,
  // dates, patterns, iterators
  `console.log(new Date(0), [new Date(NaN)], { d: new Date(86400000) })`,
  `console.log(/a+[b]/gi, [/x/u], Object.assign(/y/, { z: 1 }))`,
  `console.log((function* () {})(), [][Symbol.iterator]())`,
  // errors
  `console.log(Object.assign(new Error('m'), { stack: 'Error: m\\n    at f (a.js:1:1)' }))`,
  `console.log(Object.assign(new TypeError('m'), { stack: 'TypeError: m\\n    at f (a.js:1:1)', code: 'E1' }))`,
  `const e = new Error('outer', { cause: Object.assign(new Error('in'), { stack: 'Error: in\\n    at b:2' }) }); e.stack = 'Error: outer\\n    at a:1'; console.log(e)`,
  `class MyError extends Error { name = 'MyError' } const e = new MyError('m'); e.stack = 'Error: m\\n    at a:1'; console.log(e)`,
  `const e = new Error('nested'); e.stack = 'Error: nested\\n    at a:1'; console.log({ e, list: [e] })`,
  `const e = new AggregateError([new Error('a')], 'all'); e.stack = 'AggregateError: all\\n    at a:1'; e.errors[0].stack = 'Error: a\\n    at b:1'; console.log(e)`,
  `const e = new Error('m'); e.stack = undefined; console.log(e)`,
  `const e = new Error(''); e.stack = 'Error\\n    at a:1'; e.name = 'Odd'; console.log(e)`,
  `const r = Proxy.revocable({}, {}); r.revoke(); console.log(r.proxy, [r.proxy])`,
  `console.log(new Proxy({ a: 1 }, {}), [new Proxy([1, 2], {})], new Proxy(new Map([[1, {}]]), {}))`,
  `console.log(new Proxy(function f() {}, {}), { a: { b: new Proxy({ c: { d: 1 } }, {}) } }, '%o', new Proxy([], {}))`,
  // strings and depth
  `console.log(['y'.repeat(11000)])`,
  `console.log('z'.repeat(300) + '\\n' + 'tail')`,
  `console.log({ text: 'line one\\nline two', ['a'.repeat(80)]: 1 })`,
  // custom inspection
  `console.log({ [Symbol.for('nodejs.util.inspect.custom')]() { return 'custom!'; } })`,
  `console.log({ [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) { return { depth, inner: inspect([1]) }; } })`,
  `console.log({ inspect() { return 'not used'; }, toString: 1, valueOf: null })`,
  // platform objects
  `console.log(new URL('https://u:p@example.org:8080/a/b?c=d&e=f#g'))`,
  `console.log({ u: { v: { w: new URL('http://x/') } } }, [new URLSearchParams('a=1&b=2')])`,
  `console.log(new URLSearchParams(), new URLSearchParams({ a: 'x'.repeat(100) }))`,
  `console.log(new AbortController(), [AbortSignal.abort('r')], { a: { b: { c: new AbortController() } } })`,
  `console.log(new EventTarget())`,
  `console.log(new FormData(), [new FormData()])`,
  `const f = new FormData(); f.append('a', '1'); f.append('__proto__', '2'); f.append('a', '3'); f.append('a', '4'); f.append('b', 'x'); console.log(f, { f: { f: { f } } })`,
  `const e = new DOMException('m', 'AbortError'); Object.defineProperty(e, 'stack', { value: 'AbortError: m\\n    at a:1' }); console.log(e)`,
  // other methods
  `console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 }); console.dir({ a: { b: { c: { d: 1 } } } }, { depth: null })`,
  `console.dir({ [Symbol.for('nodejs.util.inspect.custom')]() { return 'no'; } })`,
  `console.dirxml({ a: 1 }, [2])`,
  `console.group('one', 1); console.log('a\\nb'); console.group(); console.log({ a: 'x'.repeat(80), b: 1 }); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log('out')`,
  `console.groupCollapsed('g'); console.info('in'); console.groupEnd()`,
  `console.count(); console.count(); console.count('x'); console.countReset(); console.count(); console.count(null)`,
  `console.assert(true, 'no'); console.assert(false); console.assert(0, 'is %s', 'zero', { a: 1 }); console.assert(false, { a: 1 })`,
  `console.table([{ a: 1, b: 'x' }, { a: 2, c: true }])`,
  `console.table([[1, 2], [3, 4]]); console.table([1, 'two', { three: 3 }])`,
  `console.table([{ a: 1, b: 2 }, { a: 3, b: 4 }], ['b'])`,
  `console.table({ r1: { x: 1 }, r2: { x: { deep: { er: 1 } }, y: [1, 2, 3, 4, 5] } })`,
  `console.table(new Map([['k', { v: 1 }], [2, 3]])); console.table(new Set(['a', { b: 1 }]))`,
  `console.table([]); console.table('text'); console.table(null); console.table(5)`,
  `console.table([{ name: '日本', n: 1 }, { name: 'é', n: 22 }])`,
];

/** What Node's own console prints, on both of its streams in order. */
function nodePrints(statements: string): string {
  const stream = new PassThrough();
  const console = new Console({ stdout: stream, stderr: stream, colorMode: false });
  new Function('console', 'self', statements)(console, globalThis);
  return ((stream.read() as Buffer | null) ?? '').toString();
}

test('console prints what Node prints', async (t) => {
  using guest = new Guest();
  for (const statements of calls) {
    await t.test(statements, () => {
      const printed = guest.logged(statements).map(({ text }) => `${text}\n`);
      assert.equal(printed.join(''), nodePrints(statements));
    });
  }
});

test('console.log runs no trap of a proxy and shows its target', () => {
  using guest = new Guest();
  const [line] = guest.logged(`
    const angry = { get() { throw new Error('trap ran'); }, ownKeys() { throw new Error('trap ran'); } };
    console.log(new Proxy({ a: 1 }, angry), [new Proxy([1, 2], {})]);
  `);
  assert.equal(line?.text, '{ a: 1 } [ [ 1, 2 ] ]');
});

test('console.log does not guess the state of a promise where nothing tells it', () => {
  using guest = new Guest();
  const [line] = guest.logged('console.log(Promise.resolve(1), new Map([[1, 2]]).entries())');
  assert.equal(line?.text, 'Promise { <state unknown> } [Map Iterator] {  }');
});
