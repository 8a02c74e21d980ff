import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declarationsOf, typeOf } from './declarations.ts';

const bare = {
  engine: 'isolate',
  modules: [],
  typed: new Set<string>(),
  helpers: [],
  hasKv: false,
  hasBrowser: false,
  params: {},
} as const;

test('declarationsOf declares what is offered and nothing else', () => {
  const without = declarationsOf(bare);
  assert.doesNotMatch(without, /\b(?:page|Buffer|lodash|mail|kv)\b/);
  for (const name of ['artifacts', 'progress', 'env', 'stdin', 'params']) {
    assert.match(without, new RegExp(`declare (?:const|function) ${name}\\b`));
  }
  const all = declarationsOf({
    engine: 'node',
    modules: ['lodash', 'puppeteer', 'zod'],
    typed: new Set(['zod']),
    helpers: ['mail.send', 'mail.box.list', 'now', 'kv.get', 'kv.set'],
    hasKv: true,
    hasBrowser: true,
    params: { n: 1 },
  });
  assert.match(all, /declare const page: import\('puppeteer-core'\)\.Page;/);
  assert.match(all, /declare module "lodash";/);
  for (const name of ['puppeteer', 'zod']) {
    assert.ok(!all.includes(`declare module "${name}"`), 'it has types of its own');
  }
  assert.match(
    all,
    /declare const mail: \{ send: \(\.\.\.args: any\[\]\) => any; box: \{ list: [^}]*\} \};/,
  );
  assert.match(all, /declare const kv: CastellanKv;/);
  assert.match(all, /declare const now: \(\.\.\.args/);
});

test('typeOf is the type of a value of JSON', () => {
  assert.equal(typeOf(null), 'any');
  assert.equal(typeOf([]), 'any[]');
  assert.equal(typeOf([1, 'a', 2]), '(number | string)[]');
  assert.equal(
    typeOf({ a: { b: true } }),
    '{ "a": { "b": boolean; [name: string]: any }; [name: string]: any }',
  );
  assert.equal(typeOf({ '"; evil': 1 }), '{ "\\"; evil": number; [name: string]: any }');
  let deep: unknown = 1;
  for (let level = 0; level < 2_000; level++) deep = [deep];
  assert.match(typeOf(deep), /^\(+any\)/);
});
