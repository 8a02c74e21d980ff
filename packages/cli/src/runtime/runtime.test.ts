import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { castellan } from '../castellan.support.ts';

const home = mkdtempSync(join(tmpdir(), 'castellan-runtime-'));
after(() => rmSync(home, { recursive: true, force: true }));
const env = { XDG_DATA_HOME: join(home, 'data') };

/** A runtime whose one package is a folder beside it, with scripts that must never run. */
const traces = join(home, 'script-ran');
const scripts = Object.fromEntries(
  ['preinstall', 'install', 'postinstall', 'prepare'].map((name) => [name, `touch ${traces}`]),
);
const files = {
  'mine/package.json': JSON.stringify({ dependencies: { shout: 'file:./shout' }, scripts }),
  'mine/shout/package.json': JSON.stringify({
    name: 'shout',
    version: '3.2.1',
    license: 'MIT',
    scripts,
  }),
  'mine/shout/index.js': 'module.exports = (text) => text.toUpperCase();',
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  writeFileSync(join(home, name), text);
}
const built = join(env.XDG_DATA_HOME, 'castellan/runtimes/mine');

test('an own runtime takes one file and one command, and none of its scripts runs', async () => {
  const made = await castellan(['runtime', 'build', join(home, 'mine')], { env });
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /^mine {2}\/.*\n {2}shout@3\.2\.1 {2}MIT; 5 specifiers\n$/);
  assert.ok(existsSync(join(built, 'manifest.json')));
  assert.ok(!existsSync(traces));
});

test('castellan run uses it by name and by path, and says so in the run', async () => {
  for (const runtime of ['mine', built]) {
    const options = { env, stdin: "import shout from 'shout'; shout('a')" };
    const { code, stdout, stderr } = await castellan(
      ['run', '-', '--json', '--runtime', runtime],
      options,
    );
    assert.equal(code, 0, stderr);
    const run = JSON.parse(stdout) as { value: unknown; runtime: unknown };
    assert.deepEqual([run.value, run.runtime], ['A', 'mine']);
  }
});

test('castellan run --allow-module narrows the packages and adds the built-ins that it names', async () => {
  const script = `
    const outcome = (name) => { try { require(name); return 'there' } catch (e) { return e.code } };
    ['lodash', 'dayjs', 'node:url', 'crypto'].map(outcome)`;
  const outcomes = async (...modules: string[]): Promise<unknown> => {
    const options = modules.flatMap((name) => ['--allow-module', name]);
    const { stdout, stderr } = await castellan(['run', '-', ...options], { env, stdin: script });
    return stdout === '' ? stderr : (JSON.parse(stdout) as unknown);
  };
  const [yes, no] = ['there', 'module_denied'];
  assert.deepEqual(await outcomes(), [yes, yes, no, no]);
  assert.deepEqual(await outcomes('dayjs', 'url'), [no, yes, yes, no]);
  assert.deepEqual(await outcomes('*', 'node:crypto'), [yes, yes, no, yes]);
});

test('castellan runtime list shows what is built, what is damaged, and what is in one', async () => {
  const all = await castellan(['runtime', 'list', '--json'], { env });
  const { runtimes, builtins } = JSON.parse(all.stdout) as {
    runtimes: { name: string; isShipped: boolean; packages: string[] }[];
    builtins: string[];
  };
  assert.deepEqual(
    runtimes.map(({ name, isShipped }) => [name, isShipped]),
    [
      ['mine', false],
      ['2026.11', true],
    ],
  );
  assert.deepEqual(runtimes[0]?.packages, ['shout']);
  assert.ok(builtins.includes('crypto') && !builtins.includes('fs'));
  const one = await castellan(['runtime', 'list', '2026.11'], { env });
  assert.match(one.stdout, /^ {2}axios@\d+\.\d+\.\d+ +MIT; 1 specifier$/m);

  appendFileSync(join(built, 'modules.shelf'), ' ');
  const damaged = await castellan(['runtime', 'list'], { env });
  assert.equal(damaged.code, 1);
  assert.match(damaged.stdout, /modules\.shelf is not what was built/);
  const refused = await castellan(['run', '-', '--runtime', 'mine'], { env, stdin: '1' });
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /modules\.shelf is not what was built\.\n  fix: castellan runtime build/,
  );
});

test('castellan runtime build builds nothing that is whole and compiled for this Node', async () => {
  for (const args of [['2026.11'], []]) {
    const { code, stdout, stderr } = await castellan(['runtime', 'build', ...args], { env });
    assert.deepEqual([code, stdout], [0, ''], stderr);
    assert.match(
      stderr,
      /^castellan: 2026\.11 is built and compiled for this Node; --force builds/m,
    );
    assert.doesNotMatch(stderr, /installing/);
  }
});

test('castellan runtime list shows what either engine can import', async () => {
  const { stdout } = await castellan(['runtime', 'list'], { env });
  assert.match(stdout, /^2026\.11 .*\n  isolate: axios .* zod\n  node: the same, and .*undici/m);
  assert.match(stdout, /^  isolate: assert .*\n  node: all of Node's, without being named$/m);
  const { runtimes } = JSON.parse(
    (await castellan(['runtime', 'list', '--json'], { env })).stdout,
  ) as {
    runtimes: { name: string; nodePackages: string[] }[];
  };
  assert.ok(runtimes.find(({ name }) => name === '2026.11')?.nodePackages.includes('undici'));
});
