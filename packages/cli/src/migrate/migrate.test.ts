import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { castellan } from '../castellan.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
after(() => rmSync(folder, { recursive: true }));

test('castellan migrate says what it lacks, and never shows the password', async () => {
  const data = join(folder, 'data');
  const env = { CASTELLAN_STORE: 'postgres://u:canary@127.0.0.1:1/runs' };
  for (const [args, given, message] of [
    [
      ['to-database', '--data', data],
      {},
      /migrate needs the database: --store URL, CASTELLAN_STORE/,
    ],
    [['to-base'], env, /Unknown command "migrate to-base"\. Known: migrate to-database/],
    [['to-files', 'x'], env, /migrate to-files takes no argument, not "x"/],
    [
      ['to-database', '--data', data],
      env,
      /127\.0\.0\.1:1\/runs cannot be reached: nobody listens/,
    ],
  ] as const) {
    const { code, stderr } = await castellan(['migrate', ...args], { env: given });
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.ok(!stderr.includes('canary'), stderr);
  }
  assert.ok(!existsSync(join(data, 'castellan.sqlite')), 'nothing is made in the folder');
});
