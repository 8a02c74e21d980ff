import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadSettings, readSettings } from './settings.ts';

const options = (value: object): string => JSON.stringify({ compilerOptions: value });

for (const [name, text, settings] of [
  ['nothing', '{}', {}],
  ['options without effect', options({ outDir: 'x', lib: [], paths: {} }), {}],
  [
    'comments and commas',
    '\ufeff{ // "a\n "compilerOptions": { "jsx": "react", /* , */ }, }',
    { jsx: 'react' },
  ],
  [
    'texts that look like comments',
    '{ "a": "/*", "compilerOptions": { "jsxFactory": "h" }, "b": "//,}" }',
    { jsxFactory: 'h' },
  ],
  ['JSX that is to be preserved', options({ jsx: 'Preserve' }), { jsx: 'react-jsx' }],
  ['strict', options({ strict: false }), { strictNullChecks: false }],
  ['an older target', options({ target: 'ES2021' }), { useDefineForClassFields: false }],
  ['a newer target', options({ target: 'ES2022' }), {}],
  [
    'fields before the target',
    options({ target: 'es5', useDefineForClassFields: true }),
    { useDefineForClassFields: true },
  ],
] as const) {
  test(`readSettings reads ${name}`, () => assert.deepEqual(readSettings(text), settings));
}

for (const [text, message] of [
  ['[]', /compilerOptions has to be an object/],
  [options([]), /compilerOptions has to be an object/],
  [options({ jsx: 'vue' }), /jsx is "vue"; it has to be one of react, react-jsx/],
  [options({ jsx: '__proto__' }), /jsx is "__proto__"/],
  [options({ jsxFactory: 'a(b)' }), /jsxFactory is "a\(b\)"; it has to be a name/],
  [options({ jsxImportSource: 'a"' }), /jsxImportSource/],
  [
    options({ experimentalDecorators: 'yes' }),
    /experimentalDecorators is "yes"; it has to be a boolean/,
  ],
  ['{ "a" 1 }', /Expected ':'/],
] as const) {
  test(`readSettings refuses ${text}`, () => {
    assert.throws(
      () => readSettings(text),
      (error) => error instanceof BadSettings && message.test(error.message),
    );
  });
}

test('readSettings reads a text that opens many quotes once', () => {
  assert.throws(() => readSettings('"\\'.repeat(500_000)), BadSettings);
});
