import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { packedPackages } from '@castellan/protocol/runtimes';
import { createSandbox } from '../sandbox.ts';
import { modulePolicy, nodeModulePolicy } from './modules.ts';
import { locateParts } from '../boxes/runner/parts.ts';

const { runnerDir } = locateParts();
const policy = (modules?: string[], runtime?: string | null) =>
  modulePolicy(
    {
      ...(modules === undefined ? {} : { modules }),
      ...(runtime === undefined ? {} : { runtime }),
    },
    runnerDir,
  );

test('modulePolicy allows every package and no built-in by default', () => {
  const { allowed, runtime } = policy();
  assert.equal(runtime?.name, '2026.11');
  assert.ok(allowed.includes('axios') && !allowed.includes('url'));
  assert.deepEqual(allowed, Object.keys(runtime.packages));
});

test('modulePolicy allows what is named, and all packages by *', () => {
  assert.deepEqual(policy(['node:url', 'dayjs', 'lodash/get', 'dayjs']).allowed, [
    'dayjs',
    'lodash/get',
    'node:url',
  ]);
  assert.ok(policy(['*', 'crypto']).allowed.includes('zod'));
  assert.deepEqual(policy([]).allowed, []);
  assert.deepEqual(policy(undefined, null).allowed, []);
  assert.deepEqual(policy(['*', 'url'], null).allowed, ['url']);
});

for (const name of [
  'fs',
  'node:fs',
  'process',
  'node:lodash',
  'lodash/nope',
  'lodash/../axios',
  'lodash/',
  '',
  '__proto__',
  'constructor',
  'NODE:URL',
  'url/',
  './x',
  'evil-lodash',
  'parse5',
  '**',
]) {
  test(`modulePolicy refuses ${JSON.stringify(name)} with its value and with what exists`, () => {
    assert.throws(() => policy([name]), {
      code: 'invalid_option',
      message: `modules: ${JSON.stringify(name)} does not exist here. Packages of runtime 2026.11: ${policy().allowed.join(', ')}. Node built-ins: ${policy([], null).builtins.join(', ')}.`,
    });
  });
}

test('narrow takes less, in another spelling too, and never more', () => {
  const given = policy(['dayjs', 'node:timers', 'lodash/get']);
  assert.deepEqual(given.narrow(undefined), ['dayjs', 'lodash/get', 'node:timers']);
  assert.deepEqual(given.narrow(['dayjs/plugin/utc', 'timers/promises']), [
    'dayjs/plugin/utc',
    'timers/promises',
  ]);
  assert.deepEqual(given.narrow(['*']), ['dayjs']);
  assert.deepEqual(given.narrow([]), []);
  for (const more of ['lodash', 'axios', 'url', 'dayjs-evil', 'node:dayjs']) {
    assert.throws(() => given.narrow(['dayjs', more]), {
      code: 'invalid_option',
      message: `modules can only narrow what the sandbox allows, and ${JSON.stringify(more)} is not allowed. Allowed: dayjs, lodash/get, node:timers.`,
    });
  }
});

test('a run has the name of its runtime, and the modules that are left to it', async () => {
  await using sandbox = await createSandbox({ modules: ['dayjs', 'ms'] });
  const source = "require('dayjs'); require('ms'); 1";
  const run = await sandbox.run(source, { modules: ['dayjs'] });
  assert.equal(run.runtime, '2026.11');
  assert.equal(run.error?.message, 'Module "ms" is not allowed. Allowed: dayjs');
  assert.equal((await sandbox.run(source)).status, 'succeeded');
  assert.throws(() => sandbox.run(source, { modules: ['axios'] }), { code: 'invalid_option' });
});

test('createSandbox refuses a runtime that is not built', async () => {
  await assert.rejects(createSandbox({ runtime: '1999.01' }), {
    code: 'invalid_option',
    message: /^runtime "1999\.01" is not built here\. Built: .*2026\.11/,
  });
  await assert.rejects(createSandbox({ runtime: '../2026.11' }), { code: 'invalid_option' });
  await assert.rejects(createSandbox({ runtime: 7 as never }), { code: 'invalid_option' });
});

test('nodeModulePolicy allows all of Node and every package, and narrows both', () => {
  const all = nodeModulePolicy({});
  const { allowed, runtime, nodeModules } = all;
  assert.deepEqual(allowed, ['*', 'node:*']);
  assert.equal(runtime?.name, '2026.11');
  assert.equal(nodeModules, runtime.nodeModules);
  assert.deepEqual(all.narrow(['dayjs', 'fs']), ['dayjs', 'fs']);
  const some = nodeModulePolicy({ modules: ['lodash', 'node:fs'] });
  assert.deepEqual(some.narrow(['fs/promises', 'lodash/get', 'lodash']), [
    'fs/promises',
    'lodash/get',
    'lodash',
  ]);
  for (const more of ['dayjs', 'path', 'node:path', '*', 'node:*', 'node:lodash']) {
    assert.throws(() => some.narrow(['lodash', more]), { code: 'invalid_option' }, more);
  }
  const packages = nodeModulePolicy({ modules: ['*'] });
  assert.deepEqual(packages.narrow(['axios']), ['axios']);
  assert.throws(() => packages.narrow(['fs']), { code: 'invalid_option' });
  const builtins = nodeModulePolicy({ modules: ['node:*'], runtime: null });
  assert.deepEqual(builtins.narrow(['node:fs', 'path']), ['node:fs', 'path']);
  assert.throws(() => builtins.narrow(['axios']), { code: 'invalid_option' });
});

for (const name of ['lodasch', 'node:nope', '', './x', '/etc', '**', '__proto__', 'node:lodash']) {
  test(`nodeModulePolicy refuses ${JSON.stringify(name)} with its value and with what exists`, () => {
    const message = new RegExp(
      `^modules: ${JSON.stringify(name).replaceAll('*', '\\*')} does not exist here\\. Packages of runtime 2026\\.11: .*axios.*\\. node:\\* is every built-in of Node\\.$`,
    );
    assert.throws(() => nodeModulePolicy({ modules: [name] }), { code: 'invalid_option', message });
  });
}

test('nodeModulePolicy refuses a runtime without installed packages, and says what makes them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-bare-'));
  try {
    const bare = join(folder, 'bare');
    const { folder: shipped } = policy().runtime ?? { folder: '' };
    const absent = [join(shipped, 'node_modules'), join(shipped, packedPackages)];
    const filter = (path: string): boolean => !absent.some((each) => path.startsWith(each));
    cpSync(shipped, bare, { recursive: true, filter });
    assert.throws(() => nodeModulePolicy({ runtime: bare }), {
      code: 'invalid_option',
      message: `runtime ${JSON.stringify(bare)} has no ${join(bare, 'node_modules')}, which the node engine imports from. With runtime null there are no packages. To fix it: castellan runtime build 2026.11`,
      option: 'runtime',
      value: bare,
      fix: 'castellan runtime build 2026.11',
    });
    const both = { runtime: '2026.11', nodeModules: join(shipped, 'node_modules') };
    assert.throws(() => nodeModulePolicy(both), /give one of the two/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an import that misses the packages of the default runtime says what makes them', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'castellan-bare-'));
  t.mock.property(process, 'env', { ...process.env, XDG_DATA_HOME: data });
  const { folder: shipped } = policy().runtime ?? { folder: '' };
  const absent = [join(shipped, 'node_modules'), join(shipped, packedPackages)];
  const filter = (path: string): boolean => !absent.some((each) => path.startsWith(each));
  cpSync(shipped, join(data, 'castellan/runtimes/2026.11'), { recursive: true, filter });
  try {
    await using sandbox = await createSandbox({ engine: 'node' });
    const fix =
      'The runtime 2026.11 has no packages for the node engine here: castellan runtime build 2026.11';
    const run = await sandbox.run("import 'axios'");
    assert.equal(run.reason, 'module_not_found');
    assert.equal(run.error?.message, `Module "axios" was not found. ${fix}`);
    const own = await sandbox.run("import './x.js'");
    assert.equal(own.error?.message, 'Module "./x.js" was not found');
    await using without = await createSandbox({ engine: 'node', runtime: null });
    assert.match(
      (await without.run("import 'axios'")).error?.message ?? '',
      /^Module "axios" was not found\. .*castellan runtime build/,
    );
  } finally {
    rmSync(data, { recursive: true });
  }
});
