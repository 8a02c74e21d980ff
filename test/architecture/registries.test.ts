// Where packages are fetched from is a setting of the machine that installs them: no file here names a registry.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './sources.support.ts';

/** Not committed: see .gitignore. */
const skipped = new Set(['node_modules', 'dist', '.git', '.castellan', 'results', 'tmp']);

const traces = [
  /\b(?:registry|npm|npm\.pkg|packages|artifactory|nexus|verdaccio)\.[a-z0-9-]+\.(?:org|com|net|io|dev)\b/i,
  /\b(?:npm(?:js)|yarn(?:pkg))\.(?:org|com)\b/i,
  /https?:\/\/\S+\.tgz\b/i,
  /_(?:authToken|password)\s*=/,
];

/** The first trace of a registry in `text`, or null. */
function findTrace(text: string): string | null {
  for (const trace of traces) {
    const found = trace.exec(text);
    if (found !== null) return found[0];
  }
  return null;
}

function* listFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !skipped.has(entry.name)) yield* listFiles(path);
    else if (entry.isFile()) yield path;
  }
}

test('no file names a registry', () => {
  const files = [...listFiles('.')];
  assert.ok(files.includes('package-lock.json'));
  const found = files.flatMap((file) => {
    const trace = findTrace(readFileSync(join(root, file), 'utf8'));
    return trace === null ? [] : [`${file}: ${trace}`];
  });
  assert.deepEqual(found, []);
});

test('package-lock.json has an integrity, and no address, for every package from outside', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
  };
  for (const [name, entry] of Object.entries(lock.packages)) {
    if (!name.includes('node_modules/')) continue;
    if (entry.link === true) assert.match(entry.resolved ?? '', /^packages\/[a-z]+$/, name);
    else assert.equal(entry.resolved, undefined, name);
    if (entry.link !== true) assert.match(entry.integrity ?? '', /^sha512-/, name);
  }
});

/** Put together here, so that this file passes its own test. */
const host = ['registry', 'example', 'org'].join('.');

for (const text of [
  `registry=https://${host}/`,
  `"resolved": "https://${host}/acorn/-/acorn-8.19.0.tar.gz"`,
  `https:${'//'}host/acorn-8.19.0.tgz`,
  `//host/:${'_auth'}Token=x`,
  `https://www.npm${'js'}.com/package/acorn`,
]) {
  test(`findTrace finds the registry in ${text}`, () => {
    assert.notEqual(findTrace(text), null);
  });
}

test('findTrace lets other addresses be', () => {
  for (const text of [
    'https://example.com/a.tar.gz',
    'npm install',
    'the registry. Then',
    '*.tgz',
  ]) {
    assert.equal(findTrace(text), null);
  }
});
