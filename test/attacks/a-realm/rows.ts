import assert from 'node:assert/strict';
import type { Row } from '../attack.support.ts';

/** The kinds of values that `22-lost-hostile-rejections.js` loses. */
const lost = [
  'proxy',
  'armed',
  'symbol',
  'bigint',
  'nothing',
  'empty',
  'function',
  'buffer',
  'view',
  'promise',
  'error',
  'long',
];

/** The methods that `35-wrong-types.js` replaces. */
const replaced = [
  'String.slice',
  'Uint8Array.slice',
  'ArrayBuffer.slice',
  'TextEncoder.encode',
  'Array.map Array.join Array.push Set.has Math.max',
];

/** A: realm and object graph. */
export const realmRows: readonly Row[] = [
  {
    program: '01-constructor-chain.js',
    ends: [null],
    tries: 300,
    beatsVm: true,
    check: ({ value }) =>
      assert.deepEqual(Reflect.get(Object(value), 'own'), Array(4).fill('undefined')),
  },
  { program: '02-helper-functions.js', ends: [null], tries: 20, beatsVm: true },
  {
    program: '03-helper-results.js',
    ends: [null],
    tries: 20,
    beatsVm: true,
    check: ({ value }) => {
      const { tricky, file } = value as { tricky: unknown; file: unknown };
      assert.deepEqual(tricky, { computed: [1, { two: 2 }], inner: { seen: 1 } });
      assert.deepEqual(file, { name: 'a', sizeBytes: 1 });
    },
  },
  {
    program: '04-helper-errors.js',
    ends: [null],
    tries: 6,
    beatsVm: true,
    check: counts('count', 6),
  },
  { program: '05-boundary-errors.js', ends: [null], tries: 20, check: counts('count', 25) },
  { program: '06-call-sites.js', ends: [null], tries: 100, beatsVm: true },
  { program: '07-formatter-of-the-host.js', ends: ['uncaught_exception'] },
  { program: '08-symbol-named-error.js', ends: ['uncaught_exception'] },
  {
    program: '09-overflow-at-the-boundary.js',
    ends: [null],
    tries: 100,
    beatsVm: true,
    check: counts('errors', 100),
  },
  { program: '10-promise-species.js', ends: [null], tries: 20, beatsVm: true },
  { program: '11-promise-then-replaced.js', ends: [null], tries: 10, beatsVm: true },
  { program: '12-thenables.js', ends: [null], tries: 10 },
  { program: '13-nested-errors.js', ends: [null], tries: 5, beatsVm: true },
  { program: '14-inspect-hooks.js', ends: ['uncaught_exception'], beatsVm: true },
  { program: '15-well-known-symbols.js', ends: [null], tries: 20, beatsVm: true },
  { program: '16-array-traps.js', ends: [null], tries: 20, beatsVm: true },
  { program: '17-object-prototype-accessors.js', ends: [null], tries: 50, beatsVm: true },
  { program: '18-primordials-replaced.js', ends: [null], tries: 50, beatsVm: true },
  { program: '19-hostile-arguments.js', ends: [null], tries: 100, beatsVm: true },
  { program: '20-hostile-result.js', ends: [null], tries: 1 },
  { program: '21-hostile-throw.js', ends: ['uncaught_exception'] },
  ...lost.map((kind): Row => ({
    program: '22-lost-hostile-rejections.js',
    params: { kind },
    ends: ['uncaught_exception'],
  })),
  {
    program: '23-proto-keys.js',
    params: {
      hostile: JSON.parse(
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      ) as object,
    },
    ends: [null],
    tries: 10,
    check: ({ value }) => {
      const { clean, own, back } = value as { clean: boolean; own: boolean; back: object };
      assert.deepEqual([clean, own, Object.hasOwn(back, '__proto__')], [true, true, true]);
    },
  },
  { program: '24-callers.make.js', ends: [null], tries: 20 },
  { program: '25-webassembly.js', ends: [null], check: ({ value }) => assert.deepEqual(value, []) },
  { program: '26-using.make.js', ends: [null], tries: 3 },
  {
    program: '27-pooled-buffers.js',
    ends: [null],
    check: ({ value }, artifact) => {
      const read = (name: string): string => Buffer.from(artifact(name) ?? []).toString();
      assert.deepEqual(['part.bin', 'view.bin', 'words.bin'].map(read), [
        'SECRET',
        'SECRET',
        'ECRE',
      ]);
      assert.deepEqual(value, {
        sizes: [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        dirty: -1,
        cloned: 17,
      });
    },
  },
  {
    program: '28-dynamic-code.js',
    ends: [null],
    tries: 4,
    check: ({ value }) => {
      const { answers, ran, imports } = value as {
        answers: string[];
        ran: string;
        imports: boolean[];
      };
      assert.deepEqual(
        [new Set(answers), ran],
        [new Set(['undefinedundefinedundefined']), 'undefined'],
      );
      assert.deepEqual(imports, Array(6).fill(true));
    },
  },
  {
    program: '29-source-tricks.make.js',
    ends: [null],
    tries: 1,
    check: ({ value }) =>
      assert.match((value as { got: string[] }).got.join(), /^(?:undefined,)+0$/),
  },
  { program: '30-from-async.js', ends: [null], tries: 10, beatsVm: true },
  { program: '31-timers-and-events.js', ends: [null], tries: 50 },
  {
    program: '32-errors-through-modules.make.js',
    ends: [null],
    tries: 20,
    check: counts('count', 40),
  },
  {
    program: '33-module-that-throws-when-required.make.js',
    ends: [null],
    tries: 50,
  },
  {
    program: '34-extended-prototypes.js',
    ends: [null],
    check: ({ value }) => assert.deepEqual(value, [{ a: [1] }, [1], 1, '1', 'YQ==']),
  },
  ...replaced.map((kind): Row => ({
    program: '35-wrong-types.js',
    params: { kind },
    // With a lying String.prototype.slice, Node's inspect never ends: the script harms only itself.
    ...(kind === 'String.slice' ? { ends: [null, 'out_of_memory'] } : { ends: [null], tries: 1 }),
  })),
  {
    program: '36-functions-for-helpers.js',
    ends: [null],
    beatsVm: true,
    tries: 20,
    check: counts('count', 21),
  },
  {
    program: '37-bytes-that-change.js',
    ends: [null],
    check({ value }) {
      const { told, echoed } = value as { told: string[]; echoed: number[] };
      assert.deepEqual(echoed, [3, 3]);
      for (const one of told) {
        const [, length, all] = / (\d+) of (\d+)$/.exec(one) ?? [];
        // Never more than what was sent around the bytes, and never the text of a lie about them.
        if (one.startsWith('Uint8Array')) assert.equal(length, all, one);
      }
    },
  },
  {
    program: '38-odd-texts.js',
    ends: [null],
    check({ value }) {
      const { wrong, fake } = value as { wrong: unknown; fake: unknown };
      assert.deepEqual([wrong, fake], [[], { rawJSON: '],"forged":[' }]);
    },
  },
  {
    program: '39-proxies-for-the-console.js',
    ends: [null],
    beatsVm: true,
    limits: { outputBytes: 2 ** 20 },
    tries: 5,
  },
  {
    program: '40-stacks-on-demand.js',
    ends: [null],
    beatsVm: true,
    tries: 50,
    check: counts('count', 70),
  },
  {
    program: '41-stack-of-a-name.make.js',
    ends: ['uncaught_exception'],
    check: ({ error }) => assert.match(`${error?.file}`, /^(?:null|attack\.ts|x)$/),
  },
  { program: '42-scope-of-a-proxy.js', ends: [null], beatsVm: true, tries: 10 },
  {
    program: '43-brands.js',
    ends: [null],
    tries: 100,
    check: counts('count', 2_000),
  },
  { program: '44-last-matches.js', ends: [null], tries: 3 },
  {
    program: '45-sources-of-ours.js',
    ends: [null],
    check({ value }) {
      const { functions, found } = value as { functions: number; found: string[] };
      assert.ok(functions > 500, `${functions} functions`);
      assert.deepEqual(found, []);
    },
  },
  {
    program: '46-insides-of-values.js',
    ends: [null],
    check({ value }) {
      const { count, seen, ...reached } = value as { count: number; seen: string };
      assert.deepEqual(reached, { own: [] });
      assert.ok(count > 20, `${count} noted`);
      // A function of the add-on is native code with its name.
      assert.doesNotMatch(seen, /function (?:promise|entries)\(\) \{ \[native/);
    },
  },
];

function counts(key: string, least: number): NonNullable<Row['check']> {
  return ({ value }) => {
    const count = Reflect.get(Object(value), key) as number;
    assert.ok(count >= least, `${key}: ${count}, not ${least} or more`);
  };
}
