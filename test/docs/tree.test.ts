/** ARCHITECTURE prints the tree of the sources: every folder that there is, and none that there is not. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../architecture/sources.support.ts';

/** The folders of the block below "The tree", by their indentation. */
function printedFolders(): string[] {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const [, block = ''] = /\n## The tree\n[^]*?```text\n([^]*?)```/.exec(text) ?? [];
  const above: string[] = [];
  return block.split('\n').flatMap((line) => {
    const top = /^(packages\/\w+\/src) /.exec(line)?.[1];
    if (top !== undefined) {
      above.splice(0, above.length, top);
      return [top];
    }
    const depth = (/^ +/.exec(line)?.[0].length ?? 0) / 2;
    if (depth === 0) return [];
    // Names come first, each with a "/" and one blank or more after it; a sentence follows.
    const names = /^ *((?:[a-z-]+\/ +)+)/.exec(line)?.[1] ?? '';
    const folders = names.split(/ +/).filter((name) => name !== '');
    const paths = folders.map((name) => join(above.slice(0, depth).join('/'), name.slice(0, -1)));
    above.splice(depth, above.length, (folders.at(-1) ?? '').slice(0, -1));
    return paths;
  });
}

/** Folders that their parent's line lists in brackets. */
const listedAbove = /^packages\/runner\/src\/guest\/(?:builtins|platform)\/\w+$/;
/** Each command of the terminal is a folder: see `castellan --help`. */
const commands = /^packages\/cli\/src\/(?!args|output|source)\w+$/;

test('the tree in ARCHITECTURE.md is that of the sources', () => {
  const folders = globSync(['packages/*/src', 'packages/*/src/**/'], {
    cwd: root,
    exclude: ['**/fixtures'],
  })
    .map((path) => path.replace(/\/$/, ''))
    .filter((path) => !listedAbove.test(path) && !commands.test(path));
  assert.ok(folders.length > 50);
  assert.deepEqual(printedFolders().toSorted(), [...new Set(folders)].toSorted());
});
