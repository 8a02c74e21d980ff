import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const demo = join(import.meta.dirname, 'demo.ts');

test('demo shows a run, its walls and two scripts that get nowhere', () => {
  const { status, stdout } = spawnSync(process.execPath, [demo], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /log {7}Hello, Ada!/);
  assert.match(stdout, /value {5}{"greetings":\["Hello, Ada!","Hello, Grace!"\]}/);
  assert.match(stdout, /wall_timeout/);
  assert.match(stdout, /process is not defined/);
  assert.doesNotMatch(stdout, /NOT AS IT SHOULD BE/);
});

test('demo fails where no box can be made', () => {
  const env = { ...process.env, PATH: '/nonexistent' };
  const { status, stdout } = spawnSync(process.execPath, [demo], { encoding: 'utf8', env });
  assert.equal(status, 1);
  assert.match(stdout, /No box can be made on this machine: .*bwrap/);
});
