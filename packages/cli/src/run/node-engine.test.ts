import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { castellan } from '../castellan.support.ts';

const home = mkdtempSync(join(tmpdir(), 'castellan-node-'));
after(() => rmSync(home, { recursive: true, force: true }));
const env = { XDG_DATA_HOME: join(home, 'data') };
const built = join(env.XDG_DATA_HOME, 'castellan/runtimes/mine');

/** A runtime with a package that only full Node can load, and with a link out of a package. */
const files = {
  'secret.txt': 'secret',
  'mine/package.json': JSON.stringify({
    dependencies: { shout: 'file:./shout', disk: 'file:./disk' },
    castellan: { packages: { disk: { engine: 'node' } } },
  }),
  'mine/shout/package.json': '{"name":"shout","version":"1.0.0","license":"MIT"}',
  'mine/shout/index.js': 'module.exports = (text) => text.toUpperCase();',
  'mine/disk/package.json': '{"name":"disk","version":"1.0.0","license":"MIT"}',
  'mine/disk/index.js': "exports.files = require('fs').readdirSync(__dirname).toSorted();",
};

before(async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  symlinkSync('../../secret.txt', join(home, 'mine/disk/link.txt'));
  const { code, stderr } = await castellan(['runtime', 'build', join(home, 'mine')], { env });
  assert.equal(code, 0, stderr);
});

const run = (stdin: string, ...args: string[]) =>
  castellan(['run', '-', '--engine', 'node', ...args], { env, stdin });

test('castellan run --engine node imports the packages of a runtime, links out of them left out', async () => {
  const script =
    "import shout from 'shout'; import { files } from 'disk'; import os from 'node:os'; [shout('a'), files, typeof os.EOL]";
  const { code, stdout, stderr } = await run(script, '--runtime', 'mine', '--json');
  assert.equal(code, 0, stderr);
  const { value, runtime } = JSON.parse(stdout) as { value: unknown; runtime: unknown };
  assert.deepEqual(value, ['A', ['index.js', 'package.json'], 'string']);
  assert.equal(runtime, 'mine');
});

test('a package for the node engine is none of the isolate’s', async () => {
  const args = ['run', '-', '--runtime', 'mine', '--allow-module', 'disk'];
  const { code, stderr } = await castellan(args, { env, stdin: '1' });
  assert.equal(code, 2);
  assert.match(
    stderr,
    /--allow-module: "disk" does not exist here\. Packages of runtime mine: shout\./,
  );
});

test('castellan run --engine node --allow-module narrows packages and built-ins alike', async () => {
  const script = `
    const outcome = (name) => { try { require(name); return 'there' } catch (e) { return e.code } };
    ['shout', 'disk', 'fs', 'node:fs/promises', 'path'].map(outcome)`;
  const outcomes = async (...modules: string[]): Promise<unknown> => {
    const allow = modules.flatMap((name) => ['--allow-module', name]);
    const { stdout, stderr } = await run(script, '--runtime', 'mine', ...allow);
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout);
  };
  const [yes, no] = ['there', 'module_denied'];
  assert.deepEqual(await outcomes('shout', 'node:fs'), [yes, no, yes, yes, no]);
  assert.deepEqual(await outcomes('*'), [yes, yes, no, no, no]);
  assert.deepEqual(await outcomes('node:*'), [no, no, yes, yes, yes]);
  const wrong = await run('1', '--runtime', 'mine', '--allow-module', 'lodash');
  assert.equal(wrong.code, 2);
  assert.match(
    wrong.stderr,
    /--allow-module: "lodash" does not exist here\. .*: disk, shout\. node:\* is/,
  );
});

test('castellan run --engine node --check runs nothing and finds what a run would', async () => {
  const canary = "require('fs').writeFileSync('canary.txt', 'ran'); console.log('ran');";
  const out = join(home, 'out');
  const clean = await run(`${canary} for (;;);`, '--check', '--out', out);
  assert.deepEqual(clean, { code: 0, stdout: '', stderr: '' });
  assert.ok(!existsSync(out));
  const script = `${canary}\nimport 'absent';\nimport fs from 'fs'; fs; nope; Buffer;`;
  const { code, stdout } = await run(script, '--check', '--runtime', 'mine');
  assert.equal(code, 1);
  assert.deepEqual(stdout.split('\n'), [
    'script.js:2:1  Module "absent" was not found. It is no package of this runtime; castellan runtime build makes a runtime that has it',
    'script.js:3:26  "nope" is not defined',
    '',
  ]);
});

test('castellan run --engine node says which command makes the packages that a runtime lacks', async () => {
  rmSync(join(built, 'node_modules'), { recursive: true });
  const { code, stderr } = await run('1', '--runtime', 'mine');
  assert.equal(code, 2);
  assert.match(
    stderr,
    /runtime "mine" has no .*node_modules.*\n  fix: castellan runtime build mine\n/,
  );
});
