import type { Json } from '@castellan/protocol';
import type { RunOptions } from '@castellan/sandbox';
import { type Case, forEachEngine, type Suite } from './contract.support.ts';
import assert from 'node:assert/strict';

/** Held by the browser sandbox too: `test/browser-sandbox`. */
export const valuesSuite: Suite = ({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile();
  const refused = (
    source: string,
    path: string,
    what: string,
    instead: string | RegExp = '',
  ): Case => ({
    name: `${source} is refused`,
    source: `return ${source}`,
    reason: 'value_not_serializable',
    check: ({ error }) => {
      const [given, advice = ''] = (error?.message ?? '').split(': write ');
      assert.equal(given, `${path} is ${what}, which JSON cannot carry`);
      if (typeof instead === 'string') assert.equal(advice, instead);
      else assert.match(advice, instead);
    },
  });

  cases(sandbox, [
    {
      name: 'params that are null stay null',
      source: '[params]',
      options: { params: null },
      value: [null],
    },
    { name: 'undefined is null', source: 'undefined', value: null },
    {
      name: 'undefined properties are left out',
      source: '({ a: undefined, b: 1 })',
      value: { b: 1 },
    },
    {
      name: 'undefined in an array is null',
      source: '[1, undefined, , 2]',
      value: [1, null, null, 2],
    },
    {
      name: 'dates are strings',
      source: '({ d: new Date(0) })',
      value: { d: '1970-01-01T00:00:00.000Z' },
    },
    { name: 'toJSON is honoured', source: '({ toJSON() { return { x: 1 } } })', value: { x: 1 } },
    {
      name: 'wrapper objects are their values',
      source: '[new Number(1), new String("s"), Object(true)]',
      value: [1, 's', true],
    },
    {
      name: 'instances of the script’s classes are their own properties',
      source: 'class P { x = 1; #y = 2; get z() { return 3 } } new P()',
      value: { x: 1 },
    },
    {
      name: 'keys that look dangerous are only keys',
      source: 'JSON.parse(\'{"__proto__":{"polluted":1},"constructor":2}\')',
      check: (run) => {
        assert.equal(run.reason, null);
        assert.deepEqual(Object.keys(run.value as object), ['__proto__', 'constructor']);
        assert.equal(({} as { polluted?: number }).polluted, undefined);
      },
      value: JSON.parse('{"__proto__":{"polluted":1},"constructor":2}') as never,
    },
    {
      name: 'text of any kind survives',
      source: '"\\ud800 \\u2028 € 𝒳 \\u0000"',
      value: '\ud800 \u2028 € 𝒳 \u0000',
    },
    {
      name: 'a shared object that is no cycle is fine',
      source: 'const o = {}; [o, o]',
      value: [{}, {}],
    },
    {
      name: 'a value as large as valueBytes is fine',
      source: '"x".repeat(98)',
      options: { limits: { valueBytes: 100 } },
      value: 'x'.repeat(98),
    },
    {
      name: 'a larger value is output_limit',
      source: 'return "x".repeat(99)',
      options: { limits: { valueBytes: 100 } },
      reason: 'output_limit',
    },
    {
      name: 'the limit counts bytes, not characters',
      source: 'return "€".repeat(40)',
      options: { limits: { valueBytes: 100 } },
      reason: 'output_limit',
    },
    {
      name: 'an error in toJSON is the script’s',
      source: 'return { toJSON() { throw new Error("mine") } }',
      reason: 'uncaught_exception',
      message: 'mine',
    },
  ]);

  // What JSON.stringify drops or bends, with the path to it and what to write instead.
  cases(sandbox, [
    refused('new Map()', 'value', 'a Map', '[...map] or Object.fromEntries(map)'),
    refused('({ a: [1, { b: new Set() }] })', 'value.a[1].b', 'a Set', '[...set]'),
    refused(
      'new (class Own extends Map {})()',
      'value',
      'a Map',
      '[...map] or Object.fromEntries(map)',
    ),
    refused(
      '(delete Map.prototype[Symbol.toStringTag], new Map())',
      'value',
      'a Map',
      '[...map] or Object.fromEntries(map)',
    ),
    refused('new WeakMap()', 'value', 'a WeakMap'),
    refused('new WeakSet()', 'value', 'a WeakSet'),
    refused('new WeakRef({})', 'value', 'a WeakRef', 'ref.deref()'),
    refused('new FinalizationRegistry(() => {})', 'value', 'a FinalizationRegistry'),
    refused('new Uint8Array(1)', 'value', 'a Uint8Array', /^Array\.from\(array\)/),
    refused('[new Float64Array(1)]', 'value[0]', 'a Float64Array', /^Array\.from\(array\)/),
    refused('new ArrayBuffer(1)', 'value', 'an ArrayBuffer', /^\[\.\.\.new Uint8Array\(buffer\)\]/),
    refused('new DataView(new ArrayBuffer(1))', 'value', 'a DataView', /Uint8Array/),
    refused('({ n: 10n })', 'value.n', 'a bigint', 'String(big)'),
    refused('[Object(1n)]', 'value[0]', 'a bigint', 'String(big)'),
    refused('({ s: Object(Symbol()) })', 'value.s', 'a symbol', 'String(symbol)'),
    refused('({ "a b": Symbol() })', 'value["a b"]', 'a symbol', 'String(symbol)'),
    refused('[() => 1]', 'value[0]', 'a function', 'what it returns'),
    refused('(class C {})', 'value', 'a function', 'what it returns'),
    refused('NaN', 'value', 'NaN', 'null'),
    refused('[1 / 0]', 'value[0]', 'Infinity', 'null'),
    refused('new Number(-1 / 0)', 'value', '-Infinity', 'null'),
    refused('/x/', 'value', 'a RegExp', 'String(regexp)'),
    refused('new Date(NaN)', 'value', 'an invalid Date', 'null'),
    refused('({ e: new TypeError("x") })', 'value.e', 'an Error', /^error\.message/),
    refused('new DOMException("x")', 'value', 'an Error', /^error\.message/),
    refused('({ p: Promise.resolve() })', 'value.p', 'a Promise', 'await promise'),
    refused(
      '(() => { const o = {}; o.self = { o }; return o })()',
      'value.self.o',
      'a reference back to an object around it',
      /./,
    ),
    refused('[].values()', 'value', 'an Array Iterator', '[...iterator]'),
    refused('new Map().entries()', 'value', 'a Map Iterator', '[...iterator]'),
    refused('"a".matchAll(/a/g)', 'value', 'a RegExp String Iterator', '[...iterator]'),
    refused('[1].values().map((x) => x)', 'value', 'an Iterator Helper', /iterator/),
    refused('(function* () {})()', 'value', 'a Generator', '[...generator]'),
    refused(
      '(async function* () {})()',
      'value',
      'an AsyncGenerator',
      'await Array.fromAsync(generator)',
    ),
    refused('new Intl.Segmenter().segment("a")', 'value', 'an iterable', '[...iterable]'),
    refused('new Intl.NumberFormat()', 'value', 'an Intl.NumberFormat'),
    refused('new URLSearchParams("a=1")', 'value', 'a URLSearchParams', /^Object\.fromEntries/),
    refused(
      'new URLSearchParams("a=1").keys()',
      'value',
      'a URLSearchParams Iterator',
      '[...iterator]',
    ),
    refused(
      '({ headers: new Headers({ a: "1" }) })',
      'value.headers',
      'a Headers',
      'Object.fromEntries(headers)',
    ),
    refused('new FormData()', 'value', 'a FormData', 'Object.fromEntries(form)'),
    refused(
      'Promise.resolve(new Response("x"))',
      'value',
      'a Response',
      /^await response\.json\(\)/,
    ),
    refused('new Request("http://a/")', 'value', 'a Request', 'request.url'),
    refused('new Blob(["x"])', 'value', 'a Blob', 'await blob.text()'),
    refused('[new File(["x"], "a")]', 'value[0]', 'a File', 'await file.text()'),
    refused('new Response("x").body', 'value', 'a ReadableStream', /Response\(stream\)/),
    refused('new ReadableStream().getReader()', 'value', 'a ReadableStreamDefaultReader'),
    refused('new WritableStream()', 'value', 'a WritableStream'),
    refused('new TransformStream()', 'value', 'a TransformStream'),
    refused('new CompressionStream("gzip")', 'value', 'a CompressionStream'),
    refused('new TextDecoderStream()', 'value', 'a TextDecoderStream'),
    refused('new AbortController()', 'value', 'an AbortController', /aborted/),
    refused('new AbortController().signal', 'value', 'an AbortSignal', 'signal.aborted'),
    refused('new Event("x")', 'value', 'an Event', 'event.type'),
    refused('new CustomEvent("x")', 'value', 'a CustomEvent', 'event.detail'),
    refused('new EventTarget()', 'value', 'an EventTarget'),
    refused('new MessageChannel()', 'value', 'a MessageChannel'),
    refused('new TextEncoder()', 'value', 'a TextEncoder'),
    refused('new URLPattern({ pathname: "/a" })', 'value', 'a URLPattern', 'pattern.pathname'),
    refused('crypto', 'value', 'a Crypto'),
    refused('crypto.subtle', 'value', 'a SubtleCrypto'),
    refused(
      'crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"])',
      'value',
      'a CryptoKey',
      /^await crypto\.subtle\.exportKey/,
    ),
    refused('new Proxy(new Map(), {})', 'value', 'a Map', '[...map] or Object.fromEntries(map)'),
    refused('new DisposableStack()', 'value', 'a DisposableStack'),
  ]);

  // The same where JSON.stringify knows what to do.
  const same = (source: string, value: Json): Case => ({
    name: `return ${source}`,
    source: `return ${source}`,
    value,
  });
  cases(
    sandbox,
    [
      same('new URL("http://a/b")', 'http://a/b'),
      same('({ toJSON: (key) => ["top", key] })', ['top', '']),
      same('[{ toJSON: (key) => [typeof key, key] }]', [['string', '0']]),
      same('({ a: { toJSON: (key) => key } })', { a: 'a' }),
      same('Object.assign(() => 1, { toJSON: () => "a function" })', 'a function'),
      same(
        '(BigInt.prototype.toJSON = function () { return String(this) }, { id: 123n, o: Object(1n) })',
        { id: '123', o: '1' },
      ),
      same('(Map.prototype.toJSON = function () { return [...this] }, new Map([[1, 2]]))', [
        [1, 2],
      ]),
      same('(Object.prototype.toJSON = () => 5, delete Object.prototype.toJSON, {})', {}),
      same('(Date.prototype.toJSON = () => 5, new Date(NaN))', 5),
      same('Object.assign(new Date(NaN), { toJSON: () => "own" })', 'own'),
      same('[JSON.rawJSON("1.50"), JSON.rawJSON("true"), JSON.rawJSON(\'"a"\')]', [1.5, true, 'a']),
      same('Object.freeze({ __proto__: null, rawJSON: "1" })', { rawJSON: '1' }),
      same('[-0, 1e21, 5e-324]', [0, 1e21, 5e-324]),
      same(
        '(class extends Number { valueOf() { return 5 } }, [new (class extends Number { valueOf() { return 5 } })(1)])',
        [5],
      ),
      same('new (class extends Array {})(1, 2)', [1, 2]),
      same('new Proxy([1, { a: 2 }], {})', [1, { a: 2 }]),
      same('(function () { return arguments })(1)', { 0: 1 }),
      same('"abc".match(/b/)', ['b']),
      same('Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true } })', { own: 1 }),
      same('({ [Symbol("x")]: 1, a: 2 })', { a: 2 }),
      same('({ [Symbol.toStringTag]: "Map", a: 1 })', { a: 1 }),
      same('new (class { a = 1; get [Symbol.toStringTag]() { return "Mine" } })()', { a: 1 }),
      same('new (class { #a = 1 })()', {}),
      same('new (class Response { ok = true })()', { ok: true }),
      same('({ __proto__: null, a: 1 })', { a: 1 }),
      same('JSON.parse(\'{"__proto__":1}\')', JSON.parse('{"__proto__":1}') as Json),
      same('(await import("./other.mjs"))', { a: 1, f: 2 }),
    ].map((each) => ({
      ...each,
      source: {
        files: { 'a.js': `${each.source as string}`, 'other.mjs': 'export const f = 2, a = 1' },
        entry: 'a.js',
      },
    })),
  );

  // A last expression is what happens to stand there.
  const incidental = (source: string, why: RegExp, options: RunOptions = {}): Case => ({
    name: `as a last expression ${source.slice(0, 60)} gives null and a warning`,
    source,
    options,
    value: null,
    check: ({ logs }) => {
      assert.equal(logs.length, 1);
      assert.equal(logs[0]?.level, 'warn');
      const [, reason = ''] =
        /^The last expression gives no value, and so the value is null: (.*)$/.exec(logs[0].text) ??
        [];
      assert.match(reason, why);
    },
  });
  const small = { limits: { valueBytes: 100 } };
  cases(sandbox, [
    incidental('const m = new Map(); m.set("a", 1);', /^value is a Map, .*: write/),
    incidental('({ a: [() => 1] })', /^value\.a\[0\] is a function/),
    incidental('Promise.resolve(NaN)', /^value is NaN/),
    incidental('const o = {}; o.o = o', /^value\.o is a reference back/),
    incidental('({ toJSON() { throw new Error("mine") } })', /^mine$/),
    incidental('({ get a() { throw 5 } })', /^it threw$/),
    incidental('"x".repeat(99)', /^it is larger than valueBytes \(100\)$/, small),
    incidental('"€".repeat(40)', /^it is larger than valueBytes/, small),
    incidental('Array(400_000).fill(0)', /^it holds more than \d+ values and keys$/),
    incidental('Array(2_000_000).fill(0)', /^it is larger than valueBytes/),
  ]);
  cases(sandbox, [
    {
      name: 'a last expression that throws fails the run',
      source: 'Promise.reject(new RangeError("mine"))',
      reason: 'uncaught_exception',
      message: 'mine',
    },
  ]);

  cases(sandboxForFile({ helpers: { take: () => 1 } }), [
    {
      name: 'what helpers are given is judged in the same way',
      source: 'return take({ a: new URLSearchParams("a=1") })',
      reason: 'uncaught_exception',
      message: /arguments\[0\]\.a is a URLSearchParams, .*: write Object\.fromEntries/,
    },
  ]);
};

if (import.meta.main) forEachEngine(valuesSuite);
