import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeJson, escapeLine, escapeText } from './escape.ts';

test('escapeText leaves a terminal nothing to obey', () => {
  assert.equal(escapeText('\x1b[2J\x1b]0;title\x07'), '\\x1b[2J\\x1b]0;title\\x07');
  assert.equal(escapeText('a\rb\bc\x7fd\x9b31m'), 'a\\x0db\\x08c\\x7fd\\x9b31m');
  assert.equal(
    escapeText('safe\u202eedoc\u2066\u200b\ufeff'),
    'safe\\u{202e}edoc\\u{2066}\\u{200b}\\u{feff}',
  );
  assert.equal(escapeText('half \ud800 pair'), 'half \\u{d800} pair');
  assert.equal(escapeText('\u{e0041}'), '\\u{e0041}');
});

test('escapeText keeps text, newlines, tabs and emoji', () => {
  const text = 'Grüße\t→ 世界\n👩‍💻';
  assert.equal(escapeText(text), text);
});

test('escapeLine gives one line', () => {
  assert.equal(escapeLine('a\nb\tc'), 'a\\nb c');
});

test('escapeJson means the same and has no control character', () => {
  const value = { text: 'a\x1b[31m\x9b\u202e\u2028\u{e0041}👩‍💻\n', 'k\x9b': 1 };
  for (const indent of [undefined, 2]) {
    const json = escapeJson(JSON.stringify(value, null, indent));
    assert.deepEqual(JSON.parse(json), value);
    assert.doesNotMatch(json.replaceAll('\n', ''), /[\p{Cc}\p{Zl}\u202e\u{e0041}]/u);
  }
});
