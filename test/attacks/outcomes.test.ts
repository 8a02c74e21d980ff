/** The table of what the attacks came to has a row for each program: one that is added has to be run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { notRun } from '../../scripts/attacks/table.ts';
import { folders } from './catalogue.support.ts';

const page = readFileSync(join(import.meta.dirname, 'outcomes.md'), 'utf8');

test('outcomes.md has a row for each program, and for nothing else', () => {
  const shown = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  const known = Object.entries(folders).flatMap(([folder, rows]) =>
    rows.map(({ program }) => `${folder}/${program}`),
  );
  assert.deepEqual(new Set(shown), new Set(known));
});

test('outcomes.md says of each driver how a program ended there, or why it was not run', () => {
  const lines = page.split('\n').filter((line) => line.startsWith('| `'));
  assert.deepEqual(
    lines.filter((line) => line.includes(notRun)),
    [],
  );
});
