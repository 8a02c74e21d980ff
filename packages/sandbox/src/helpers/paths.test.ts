import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { withoutPaths } from './paths.ts';

for (const [text, shown] of [
  ['open /usr/x at /etc/y', 'open <path> at <path>'],
  ["ENOENT: no such file, open '/usr/x'", "ENOENT: no such file, open '<path>'"],
  ["rename '/usr/a' -> '/usr/b'", "rename '<path>' -> '<path>'"],
  ['/usr/bin:/usr/x', '<path>'],
  ['volume:/usr/x', 'volume:<path>'],
  ['file:/usr/x and file:///nowhere/x', '<path> and <path>'],
  ['FILE://host/x', '<path>'],
  ['//usr/x', '<path>'],
  ['/./usr/x /../usr/x /a/../usr/x', '<path> <path> <path>'],
  ["open '/usr/my secret/x'", "open '<path>'"],
  ["open '/usr/it's mine/x' now", "open '<path>' now"],
  ['open /usr/my secret/x now', 'open <path> now'],
  ['open /usr/my /secret now', 'open <path> <path> now'],
  ['cc -I/usr/include a.c', 'cc -I<path> a.c'],
  ['{"path":"/usr/x","a":1}', '{"path":"<path>","a":1}'],
  ['{"path":"\\/usr\\/x"}', '{"path":"<path>"}'],
  ['?file=%2Fusr%2Fx', '?file=<path>'],
  ['at f (/usr/x.js:3:4)', 'at f (<path>:3:4)'],
  ['“/usr/my x”', '“<path>”'],
  ['a\n/usr/x\nb', 'a\n<path>\nb'],
  ['/usr', '<path>'],
] as const) {
  test(`withoutPaths shows ${JSON.stringify(text)} as ${JSON.stringify(shown)}`, () => {
    assert.equal(withoutPaths(text), shown);
  });
}

for (const text of [
  'GET https://api.example/usr/x?y=/etc#/a: 404',
  'https://a.example:8080/usr, http://b.example/etc; wss://c.example/usr',
  'GET /v1/users and/or 1/2 of packages/usr/x',
  'must match /^[a-z]+$/',
  'a / b // c </b>',
  '',
]) {
  test(`withoutPaths leaves ${JSON.stringify(text)} as it is`, () => {
    assert.equal(withoutPaths(text), text);
  });
}

const [entry = 'usr'] = readdirSync('/').filter((name) => /^[a-z]+$/.test(name));
const secret = 'tenant-of-somebody';
const plain = fc.stringMatching(/^[a-z0-9._@+,;:()=-]{1,8}$/);
const blank = fc.stringMatching(/^[a-z0-9 ._-]{1,12}$/);
const separators = [
  '',
  ...' :=([{<,;|>#&@!\t\u00a0\n',
  'volume:',
  'file:',
  'file://',
  'http://a.example/ ',
  '/usr/bin:',
  'cc -L',
];
const lead = fc.constantFrom(...separators);

test('withoutPaths shows no part of a path, whatever stands before it', () => {
  fc.assert(
    fc.property(fc.string(), lead, fc.array(plain), plain, (before, separator, folders, name) => {
      fc.pre(!/[\p{L}\p{N}_]$/u.test(before) || separator !== '');
      fc.pre(!/(?:https?|wss?):\/\/\S*$/i.test(before));
      const path = ['', entry, secret, ...folders, secret, name].join('/');
      const shown = withoutPaths(`${before.slice(0, 100)} ${separator}${path} ended`);
      return !shown.includes(secret);
    }),
  );
});

test('withoutPaths shows no part of a quoted path, whatever its names hold', () => {
  const quotes = fc.constantFrom(['"', '"'], ["'", "'"], ['`', '`'], ['“', '”']);
  fc.assert(
    fc.property(quotes, fc.array(blank), ([open = '', close = ''], folders) => {
      const path = ['', entry, ...folders, `a ${secret}`, `b ${secret}`].join('/');
      return !withoutPaths(`open ${open}${path}${close}: no such file`).includes(secret);
    }),
  );
});

test('withoutPaths takes any text, and what it returns has no path left', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('/', 'usr', ' ', "'", ':', 'a', '.') }),
      (text) => {
        const shown = withoutPaths(text);
        return withoutPaths(shown) === shown;
      },
    ),
  );
});
