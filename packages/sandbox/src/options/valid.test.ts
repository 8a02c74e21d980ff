import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOptions, checkRunOptions } from './valid.ts';

const refusal = (message: string) => ({ name: 'CastellanError', code: 'invalid_option', message });

test('checkRunOptions takes every option of a run', () => {
  checkRunOptions({
    params: 1,
    env: { a: 'b' },
    limits: {},
    modules: [],
    tenant: 't',
    labels: { a: 'b' },
    browser: false,
    signal: new AbortController().signal,
    network: { allow: [] },
    books: { keep: async () => undefined, begin: async () => undefined },
  });
});

test('checkRunOptions names an option that it does not know, and all that it knows', () => {
  assert.throws(() => checkRunOptions({ foo: 1 } as object), {
    message: /^run: unknown option "foo"\. Known: params, .*browser/,
  });
});

const wrong: readonly (readonly [object, string])[] = [
  [{ env: { A: 1 } }, 'env.A must be a text of at most 32768 characters, not 1.'],
  [
    { modules: 'dayjs' },
    'modules must be null or a list, each a text of at most 256 characters, not "dayjs".',
  ],
  [{ modules: [1n] }, 'modules[0] must be a text of at most 256 characters, not 1.'],
  [{ signal: null }, 'run: signal must be an AbortSignal, not null.'],
  [
    { network: { allowPrivate: [] } },
    'There is no option network.allowPrivate. Its value is []. Known: allow.',
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
