/** The reference page of the library has every name that its packages export, and says what each is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exportsOf } from '../architecture/exports.support.ts';
import { readPage } from './markdown.support.ts';

const file = 'docs/reference/library.md';
const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const { prose } = readPage(file, text);

/** The prose below the heading of a name, without tables and links to other sections. */
function sectionOf(name: string): string | undefined {
  const start = prose.indexOf(`### \`${name}\``);
  if (start === -1) return undefined;
  const rest = prose.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('#'));
  return rest
    .slice(0, end === -1 ? rest.length : end)
    .filter((line) => !line.startsWith('|') && !line.startsWith('See '))
    .join('\n')
    .trim();
}

for (const [specifier, { values, types }] of Object.entries({
  ...exportsOf('sandbox'),
  ...exportsOf('cli'),
})) {
  test(`every export of ${specifier} has a section that says what it is`, () => {
    const names = [...values, ...types];
    assert.ok(names.length > 0);
    assert.deepEqual(
      names.filter((name) => !/^[A-Z`].*[.:]$/m.test(sectionOf(name) ?? '')),
      [],
    );
  });
}

test('every member of a type that is exported has a sentence', () => {
  const bare = prose.filter((line) => /^\| `[^`]+` \| .* \| \|$/.test(line));
  assert.deepEqual(bare, []);
});
