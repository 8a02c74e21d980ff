import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOptions, checkRunOptions } from './valid.ts';

const refusal = (message: string) => ({ name: 'CastellanError', code: 'invalid_option', message });

test('checkRunOptions takes every option of a run', () => {
  const { signal } = new AbortController();
  const network = { allow: [] };
  const nothing = (): undefined => undefined;
  assert.doesNotThrow(() => {
    checkRunOptions({ params: 1, env: { a: 'b' }, limits: {}, modules: [], tenant: 't' });
    checkRunOptions({ labels: { a: 'b' }, browser: false, signal, network });
    checkRunOptions({ record: {}, keep: nothing, begin: nothing });
  });
});

test('checkRunOptions names an option that it does not know, and all that it knows', () => {
  assert.throws(() => checkRunOptions({ foo: 1 }), {
    message: /^run: unknown option "foo"\. Known: params, .*browser/,
  });
});

const wrong: readonly (readonly [object, string])[] = [
  [{ env: { A: 1 } }, 'run: env must be an object of strings, not {"A":1}.'],
  [{ modules: 'dayjs' }, 'run: modules must be an array of strings, not "dayjs".'],
  [{ modules: [1n] }, 'run: modules must be an array of strings, not [object Array].'],
  [{ signal: null }, 'run: signal must be an AbortSignal, not null.'],
  [
    { network: { allowPrivate: [] } },
    'run: network must be an object with allow, an array of strings, not {"allowPrivate":[]}.',
  ],
];
for (const [options, message] of wrong) {
  test(`checkRunOptions says: ${message}`, () => {
    assert.throws(() => checkRunOptions(options), refusal(message));
  });
}

test('checkOptions shows what it was given instead of options', () => {
  const message = 'createSandbox: the options must be an object, not 5.';
  assert.throws(() => checkOptions(5 as never), refusal(message));
});
