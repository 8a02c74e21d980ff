/**
 * What the README says to a stranger: an ordinary user, an empty folder, and `npm`. The registry is one on
 * this machine that has the packed packages.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Registry, startRegistry } from './registry.support.ts';
import { putTools } from './tools.support.ts';

const nobody = 65_534;
let registry: Registry;
/** The stranger's home; Node and npm beside it, where an ordinary user may go. */
let home = '';
let tools = '';

before(async () => {
  registry = await startRegistry();
  const folder = mkdtempSync(join(tmpdir(), 'castellan-stranger-'));
  home = join(folder, 'home');
  tools = join(folder, 'tools');
  mkdirSync(home);
  putTools(tools);
  chmodSync(folder, 0o755);
  if (process.getuid?.() === 0) chownSync(home, nobody, nobody);
});
after(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(dirname(home), { recursive: true, force: true });
});

/** Runs a command as the stranger, in a folder of theirs. */
async function sh(folder: string, command: string, input = ''): Promise<string> {
  const cwd = join(home, folder);
  const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if (!existsSync(cwd)) {
    mkdirSync(cwd);
    if (process.getuid?.() === 0) chownSync(cwd, nobody, nobody);
  }
  const env = {
    HOME: home,
    PATH: `${tools}/bin:${home}/.npm-global/bin:/usr/local/bin:/usr/bin:/bin`,
    npm_config_registry: registry.url,
    npm_config_prefix: join(home, '.npm-global'),
    npm_config_update_notifier: 'false',
  };
  // The registry is in this process, so nothing here may block.
  const child = spawn('sh', ['-euc', command], { cwd, env, ...asNobody });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  assert.equal(code, 0, `${command}\n${stdout}\n${stderr}`);
  return stdout;
}

test('npm installs the command for an ordinary user', async () => {
  await sh('install', 'npm install --global castellan');
});

test('the stranger runs a script in an empty folder', async () => {
  writeFileSync(
    join(home, 'hello.ts'),
    'const name: string = params.name; return `Hello, ${name}!`',
  );
  const said = await sh('empty', `castellan run ../hello.ts --params '{"name":"Ada"}'`);
  assert.equal(said, '"Hello, Ada!"\n');
  assert.match(await sh('empty', 'castellan --version'), /^\d+\.\d+\.\d+\n$/);
});

test('doctor says what the machine of the stranger can enforce', async () => {
  assert.match(await sh('empty', 'castellan doctor'), /seccomp/);
});

test('what is installed has packages for scripts in both engines', async () => {
  const script = "import _ from 'lodash'; export default () => _.sum([1, 2]);";
  assert.equal(await sh('empty', 'castellan run -', script), '3\n');
  assert.equal(await sh('empty', 'castellan run - --engine node', script), '3\n');
  assert.ok(existsSync(join(home, '.cache/castellan/packages')), 'unpacked once');
  assert.equal(await sh('empty', 'castellan run - --engine node', script), '3\n');
});

test('npx runs a script without an installation', async () => {
  assert.equal(
    await sh('npx', 'npm_config_prefix=$HOME/none npx --yes castellan run -', 'return 6 * 7'),
    '42\n',
  );
});

test('the library is added to a project, and runs a script', async () => {
  const program = `
    import { createSandbox } from '@castellan/sandbox';
    await using sandbox = await createSandbox();
    console.log((await sandbox.run('return 6 * 7')).value);`;
  await sh('project', 'npm init --yes && npm install @castellan/sandbox');
  assert.equal(await sh('project', 'node --input-type=module', program), '42\n');
});
