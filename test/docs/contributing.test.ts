/** CONTRIBUTING says for every folder of the sources which tests hold it. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../architecture/sources.support.ts';

/** The first column of the table "Which tests hold which folder". */
function mappedFolders(): string[] {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const [, table = ''] = /\n\| you change \| run \|\n([^]*?)\n\n/.exec(text) ?? [];
  return table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)])
    .map(([, folder = '']) => folder);
}

test('every folder of the sources is in the table of tests', () => {
  const mapped = mappedFolders();
  const folders = globSync('packages/*/src/*/', { cwd: root, exclude: ['**/fixtures'] }).map(
    (path) => path.replace(/\/$/, ''),
  );
  assert.ok(folders.length > 20);
  const isMapped = (folder: string): boolean =>
    mapped.some((path) => `${folder}/`.startsWith(`${path}/`) || path.startsWith(`${folder}/`));
  assert.deepEqual(
    folders.filter((folder) => !isMapped(folder)),
    [],
  );
});
