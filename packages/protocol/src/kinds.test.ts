import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserSettings } from './browser.ts';
import { CastellanError } from './errors.ts';
import { type Kind, Misfit, readOption } from './kind.ts';
import { flag, oneOf, text, whole } from './kinds.ts';
import { runInputTable } from './run-input.ts';
import { either, listOf, orNull, recordOf, shape } from './structures.ts';

const secret = shape<{ value: string; hosts: readonly string[] }>(
  'an object { value, hosts }',
  { value: text, hosts: listOf(text) },
  { isSecret: true },
);

const misfits: readonly (readonly [Kind<unknown>, unknown, string])[] = [
  [whole(0, 9), 10, 'x must be a whole number from 0 to 9, not 10.'],
  [whole(1), -0.5, 'x must be a whole number from 1 on, not -0.5.'],
  [oneOf(['a', 'b']), 'c', 'x must be one of a, b, not "c".'],
  [flag, 'true', 'x must be true or false, not "true".'],
  [listOf(text), ['a', 7], 'x[1] must be a text, not 7.'],
  [listOf(text, 1), ['a', 'b'], 'x must be a list of at most 1 entries, not 2.'],
  [orNull(whole(0)), 'a', 'x must be null or a whole number from 0 on, not "a".'],
  [either(flag, listOf(text)), 7, 'x must be true or false, or a list, each a text, not 7.'],
  [either(flag, listOf(text)), [7], 'x[0] must be a text, not 7.'],
  [
    browserSettings,
    { viewport: { width: 0, height: 1 } },
    'x.viewport.width must be a number from 1 to 10000, not 0.',
  ],
  [
    browserSettings,
    { viewport: { width: 1 } },
    'x.viewport.height must be a number from 1 to 10000, not undefined.',
  ],
  [
    browserSettings,
    { colour: 1 },
    'There is no option x.colour. Its value is 1. Known: viewport, locale, timezone, userAgent, colorScheme.',
  ],
  [recordOf('an object of texts', text), { 'a b': 1 }, 'x["a b"] must be a text, not 1.'],
  [recordOf('an object of secrets', secret), { a: { value: 1 } }, 'x.a.value must be a text.'],
  [
    runInputTable.env.kind,
    { '1a': 'b' },
    'x["1a"] must be letters, digits and _, without a digit first, not "1a".',
  ],
  [text, '\u202egpj.exe\u001b[2J', ''],
];

for (const [kind, value, message] of misfits) {
  test(`readOption refuses ${JSON.stringify(value)} where ${kind.says} is wanted`, () => {
    if (message === '') return assert.equal(kind.read(value), value);
    assert.throws(
      () => readOption(kind, value, 'x'),
      (error) => error instanceof CastellanError && error.message === message,
      message,
    );
  });
}

test('an error has what its message says as fields', () => {
  const read = (): unknown => readOption(listOf(oneOf(['a', 'b'])), ['a', 'c'], 'list');
  assert.throws(read, {
    code: 'invalid_option',
    option: 'list[1]',
    value: 'c',
    allowed: ['a', 'b'],
  });
});

test('the value of a secret is in no message and no field', () => {
  const given = { a: { value: 'hunter2', hosts: 'not a list' } };
  assert.throws(
    () => readOption(recordOf('secrets', secret), given, 'secrets'),
    (error: CastellanError) => !JSON.stringify({ ...error, text: error.message }).includes('list"'),
  );
});

test('read copies: nothing of the given object is kept', () => {
  const given = { viewport: { width: 1, height: 2 } };
  const read = browserSettings.read(given);
  given.viewport.width = 9;
  assert.deepEqual(read, { viewport: { width: 1, height: 2 } });
});

test('keys of a prototype are unknown keys, not values', () => {
  const given: unknown = JSON.parse('{"__proto__":{"x":1}}');
  assert.throws(() => readOption(browserSettings, given, 'b'), /There is no option b\.__proto__/);
});

test('all parts that are wrong are found, up to 20, each with its path', () => {
  const read = (kind: Kind<unknown>, value: unknown): readonly string[] => {
    try {
      kind.read(value);
    } catch (error) {
      assert.ok(error instanceof Misfit);
      return [error, ...error.others].map(({ path }) => path.join('.'));
    }
    return [];
  };
  const viewport = { width: 0, height: 'x', depth: 1 };
  assert.deepEqual(read(browserSettings, { viewport, locale: 7, colour: 1 }).toSorted(), [
    'colour',
    'locale',
    'viewport.depth',
    'viewport.height',
    'viewport.width',
  ]);
  assert.equal(
    read(
      listOf(text),
      Array.from({ length: 99 }, () => 7),
    ).length,
    20,
  );
  assert.deepEqual(read(browserSettings, { viewport: { width: 1, height: 1 } }), []);
});

const throwing = Object.defineProperty({}, 'locale', {
  enumerable: true,
  get: () => {
    throw new TypeError('mine');
  },
});
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
const cycle: unknown[] = [];
cycle.push(cycle);
for (const [what, kind, value] of [
  ['a getter that throws', browserSettings, throwing],
  ['a revoked proxy', browserSettings, proxy],
  ['a revoked proxy in a list', listOf(text), [proxy]],
  ['a cycle', listOf(listOf(text)), cycle],
  ['a huge text', whole(0), 'x'.repeat(2 ** 20)],
  ['NaN', whole(0), NaN],
  ['a symbol', text, Symbol('s')],
  ['an object without a prototype', text, Object.create(null)],
] as const) {
  test(`readOption has one short sentence for ${what}`, () => {
    assert.throws(
      () => readOption<unknown>(kind, value, 'x'),
      (error) => error instanceof CastellanError && error.message.length < 400,
    );
  });
}
