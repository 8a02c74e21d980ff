import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { none } from '../../drivers/none/none.ts';
import { locateParts, programKey } from './parts.ts';

test('compiled code is used for the very program that it was made of, not for one of equal length', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parts-test-'));
  try {
    const parts = locateParts();
    cpSync(parts.runnerDir, folder, { recursive: true });
    assert.equal(programKey(folder), parts.programKey);
    const main = join(folder, 'main.js');
    const text = readFileSync(main, 'latin1');
    const comment = /^\/\/ .{16,}$/m.exec(text)?.[0] ?? assert.fail('there is no comment');
    const changed = text.replace(comment, () => 'process.exit(7);'.padEnd(comment.length));
    assert.equal(changed.length, text.length);
    writeFileSync(main, changed, 'latin1');
    const driver = none({ ...parts, runnerDir: folder, programKey: programKey(folder) });
    await using box = await driver.start({
      engine: 'isolate',
      memoryBytes: 2 ** 26,
      cpuMs: 5_000,
      jitless: false,
      reusable: false,
    });
    assert.equal((await box.exited).code, 7);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
