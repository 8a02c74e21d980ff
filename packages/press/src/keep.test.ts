import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { keepPackages } from './keep.ts';

const root = mkdtempSync(join(tmpdir(), 'castellan-keep-'));
after(() => rmSync(root, { recursive: true, force: true }));

test('keepPackages copies packages and what they link to as packages, and no other link', () => {
  const files = [
    'own/index.js',
    'runtime/node_modules/plain/index.js',
    'runtime/node_modules/plain/index.js.map',
    'runtime/node_modules/plain/index.d.ts',
    'runtime/node_modules/plain/index.mts',
    'runtime/node_modules/plain/README.md',
    'runtime/node_modules/plain/LICENSE.md',
    'runtime/node_modules/plain/test/index.js',
    'runtime/node_modules/plain/lib/test/index.js',
    'runtime/node_modules/@scope/inner/index.js',
    'runtime/node_modules/.bin/tool',
    'runtime/node_modules/.package-lock.json',
    'secret',
  ];
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  const installed = join(root, 'runtime/node_modules');
  symlinkSync(join(root, 'own'), join(installed, 'own'));
  symlinkSync(join(root, 'secret'), join(installed, 'plain/secret'));
  keepPackages(join(root, 'runtime'), join(root, 'out'));
  const kept = readdirSync(join(root, 'out/node_modules'), {
    recursive: true,
    encoding: 'utf8',
  });
  assert.deepEqual(kept.toSorted(), [
    '@scope',
    '@scope/inner',
    '@scope/inner/index.js',
    'own',
    'own/index.js',
    'plain',
    'plain/LICENSE.md',
    'plain/index.js',
    'plain/lib',
    'plain/lib/test',
    'plain/lib/test/index.js',
  ]);
});

test('keepPackages keeps nothing of a runtime without packages', () => {
  mkdirSync(join(root, 'bare'));
  keepPackages(join(root, 'bare'), join(root, 'nothing'));
  assert.ok(!readdirSync(root).includes('nothing'));
});
