import { forEachEngine } from './contract.support.ts';
import type { Case } from './contract.support.ts';
import assert from 'node:assert/strict';

forEachEngine(({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile();
  const refused = (source: string, path: string): Case => ({
    name: `${source} is refused`,
    source,
    reason: 'value_not_serializable',
    message: new RegExp(`^${path.replaceAll(/[.[\]$"]/g, '\\$&')} is `),
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
      source: '"x".repeat(99)',
      options: { limits: { valueBytes: 100 } },
      reason: 'output_limit',
    },
    {
      name: 'the limit counts bytes, not characters',
      source: '"€".repeat(40)',
      options: { limits: { valueBytes: 100 } },
      reason: 'output_limit',
    },
    {
      name: 'an error in toJSON is the script’s',
      source: '({ toJSON() { throw new Error("mine") } })',
      reason: 'uncaught_exception',
      message: 'mine',
    },
    refused('new Map()', 'value'),
    refused('({ a: [1, { b: new Set() }] })', 'value.a[1].b'),
    refused('new Uint8Array(1)', 'value'),
    refused('new ArrayBuffer(1)', 'value'),
    refused('({ n: 10n })', 'value.n'),
    refused('[Object(1n)]', 'value[0]'),
    refused('({ s: Object(Symbol()) })', 'value.s'),
    refused('[() => 1]', 'value[0]'),
    refused('({ "a b": Symbol() })', 'value["a b"]'),
    refused('NaN', 'value'),
    refused('[1 / 0]', 'value[0]'),
    refused('/x/', 'value'),
    refused('new Date(NaN)', 'value'),
    refused('({ e: new Error("x") })', 'value.e'),
    refused('({ p: Promise.resolve() })', 'value.p'),
    refused('const o = {}; o.self = { o }; o', 'value.self.o'),
    refused('class C {}; C', 'value'),
  ]);
});
