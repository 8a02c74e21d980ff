import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { foldersOf, packageTypes, typedPackages } from './package-types.ts';

const folder = fileURLToPath(new URL('../../../runtimes/2026.11', import.meta.url));

test('typedPackages has the types of every package of the runtime that has any, each with all that they mention', () => {
  const typed = typedPackages(folder);
  const byName = new Map(typed.map(({ id, types }) => [id.replace(/@[^@]*$/, ''), types]));
  for (const name of ['axios', 'cheerio', 'date-fns', 'yaml', 'zod']) {
    const types = byName.get(name);
    assert.ok(types !== undefined, name);
    assert.ok(types.files[types.entries[name] ?? ''] !== undefined, name);
  }
  assert.ok(!byName.has('sleep'), 'it has none');
  assert.ok(byName.get('cheerio')?.entries['domhandler'] !== undefined, 'of a package behind it');
  assert.ok(byName.get('csv-parse')?.entries['csv-parse/sync'] !== undefined);
  for (const { id, types } of typed) {
    const texts = Object.values(types.files).join('\n');
    assert.ok(texts.length <= 2 ** 20, id);
    assert.doesNotMatch(texts, /^\/\/\/\s*<reference\s+(?:lib|types)=|^export as namespace/m, id);
  }
  assert.ok(foldersOf(typed, [folder]).length > 10);
});

test('packageTypes has nothing of a package that is not there', () => {
  assert.equal(packageTypes('no-such-package', [], folder), null);
});
