import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { castellan } from '../castellan.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-check-'));
after(() => rmSync(folder, { recursive: true }));

const check = (stdin: string, ...args: string[]) =>
  castellan(['run', '-', '--check', ...args], { stdin });

test('castellan run --check prints a line for each problem and exits 1', async () => {
  const file = join(folder, 'a.ts');
  writeFileSync(file, 'import fs from "fs";\nconst a: number = nope; fs;\nrequire("./none");\n');
  const { code, stdout, stderr } = await castellan([
    'run',
    file,
    '--check',
    '--allow-module',
    'dayjs',
  ]);
  assert.deepEqual(stdout.split('\n'), [
    `a.ts:1:1  Module "fs" is not allowed. Allowed: dayjs. It needs full Node: run the script with engine: 'node'`,
    'a.ts:2:19  "nope" is not defined',
    'a.ts:3:1  Module "./none" was not found',
    '',
  ]);
  assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
});

test('castellan run --check is silent, runs nothing and exits 0 when there is no problem', async () => {
  assert.deepEqual(await check('console.log(1); for (;;);'), { code: 0, stdout: '', stderr: '' });
});

test('castellan run --check --json prints { problems }', async () => {
  const { code, stdout } = await check('return 1 +;', '--json');
  const problem = { code: 'syntax_error', message: "Unexpected token ';'", file: 'script.js' };
  assert.deepEqual(JSON.parse(stdout), { problems: [{ ...problem, line: 1, column: 11 }] });
  assert.equal(code, 1);
  assert.equal((await check('1', '--json')).stdout, '{"problems":[]}\n');
});

test('castellan run --check exits 3 when a limit is met', async () => {
  const { code, stdout } = await check('a;'.repeat(100_000), '--cpu', '1ms');
  assert.equal(code, 3);
  assert.match(stdout, /^cpu_timeout {2}The run used more than 1 ms/);
});

test('castellan run --check shows no control characters of a hostile script', async () => {
  const { stdout } = await check('import("\\x1b[2Jx")');
  assert.doesNotMatch(stdout, /\u001b/);
  assert.match(stdout, /^script\.js:1:1 {2}Module /);
});
