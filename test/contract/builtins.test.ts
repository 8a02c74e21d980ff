import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { createSandbox, type RunHandle } from '@castellan/sandbox';
import { examples } from './builtin-examples.support.ts';

const all = [...new Set(examples.map(([builtin]) => builtin)), 'node:timers'];
const sandbox = await createSandbox({ runtime: null, modules: all, reuse: 'tenant', warm: 2 });
after(() => sandbox.close());
const run = (source: string, modules: readonly string[] = []): RunHandle =>
  sandbox.run(source, { modules, tenant: 'a' });
const require = createRequire(import.meta.url);
const allowed = [
  ...new Set(examples.map(([builtin]) => `node:${builtin.split('/')[0]}`)),
  'buffer',
];
const variable = (builtin: string): string =>
  builtin.replace('/', '_').replace('assert_strict', 'assert');

type Statements = (require: NodeJS.Require, module: unknown) => Promise<unknown>;

/** The result of the statements in this process, as JSON; of an error, its message. */
async function inNode(builtin: string, statements: string): Promise<unknown> {
  const make = new Function(
    'require',
    variable(builtin),
    `return (async () => { ${statements}\n})()`,
  ) as Statements;
  try {
    return JSON.parse(JSON.stringify((await make(require, require(builtin))) ?? null));
  } catch (error) {
    return { threw: (error as Error).message };
  }
}

async function inIsolate(builtin: string, statements: string): Promise<unknown> {
  const bound = variable(builtin);
  const script = `const { ${bound} } = { ${bound}: require('${builtin}') }; const v = await (async () => { ${statements}\n})(); return JSON.parse(JSON.stringify(v ?? null))`;
  const { value, error } = await run(script, allowed);
  return error === null ? value : { threw: error.message };
}

const examplesOf = Map.groupBy(examples, ([builtin]) => builtin);
for (const [builtin, list] of examplesOf) {
  const [same, differing] = [
    list.filter(([, , why]) => why === undefined),
    list.filter(([, , why]) => why !== undefined),
  ];
  test(`${builtin} does what Node does in ${same.length} of ${list.length} examples`, async () => {
    for (const [, statements] of same) {
      assert.deepEqual(
        await inIsolate(builtin, statements),
        await inNode(builtin, statements),
        statements,
      );
    }
  });
  if (differing.length === 0) continue;
  test(`${builtin} differs from Node where it is said to`, async () => {
    for (const [, statements, why] of differing) {
      assert.notDeepEqual(
        await inIsolate(builtin, statements),
        await inNode(builtin, statements),
        `${why}: ${statements}`,
      );
    }
  });
}

/** Names, own names and numbers of parameters of all functions that a module has, and what they have. */
const shape = `const seen = new Set();
const out = [];
const walk = (holder, path) => {
  if (seen.has(holder)) return;
  seen.add(holder);
  for (const key of Object.getOwnPropertyNames(holder)) {
    const { value } = Object.getOwnPropertyDescriptor(holder, key);
    if (typeof value === 'function') out.push(path + key + ' ' + value.name + ' ' + value.length);
    if (typeof value === 'function' || key === 'prototype') walk(value, path + key + '.');
  }
};
walk(found, '');
return out.sort();`;

/** What Node has and an isolate cannot, or has otherwise. */
const others: Readonly<Record<string, readonly RegExp[]>> = {
  buffer: [/^Blob/, /^File/, /^SlowBuffer /, /^resolveObjectURL/, /^transcode/],
  path: [/matchesGlob/],
};

for (const builtin of ['assert', 'buffer', 'events', 'path', 'string_decoder', 'zlib']) {
  test(`${builtin} has the functions of Node's, by their names and numbers of parameters`, async () => {
    const listed = (names: unknown): string[] =>
      (names as string[]).filter((name) => !others[builtin]?.some((other) => other.test(name)));
    const here = new Function('found', shape)(require(builtin)) as unknown;
    const script = `const found = require('${builtin}'); ${shape}`;
    assert.deepEqual(listed((await run(script, allowed)).value), listed(here));
  });
}

test('built-ins are there with and without node:, in all ways to import', async () => {
  const script =
    "import path, { join } from 'node:path'; import * as all from 'path'; const { default: dynamic } = await import('path'); export default () => [join === path.join, all.join === join, dynamic === path]";
  assert.deepEqual((await run(script, ['path'])).value, [true, true, true]);
  assert.deepEqual(
    (
      await run("return [require('node:url') === require('url'), typeof require('url').parse]", [
        'node:url',
      ])
    ).value,
    [true, 'function'],
  );
});

test('a built-in is denied unless it is named', async () => {
  const { error, reason } = await run("require('crypto')", ['node:url', 'path']);
  assert.deepEqual(
    [reason, error?.message],
    ['module_denied', 'Module "crypto" is not allowed. Allowed: node:url, path'],
  );
  assert.equal((await run("require('path')")).reason, 'module_denied');
});

test('what tells of a process or reaches out does not exist, and cannot be named', async () => {
  const names = [
    'process',
    'fs',
    'fs/promises',
    'os',
    'child_process',
    'worker_threads',
    'vm',
    'module',
    'v8',
    'inspector',
    'perf_hooks',
    'net',
    'http',
    'https',
    'dns',
    'tls',
    'cluster',
    'repl',
    'async_hooks',
    'diagnostics_channel',
    'wasi',
    'sqlite',
    'test',
    'tty',
    'readline',
    'sys',
    'constants',
    '_http_client',
  ];
  const script = `return params.filter((name) => { for (const s of [name, 'node:' + name]) { try { require(s); return true } catch (e) { if (!e.code.startsWith('module_')) return true } } return false })`;
  const { value, error } = await sandbox.run(script, { params: names, tenant: 'a' });
  assert.deepEqual([value, error], [[], null]);
  for (const name of ['fs', 'node:process', 'node:lodash', '_http_client']) {
    await assert.rejects(createSandbox({ modules: [name] }), {
      code: 'invalid_option',
      message: new RegExp(
        `^modules: "${name}" does not exist here\\. Packages of runtime .*axios, `,
      ),
    });
  }
});

test('Buffer is a global exactly when its built-in is allowed', async () => {
  const script = 'return [typeof Buffer, typeof process, typeof global]';
  assert.deepEqual((await run(script, ['crypto'])).value, ['undefined', 'undefined', 'undefined']);
  assert.deepEqual((await run(script, ['node:buffer'])).value, [
    'function',
    'undefined',
    'undefined',
  ]);
  const own =
    "const before = Object.keys(globalThis).includes('Buffer'); globalThis.Buffer = 1; return [before, Buffer, require('buffer').Buffer.from('a').length]";
  assert.deepEqual((await run(own, ['buffer'])).value, [false, 1, 1]);
});

test('Buffer is one and the same for the script, built-ins and streams', async () => {
  const script =
    "const { PassThrough } = require('stream'); const p = new PassThrough(); p.end('x'); const c = p.read(); return [c instanceof Buffer, Buffer === require('buffer').Buffer, require('crypto').randomBytes(1) instanceof Buffer]";
  assert.deepEqual((await run(script, ['stream', 'buffer', 'crypto'])).value, [true, true, true]);
});
