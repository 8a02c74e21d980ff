import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanName } from './names.ts';

test('cleanName gives one harmless path segment for any name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
      const name = cleanName(given);
      assert.match(name, /^[^\p{Cc}/\\<>:"|?*]+$/u);
      assert.ok(!name.startsWith('.') && Buffer.byteLength(name) <= 200);
      assert.equal(cleanName(name), name);
    }),
    { numRuns: 2_000 },
  );
});

test('cleanName keeps what is fine and joins folders', () => {
  assert.equal(cleanName('home.png'), 'home.png');
  assert.equal(cleanName('a/b/c.txt'), 'a_b_c.txt');
  assert.equal(cleanName('../../etc/passwd'), 'etc_passwd');
  assert.equal(cleanName('..'), 'artifact');
});

for (const name of [
  'Über uns 2.pdf',
  '報告 第二版.csv',
  'отчёт.xlsx',
  'דוח.txt',
  'تقرير.txt',
  'घर की सूची.csv',
  'क\u094d\u200dष.txt',
  'می\u200cخواهم.txt',
  'emoji😀.txt',
  '👨\u200d👩\u200d👧.png',
  '👍🏽.png',
  'icon.png',
  'console.log',
]) {
  test(`cleanName keeps ${name}`, () => assert.equal(cleanName(name), name));
}

for (const [given, name] of [
  ['a\u202egnp.exe', 'agnp.exe'],
  ['\u2067rtl\u2069.txt', 'rtl.txt'],
  ['a\u200db.txt', 'ab.txt'],
  ['a\0b.txt', 'ab.txt'],
  ['\ufeffa.txt', 'a.txt'],
  ['e\u0301.txt', '\u00e9.txt'],
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['com1.tar.gz', '_com1.tar.gz'],
  ['LPT¹', '_LPT¹'],
  ['.env', 'env'],
  ['a:b?.txt', 'a_b_.txt'],
  ['\ud800.txt', '\ufffd.txt'],
  [`${'報'.repeat(100)}.tar.pdf`, `${'報'.repeat(65)}.pdf`],
  [`a.${'b'.repeat(300)}`, `a.${'b'.repeat(198)}`],
] as const) {
  test(`cleanName makes ${JSON.stringify(name).slice(0, 40)} of ${JSON.stringify(given).slice(0, 40)}`, () =>
    assert.equal(cleanName(given), name));
}

test('cleanName is done with the longest name at once', () => {
  assert.equal(cleanName('\u200d報'.repeat(8_000_000)), '報'.repeat(66));
});
