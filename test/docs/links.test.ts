/** Every link of the docs leads somewhere, and every path of the repository that they name exists. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { readPackages, root } from '../architecture/sources.support.ts';
import { anchorsOf, linksIn } from './links.support.ts';
import { type Page, readPage, readPages } from './markdown.support.ts';
import { isThere, pathsIn } from './paths.support.ts';

const pages = new Map(readPages().map((page) => [page.file, page]));

/** What is wrong with a link of a page; null when nothing is. */
function problemOf(from: Page, target: string): string | null {
  const { file } = from;
  if (/^[a-z]+:/.test(target)) return null;
  const [path = '', anchor] = target.split('#');
  const to = path === '' ? file : normalize(join(dirname(file), path));
  if (!existsSync(join(root, to))) return `${to} does not exist`;
  if (anchor === undefined) return null;
  const page = to === file ? from : pages.get(to);
  if (page === undefined) return `${to} is no page with headings`;
  return anchorsOf(page).has(anchor) ? null : `${to} has no heading for #${anchor}`;
}

for (const page of pages.values()) {
  test(`${page.file}: its links and paths lead somewhere`, () => {
    const problems = page.prose.flatMap((line, index) => {
      const links = linksIn(line).flatMap((target) => problemOf(page, target) ?? []);
      const paths = pathsIn(line).filter((path) => !isThere(page.file, path));
      return [...links, ...paths].map((problem) => `${page.file}:${index + 1}: ${problem}`);
    });
    assert.deepEqual(problems, []);
  });
}

test('the index of the docs has every page and every decision', () => {
  for (const [index, folder] of [
    ['docs/README.md', 'docs/'],
    ['docs/decisions/README.md', 'docs/decisions/'],
  ] as const) {
    const page = pages.get(index);
    assert.ok(page !== undefined, index);
    const linked = page.prose
      .flatMap(linksIn)
      .map((to) => join(dirname(index), to.split('#')[0] ?? ''));
    const missing = [...pages.keys()].filter(
      (file) => file.startsWith(folder) && file !== index && !isListedElsewhere(file, index),
    );
    assert.deepEqual(
      missing.filter((file) => !linked.includes(file)),
      [],
      index,
    );
  }
});

/** Decisions have an index of their own. */
function isListedElsewhere(file: string, index: string): boolean {
  return index === 'docs/README.md' && /^docs\/decisions\/\d/.test(file);
}

test('every package that is published has a page for its registry', () => {
  for (const { folder } of readPackages()) {
    const page = pages.get(`packages/${folder}/README.md`);
    assert.ok(
      page?.prose.some((line) => line.startsWith('# ')),
      `packages/${folder}/README.md`,
    );
  }
});

test('links and paths that lead nowhere are found', () => {
  const page = readPage(
    'docs/README.md',
    '# A\n\n[x](nowhere.md) [y](#a) [z](#b) `test/nowhere.ts`',
  );
  const line = page.prose[2] ?? '';
  assert.deepEqual(
    linksIn(line).map((target) => problemOf(page, target)),
    ['docs/nowhere.md does not exist', null, 'docs/README.md has no heading for #b'],
  );
  assert.deepEqual(
    pathsIn(line).map((path) => isThere(page.file, path)),
    [false],
  );
});
