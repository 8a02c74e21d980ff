import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { compileEagerly, markCalls } from './eager.ts';

/** Scripts whose value must stay what it is, whatever is marked or moved. */
const scripts: Readonly<Record<string, string>> = {
  declarations: 'f(1); function f(a) { return g(a) + 1; function g(b) { return b * 2 } }',
  'a declaration with a parameter of the same name':
    '(function (x) { return typeof x; function x() {} })(1)',
  'directives and strictness':
    '(function () { "use strict"; return h(); function h() { return this === undefined } })()',
  arrows: '[1, 2].map((n) => n + 1).reduce((a, b) => a + b, 0)',
  'arrows that return objects': '((a) => ({ a, b: (() => 2)() }))(1).b',
  methods: '({ a() { return this.b }, b: 1, get c() { return 2 }, "d"(x) { return x } }).d(3)',
  classes:
    'new (class { #p = (() => 4)(); constructor() { this.q = this.r() } r() { return this.#p } })().q',
  generators: '[...(function* () { function* inner() { yield 1 } yield* inner() })()].length',
  'default parameters': '(function (a = (() => 5)()) { return b(); function b() { return a } })()',
  wrappers:
    'var c = (f, m) => () => (m || f[Object.keys(f)[0]]((m = { exports: {} }).exports, m), m.exports); var r = c({ "a.js"(exports, module) { module.exports = t(); function t() { return 6 } } }); r()',
  'names of functions': '(function () { return n.name + (() => 1).name; function n() {} })()',
  'a declaration in a block': '(function () { { function b() { return 7 } } return b() })()',
};

for (const [name, script] of Object.entries(scripts)) {
  test(`markCalls and compileEagerly keep the meaning of ${name}`, () => {
    const value: unknown = runInNewContext(script);
    const castellanRan: Record<string, 1> = {};
    assert.deepEqual(runInNewContext(markCalls(script, 'x'), { castellanRan }), value);
    const ran = Object.keys(castellanRan).map((call) => Number(call.slice(2)));
    assert.ok(ran.length > 0);
    assert.deepEqual(runInNewContext(compileEagerly(script, new Set(ran))), value);
    const all = Array.from({ length: 50 }, (_, id) => id);
    assert.deepEqual(runInNewContext(compileEagerly(script, new Set(all))), value);
  });
}

test('compileEagerly leaves a script alone of which nothing ran', () => {
  const script = 'function f() { return () => 1 }';
  assert.equal(compileEagerly(script, new Set()), script);
});

test('compileEagerly puts what ran into parentheses', () => {
  assert.equal(
    compileEagerly('a(function () { function b() {} b() })', new Set([0, 1])),
    'a((function () {;var b=(function() {});  b() }))',
  );
});
