import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { readPackages } from './packages.ts';
import { readTypes } from './types.ts';

const scratch = mkdtempSync(join(tmpdir(), 'castellan-types-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const manifest = (fields: object): string => JSON.stringify({ version: '1.0.0', ...fields });

/** The types of a runtime that consists of these files. */
async function typesIn(name: string, packages: readonly string[], files: Record<string, string>) {
  const root = join(scratch, name);
  const dependencies = Object.fromEntries(packages.map((each) => [each, '1.0.0']));
  for (const [path, text] of Object.entries({
    'package.json': manifest({ dependencies }),
    ...files,
  })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return readTypes(root, await readPackages(root));
}

test('readTypes follows what declarations mention, in each of the ways to say where they are', async () => {
  const { packages, folders } = await typesIn('ways', ['a', 'b', '@s/c', 'plain', 'old'], {
    'node_modules/a/package.json': manifest({
      exports: {
        '.': { import: { types: './m.d.mts', default: './m.mjs' }, require: './m.cjs' },
        './sub': './sub.js',
      },
    }),
    'node_modules/a/m.mjs': '',
    'node_modules/a/m.cjs': '',
    'node_modules/a/m.d.mts': `/// <reference lib="dom" />
/// <reference path="more.d.ts" />
import type { B } from 'b';
export * from './deep/index.js';
export type C = import("@s/c").C; // from 'nobody'
export as namespace A;
export declare const b: B;`,
    'node_modules/a/more.d.ts': '',
    'node_modules/a/deep/index.d.ts': "import x = require('./x');",
    'node_modules/a/deep/x.d.ts': '',
    'node_modules/a/sub.js': '',
    'node_modules/a/sub.d.ts': 'export declare const sub: 1;',
    'node_modules/b/package.json': manifest({ main: 'lib/b.js', types: 'lib/b.d.ts' }),
    'node_modules/b/lib/b.js': '',
    'node_modules/b/lib/b.d.ts': 'export interface B {}',
    'node_modules/@s/c/package.json': manifest({}),
    'node_modules/@s/c/index.js': '',
    'node_modules/@types/s__c/package.json': manifest({ types: 'index.d.ts' }),
    'node_modules/@types/s__c/index.d.ts': 'export interface C {}',
    'node_modules/plain/package.json': manifest({}),
    'node_modules/plain/index.js': '',
    'node_modules/old/package.json': manifest({}),
    'node_modules/old/index.js': '',
    'node_modules/old/index.d.ts': '',
  });
  assert.deepEqual([...packages.keys()].toSorted(), ['@s/c', 'a', 'b', 'old']);
  const a = packages.get('a');
  assert.deepEqual(a?.entries, {
    '@s/c': '@types/s__c/index.d.ts',
    a: 'a/m.d.mts',
    'a/sub': 'a/sub.d.ts',
    b: 'b/lib/b.d.ts',
  });
  assert.deepEqual(Object.keys(a?.files ?? {}), [
    '@types/s__c/index.d.ts',
    'a/deep/index.d.ts',
    'a/deep/x.d.ts',
    'a/m.d.mts',
    'a/more.d.ts',
    'a/sub.d.ts',
    'b/lib/b.d.ts',
  ]);
  assert.doesNotMatch(a?.files['a/m.d.mts'] ?? '', /reference lib|as namespace/);
  assert.ok(folders.includes(join(scratch, 'ways/node_modules/@types/s__c')));
});

test('readTypes takes no file from elsewhere, and no more than fits', async () => {
  const outside = join(scratch, 'secret.d.ts');
  writeFileSync(outside, 'export declare const canary: 1;');
  mkdirSync(join(scratch, 'bounds/node_modules/linked'), { recursive: true });
  symlinkSync(outside, join(scratch, 'bounds/node_modules/linked/index.d.ts'));
  const large = `// ${'x'.repeat(2 ** 19)}\n`;
  const { packages } = await typesIn('bounds', ['linked', 'climbs', 'large', 'wide'], {
    'node_modules/linked/package.json': manifest({}),
    'node_modules/linked/index.js': '',
    'node_modules/climbs/package.json': manifest({ types: '../../../secret.d.ts' }),
    'node_modules/climbs/index.js': '',
    'node_modules/climbs/index.d.ts': "export * from '../../../secret';",
    'node_modules/large/package.json': manifest({}),
    'node_modules/large/index.js': '',
    'node_modules/large/index.d.ts': `import './a';\nimport './b';\n${large}`,
    'node_modules/large/a.d.ts': large,
    'node_modules/large/b.d.ts': large,
    'node_modules/wide/package.json': manifest({}),
    'node_modules/wide/index.js': '',
    'node_modules/wide/index.d.ts': 'export {};',
    'node_modules/wide/more.js': '',
    'node_modules/wide/more.d.ts': large,
    'node_modules/wide/small.js': '',
    'node_modules/wide/small.d.ts': 'export {};',
  });
  assert.ok(!JSON.stringify([...packages]).includes('canary'));
  assert.ok(!packages.has('linked') && !packages.has('large'));
  assert.deepEqual(Object.keys(packages.get('wide')?.files ?? {}), [
    'wide/index.d.ts',
    'wide/small.d.ts',
  ]);
});
