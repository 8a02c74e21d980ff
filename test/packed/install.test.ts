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

/** What a stranger gets wrong, or what is wrong with the machine: files, a command, and the one sentence that it ends with. */
const mistakes: readonly {
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly command: string;
  readonly says: RegExp;
}[] = [
  {
    name: 'an option of the config that there is none of',
    files: { 'castellan.config.ts': 'export default { prot: 1 }' },
    command: 'castellan serve --config castellan.config.ts',
    says: /no option prot\. .*Known: .*port/s,
  },
  {
    name: 'a word of the config that there is none of',
    files: {
      'castellan.config.json': '{ "policies": { "default": { "engine": "deno" } } }',
    },
    command: 'castellan serve --config castellan.config.json',
    says: /one of isolate, node, not "deno"/,
  },
  {
    name: 'a config that does not parse, beside a package.json of CommonJS',
    files: {
      'package.json': '{ "type": "commonjs" }',
      'castellan.config.mts': 'export default {',
    },
    command: 'castellan serve --config castellan.config.mts',
    says: /castellan\.config\.mts/,
  },
  {
    name: 'a config that is not there',
    command: 'castellan serve --config nowhere.ts',
    says: /nowhere\.ts/,
  },
  {
    name: 'a folder that cannot be written to',
    command: 'castellan serve --data /usr/castellan',
    says: /\/usr\/castellan/,
  },
  {
    name: 'a browser that is not there',
    command: 'castellan serve --browser --chromium /nowhere/chromium --port 0',
    says: /\/nowhere\/chromium/,
  },
  {
    name: 'a flag with a letter too much',
    command: 'castellan run - --walll 5s </dev/null',
    says: /--walll.*Did you mean --wall/s,
  },
  {
    name: 'a command with letters in another order',
    command: 'castellan lsit',
    says: /Did you mean list/,
  },
  {
    name: 'a file that is not there',
    command: 'castellan run nowhere.js',
    says: /nowhere\.js/,
  },
  {
    name: 'a package that is not there',
    command: "echo 'return 1' | castellan run - --allow-module left-pad",
    says: /left-pad/,
  },
];

for (const [index, { name, files = {}, command, says }] of mistakes.entries()) {
  test(`${name}: one sentence, and exit 2`, async () => {
    const folder = `mistake-${index}`;
    await sh(folder, 'true');
    for (const [file, content] of Object.entries(files))
      writeFileSync(join(home, folder, file), content);
    const said = await sh(folder, `code=0; { ${command}; } 2>&1 || code=$?; test $code = 2`);
    assert.match(said, says);
    assert.doesNotMatch(said, /fault of castellan|^ +at /m, said);
  });
}

test('a config loads in an empty folder, its service takes scripts, and its port is taken', async () => {
  await sh('service', 'true');
  const config = `
    import { defineConfig } from 'castellan';
    const wallMs: number = 5_000;
    export default defineConfig({ policies: { default: { limits: { wallMs } } } });`;
  writeFileSync(join(home, 'service', 'castellan.config.ts'), config);
  writeFileSync(join(home, 'service', 'package.json'), '{ "type": "commonjs" }');
  const said = await sh(
    'service',
    `castellan serve --config castellan.config.ts --port 0 > log &
     served=$!
     until grep -q 'listens on' log; do kill -0 $served; sleep 0.1; done
     url=$(sed -n 's/.*listens on //p' log)
     curl -s $url/v1/runs -H 'Content-Type: application/json' -H 'Prefer: wait=20' -d '{"code":"return params.a + 1","params":{"a":41}}'
     echo 'console.log("live"); return params.n' > job.js
     CASTELLAN_URL=$url castellan submit job.js --params '{"n":7}' 2> lines; cat lines
     CASTELLAN_URL=$url castellan list
     code=0; castellan serve --data other --port \${url##*:} 2> taken || code=$?
     cat taken; test $code = 2
     kill $served; wait $served`,
  );
  assert.match(said, /"value":42/);
  assert.match(said, /"wallMs":5000/);
  assert.match(said, /}7$/m);
  assert.match(said, /^live$/m);
  assert.equal(said.match(/^run_\w+ .*succeeded/gm)?.length, 2, said);
  assert.match(said, /in use/);
  assert.doesNotMatch(said, /fault of castellan|^ +at /m, said);
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
