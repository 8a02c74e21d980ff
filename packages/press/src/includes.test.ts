import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { includeOf } from './includes.ts';

const root = mkdtempSync(join(tmpdir(), 'castellan-includes-'));
after(() => rmSync(root, { recursive: true, force: true }));

test('includeOf takes the licence of a package from its own files, and follows no link', () => {
  const secret = join(root, 'secret.txt');
  writeFileSync(secret, 'the operator’s');
  const own = join(root, 'licensed');
  mkdirSync(join(own, 'notices'), { recursive: true });
  writeFileSync(join(own, 'package.json'), '{"name":"licensed","version":"1.2.3","license":"MIT"}');
  writeFileSync(join(own, 'LICENSE.md'), 'free');
  writeFileSync(join(own, 'notices/x'), 'in a folder');
  symlinkSync(secret, join(own, 'LICENSE'));
  assert.deepEqual(includeOf(own), { id: 'licensed@1.2.3', license: 'MIT', notice: 'free' });
});
