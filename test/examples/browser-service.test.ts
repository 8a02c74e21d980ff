import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ended, start } from '../../packages/cli/src/castellan.support.ts';

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/service/${name}`, import.meta.url));

test('examples/service/invoice.ts has an invoice made by a browser, and fetches it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
  const config = example('browser.config.ts');
  const data = join(folder, 'data');
  const service = start(['serve', '--data', data, '--config', config, '--port', '0']);
  const exit = once(service, 'exit');
  try {
    const line = await Promise.race([once(createInterface(service.stdout), 'line'), exit]);
    const url = /http:\S+/.exec(String(line[0]))?.[0] ?? assert.fail(String(line));
    const env = { ...process.env, CASTELLAN_URL: url };
    const args = [example('invoice.ts'), join(folder, 'made')];
    const { code, stdout, stderr } = await ended(spawn(process.execPath, args, { env }));
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '102.5\n');
    assert.match(stderr, /invoice\.png 600 x 400/);
    const paper = readFileSync(join(folder, 'made', 'invoice.pdf'));
    assert.equal(paper.toString('latin1', 0, 5), '%PDF-');
  } finally {
    service.kill('SIGTERM');
    await exit;
    rmSync(folder, { recursive: true });
  }
});
