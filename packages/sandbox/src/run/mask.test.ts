import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSandbox } from '../sandbox.ts';
import { endingBy } from './ending.ts';
import { maskOf } from './mask.ts';

const value = 'n"\\secret-Value/12';
const mask = maskOf(
  { '{{OPERATORS}}': { value: 'operators-key', hosts: ['a.example'] } },
  { KEY: { value, hosts: ['b.example'] }, LONGER: { value: `${value}34`, hosts: [], inEnv: true } },
);

test('a mask finds values in texts, as they are and in other spellings, the longest first', () => {
  for (const text of [value, JSON.stringify(value), encodeURIComponent(value), btoa(value)]) {
    const masked = mask.text(`<${text}>`);
    assert.match(masked, /castellan-secret-KEY/);
    assert.ok(!masked.includes(text), masked);
  }
  assert.equal(mask.text(`${value}34`), 'castellan-secret-LONGER');
  assert.equal(mask.text('operators-key'), '{{OPERATORS}}');
  const other = 'nothing of the kind';
  assert.equal(mask.text(other), other);
});

test('a mask leaves values of runs JSON, and all else in them as it was written', () => {
  const json = `{ "a\\u0000": [1.0, 12345678901234567890, "${JSON.stringify(value).slice(1, -1)}"] }`;
  const ended = mask.ending({
    reason: null,
    value: {},
    valueJson: json,
    error: null,
    exitCode: null,
  });
  assert.equal(
    ended.valueJson,
    '{ "a\\u0000": [1.0, 12345678901234567890, "castellan-secret-KEY"] }',
  );
  assert.deepEqual(ended.value, { 'a\u0000': [1, 12345678901234567000, 'castellan-secret-KEY'] });
  // What looks like the value only in the text of JSON is not it, and a letter of an escape stays where it is.
  const near = JSON.stringify(`\n"\\secret-Value/12`);
  fc.assert(
    fc.property(fc.json(), fc.string(), (given, text) => {
      const around = `[${given},${JSON.stringify(text + value + text)},${near}]`;
      const masked = mask.ending({
        reason: null,
        value: [],
        valueJson: around,
        error: null,
        exitCode: null,
      });
      const [first, second, third] = JSON.parse(masked.valueJson ?? '') as unknown[];
      assert.deepEqual(first, JSON.parse(given));
      assert.ok(!(second as string).includes(value));
      assert.equal(third, JSON.parse(near));
    }),
    { numRuns: 100 },
  );
});

test('a mask takes values out of errors, their causes and their stacks', () => {
  const { error, ...rest } = endingBy('uncaught_exception', `no ${value}`);
  assert.ok(error !== null);
  const cause = { ...error, cause: [value, { [value]: 1 }] };
  const masked = mask.ending({ ...rest, error: { ...error, cause } });
  const text = JSON.stringify(masked.error);
  assert.ok(!text.includes(JSON.stringify(value).slice(1, -1)), text);
  assert.equal(masked.error?.message, 'no castellan-secret-KEY');
});

test('secrets of a run that nothing could use are refused, and their values not shown', async () => {
  await using sandbox = await createSandbox({ isolation: 'none', warm: 0 });
  for (const [secrets, options, sentence] of [
    [{ KEY: { value, hosts: [] } }, {}, /secrets\.KEY cannot be used: it is bound to no host/],
    [{ KEY: { value, hosts: ['a'], inEnv: true } }, {}, /bound to hosts, and in env/],
    [{ KEY: { value, hosts: ['a'] } }, { env: { KEY: '' } }, /env has a variable of that name/],
    [{ KEY: { value: 'short', hosts: ['a'] } }, {}, /secrets\.KEY\.value must be 8 to 32768/],
    [{ 'a b': { value, hosts: ['a'] } }, {}, /letters, digits and _/],
  ] as const) {
    assert.throws(
      () => sandbox.run('1', { ...options, secrets }),
      (error: Error) => sentence.test(error.message) && !/secret-Value|short/.test(error.message),
    );
  }
});
