import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchFolder } from './scratch.ts';

test('a worker removes what one that was killed has left, and nothing of those that live', () => {
  const { pid: gone } = spawnSync(process.execPath, ['--version']);
  const [left, lives] = [gone, process.pid].map((pid) => {
    const path = join(tmpdir(), `castellan-worker-${pid}-test`);
    mkdirSync(path);
    writeFileSync(join(path, 'a'), '');
    return path;
  });
  assert.ok(left !== undefined && lives !== undefined);
  try {
    using own = scratchFolder();
    assert.deepEqual(
      [existsSync(left), existsSync(lives), existsSync(own.path)],
      [false, true, true],
    );
  } finally {
    rmSync(lives, { recursive: true });
  }
});
