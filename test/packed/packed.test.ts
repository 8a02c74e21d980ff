/** What is published, as a stranger installs it: packed, unpacked into a folder of its own, and used. */
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const packages = {
  protocol: '@castellan/protocol',
  press: '@castellan/press',
  runner: '@castellan/runner',
  sandbox: '@castellan/sandbox',
  web: '@castellan/web',
  server: '@castellan/server',
  sdk: '@castellan/sdk',
  cli: 'castellan',
};
const ours: readonly string[] = Object.values(packages);
let home = '';

before(() => {
  home = mkdtempSync(join(tmpdir(), 'castellan-packed-'));
  const modules = join(home, 'node_modules');
  for (const [folder, name] of Object.entries(packages)) {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', home], {
      cwd: join(root, 'packages', folder),
    });
    const tarball = readdirSync(home).find((file) => file.endsWith('.tgz')) ?? '';
    const target = join(modules, name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['xzf', join(home, tarball), '-C', target, '--strip-components=1']);
    rmSync(join(home, tarball));
  }
  linkFromCheckout(broughtBy('castellan'), modules);
  cpSync(join(root, 'examples'), join(home, 'examples'), { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"type":"module"}\n');
});
after(() => rmSync(home, { recursive: true, force: true }));

/** All packages that installing `first` brings: its dependencies, theirs, and so on. */
function broughtBy(first: string): Set<string> {
  const found = new Set<string>();
  const open = [first];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const file = join(ours.includes(name) ? home : root, 'node_modules', name, 'package.json');
    // What is for another platform is not in this checkout.
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly [kind: string]: Readonly<Record<string, string>> | undefined;
    };
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
      open.push(...Object.keys(manifest[kind] ?? {}));
    }
  }
  return found;
}

/** Links other people's packages from this checkout: only Castellan's own packages are under test. */
function linkFromCheckout(names: Iterable<string>, modules: string): void {
  for (const name of names) {
    if (ours.includes(name) || !existsSync(join(root, 'node_modules', name))) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
}

function castellan(...args: string[]): { code: number | null; value: unknown } {
  const bin = join(home, 'node_modules/castellan/dist/castellan.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: home,
    encoding: 'utf8',
  });
  return { code: status, value: status === 0 ? JSON.parse(stdout) : stderr };
}

test('the packed command runs the examples', () => {
  const hello = castellan('run', 'examples/hello.ts', '--params', '{"names":["Ada"]}');
  assert.deepEqual(hello, { code: 0, value: { greetings: ['Hello, Ada!'] } });
  assert.equal(castellan('run', 'examples/text-only.js').code, 0);
  assert.equal(castellan('run', 'examples/multi-file/main.ts').code, 0);
});

test('the packed command says what this machine can enforce', () => {
  const { code, value } = castellan('doctor', '--json');
  assert.equal(code, 0, String(value));
  assert.equal((value as { ok: boolean }).ok, true);
});

test('the packed library runs a script', () => {
  const program = `
    import { createSandbox } from '@castellan/sandbox';
    await using sandbox = await createSandbox({ warm: 0, helpers: { add: (a, b) => a + b } });
    const run = await sandbox.run('export default (p) => add(p.a, 1)', { params: { a: 41 } });
    console.log(JSON.stringify([run.status, run.value, run.isolation.driver]));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: home,
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(out), ['succeeded', 42, 'bubblewrap']);
});

test('the packed library works with what it brings, which is no bundler and no parser', () => {
  const brought = broughtBy('@castellan/sandbox');
  for (const name of ['@castellan/protocol', '@castellan/runner', 'isolated-vm', 'undici']) {
    assert.ok(brought.has(name), name);
  }
  const builders = [...brought].filter((name) => /esbuild|acorn|press/.test(name));
  assert.deepEqual(builders, []);

  // A folder of its own, and copies: nothing is found around it that it did not bring.
  const embedder = mkdtempSync(join(tmpdir(), 'castellan-embedder-'));
  after(() => rmSync(embedder, { recursive: true, force: true }));
  const modules = join(embedder, 'node_modules');
  for (const name of ours.filter((each) => brought.has(each))) {
    cpSync(join(home, 'node_modules', name), join(modules, name), { recursive: true });
  }
  linkFromCheckout(brought, modules);
  const program = `
    import { createSandbox } from '@castellan/sandbox';
    import { listRuntimes } from '@castellan/sandbox/runtimes';
    await using sandbox = await createSandbox({ warm: 0 });
    const { value } = await sandbox.run("import _ from 'lodash'; export default () => _.sum([1, 2])");
    const shipped = listRuntimes().filter(({ isShipped }) => isShipped);
    console.log(JSON.stringify([value, shipped.map(({ name }) => name)]));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: embedder,
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(out), [3, ['2026.11']]);
});

test('the packed command builds a runtime', () => {
  const out = join(home, 'built');
  const { code, value } = castellan(
    'runtime',
    'build',
    'examples/own-runtime',
    '--out',
    out,
    '--json',
  );
  assert.equal(code, 0, String(value));
  const run = castellan('run', 'examples/own-runtime/script.js', '--runtime', out);
  assert.deepEqual(run, { code: 0, value: ['Hello, Ada!', 'HELLO, ADA!'] });
});

test('the packed runtime serves imports, and can be built again', () => {
  writeFileSync(
    join(home, 'packages.js'),
    "import _ from 'lodash'; export default () => _.sum([1, 2]);",
  );
  assert.deepEqual(castellan('run', 'packages.js'), { code: 0, value: 3 });
  const built = join(home, 'node_modules/@castellan/sandbox/dist/built/2026.11');
  assert.ok(readdirSync(built).includes('THIRD-PARTY-LICENSES.txt'));
  const sources = join(home, 'node_modules/castellan/dist/runtime-sources/2026.11');
  assert.deepEqual(readdirSync(sources).toSorted(), ['package-lock.json', 'package.json', 'sleep']);
});

test('the packed service serves, with a config in TypeScript', async () => {
  const config = join(home, 'castellan.config.ts');
  writeFileSync(
    config,
    `import { defineConfig } from 'castellan';
     export default defineConfig({ port: 0 as number, policies: { only: { warm: 0 }, full: { warm: 0, engine: 'node' as const } } });`,
  );
  const bin = join(home, 'node_modules/castellan/dist/castellan.js');
  const service = spawn(process.execPath, [bin, 'serve'], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = once(service, 'exit');
  const [line] = (await Promise.race([once(createInterface(service.stdout), 'line'), exit])) as [
    unknown,
  ];
  const url = /http:\S+/.exec(String(line))?.[0] ?? assert.fail(String(line));
  const run = async (body: object): Promise<Run> => {
    const response = await fetch(new URL('/v1/runs', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=30' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200);
    return (await response.json()) as Run;
  };
  const first = await run({ code: 'return params.a + 1', params: { a: 41 } });
  assert.deepEqual([first.value, first.policy], [42, 'only']);
  // A package of the runtime, and the thread that looks at artifacts.
  const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  const code = `import _ from 'lodash';
    export default async (_params, { artifacts }) => {
      await artifacts.write('a', Uint8Array.from(atob('${gif}'), (c) => c.charCodeAt(0)));
      return _.sum([1, 2]);
    }`;
  const second = await run({ code });
  assert.deepEqual([second.value, second.artifacts[0]?.contentType], [3, 'image/gif']);
  const full = await run({ policy: 'full', code: "return require('node:os').EOL" });
  assert.deepEqual([full.value, full.isolation.engine], ['\n', 'node']);
  service.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
});

test('the packages carry their licences, and no tests and no packages of others', () => {
  for (const name of Object.values(packages)) {
    const files = readdirSync(join(home, 'node_modules', name), {
      recursive: true,
      encoding: 'utf8',
    });
    assert.ok(files.includes('LICENSE') && files.includes('README.md'), name);
    assert.deepEqual(
      files.filter((file) => /\.(?:test|support)\.|tsbuildinfo|fixtures|node_modules/.test(file)),
      [],
      name,
    );
  }
  for (const name of Object.values(packages)) {
    const manifest = JSON.parse(
      readFileSync(join(home, 'node_modules', name, 'package.json'), 'utf8'),
    ) as Record<string, unknown>;
    for (const field of ['description', 'keywords', 'license', 'engines', 'files']) {
      assert.ok(Object.hasOwn(manifest, field), `${name}: ${field}`);
    }
    // Clients, and the words of the protocol that they share, run anywhere.
    const isAnywhere = /\/(?:protocol|sdk|web)$/.test(name);
    const place = isAnywhere ? [undefined, undefined] : [['linux'], ['x64']];
    assert.deepEqual([manifest['os'], manifest['cpu']], place, name);
  }
  const runner = readdirSync(join(home, 'node_modules/@castellan/runner/dist'));
  assert.ok(runner.includes('THIRD-PARTY-LICENSES.txt'));
});
