import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { readPackages } from './packages.ts';

const root = mkdtempSync(join(tmpdir(), 'castellan-packages-'));
after(() => rmSync(root, { recursive: true, force: true }));

test('readPackages looks for the files of a pattern in the package only', async () => {
  const exports = { './*': './*.js', './up/*': './../../../outside/*.js', './at/*': `${root}/*` };
  const files = {
    'outside/a.js': '',
    'patterns/package.json': JSON.stringify({ dependencies: { bad: '1.0.0' } }),
    'patterns/node_modules/bad/package.json': JSON.stringify({ version: '1.2.3', exports }),
    'patterns/node_modules/bad/b.js': '',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const [{ subpaths } = { subpaths: [] }] = await readPackages(join(root, 'patterns'));
  assert.deepEqual(
    subpaths.map(({ specifier }) => specifier),
    ['bad/b'],
  );
});
