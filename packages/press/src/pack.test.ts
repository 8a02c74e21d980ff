import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { packPackages } from './pack.ts';

const root = mkdtempSync(join(tmpdir(), 'castellan-pack-'));
after(() => rmSync(root, { recursive: true }));

test('packPackages writes a list and the contents in its order, always the same', () => {
  for (const [name, text] of [
    ['b/index.js', 'ä'],
    ['@s/a/index.js', 'one'],
    ['b/empty.js', ''],
  ] as const) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const packed = packPackages(root);
  assert.deepEqual(packPackages(root), packed);
  const bytes = brotliDecompressSync(packed);
  const end = 4 + bytes.readUInt32BE(0);
  assert.deepEqual(JSON.parse(bytes.toString('utf8', 4, end)), [
    ['@s/a/index.js', 3],
    ['b/empty.js', 0],
    ['b/index.js', 2],
  ]);
  assert.equal(bytes.toString('utf8', end), 'oneä');
});
