// Who may import whom. The rules are the table below; the packages' purposes are in ARCHITECTURE.md.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, normalize } from 'node:path';
import { test } from 'node:test';
import { parseSync } from 'oxc-parser';
import { readManifest, readPackages, root } from './sources.support.ts';
import type { Manifest } from './sources.support.ts';
import { specifiersOf } from './specifiers.support.ts';

interface Rule {
  /** Workspace packages that the sources may import, and its scripts too. */
  readonly imports: readonly string[];
  /** Workspace packages that only its scripts may import: they build it and do not ship with it. */
  readonly builtWith?: readonly string[];
  /** Workspace packages that it only finds on disk: in the manifest, never imported. */
  readonly locates?: readonly string[];
  /** False where the code also runs outside Node. */
  readonly node: boolean;
}

const table: Readonly<Record<string, Rule>> = {
  protocol: { imports: [], node: false },
  press: { imports: ['@castellan/protocol'], node: true },
  runner: { imports: ['@castellan/protocol'], builtWith: ['@castellan/press'], node: true },
  sandbox: { imports: ['@castellan/protocol'], locates: ['@castellan/runner'], node: true },
  server: {
    imports: ['@castellan/protocol', '@castellan/sandbox'],
    locates: ['@castellan/web'],
    node: true,
  },
  // A page’s worker has the guest of an isolate in it, as text.
  sdk: { imports: ['@castellan/protocol'], builtWith: ['@castellan/runner'], node: false },
  // A visitor's browser.
  web: { imports: ['@castellan/protocol', '@castellan/sdk'], node: false },
  cli: {
    imports: [
      '@castellan/press',
      '@castellan/protocol',
      '@castellan/sandbox',
      '@castellan/sdk',
      '@castellan/server',
    ],
    node: true,
  },
};

/**
 * Folders inside a package, and what else of it their sources may import: folders, or single files.
 * A source belongs to the longest folder that holds it. What lies in `src` itself puts the folders
 * together. Types of the sandbox may be imported anywhere in the server.
 */
const folders: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  runner: {
    channel: [],
    // Reads scripts, and knows no engine.
    script: ['entry/failures.ts', 'entry/inner-errors.ts'],
    // Rules that both engines call: of the guest only what works without it.
    entry: ['guest/platform/natives.ts', 'guest/platform/brands.ts'],
    'guest/platform': ['guest/native/wire.ts'],
    guest: ['guest/platform', 'entry'],
    engines: ['channel', 'entry/natives.ts', 'guest/platform/crypto-host.ts'],
    'engines/isolate': ['engines', 'channel', 'script', 'entry', 'guest', 'guest/platform'],
    'engines/node': ['engines', 'channel', 'script', 'entry'],
    'engines/worker': ['engines', 'channel', 'script', 'entry', 'guest', 'guest/platform'],
  },
  server: {
    policies: [],
    // What keeps state: its fault, connections to PostgreSQL, tables that both databases have.
    storage: [],
    keys: ['storage'],
    functions: ['storage'],
    secrets: ['storage'],
    kv: ['storage'],
    schedules: ['storage'],
    // Reads the runs whose end it tells.
    webhooks: ['runs', 'storage'],
    runs: ['policies', 'storage'],
    // Calls that take no row of the queue.
    calls: ['runs'],
    shares: ['storage'],
    // Which tables there are beside runs, keys and stored links.
    stored: ['functions', 'schedules', 'secrets', 'kv', 'webhooks', 'storage'],
    moving: ['runs', 'keys', 'storage', 'stored', 'shares'],
    // Requests over HTTP that runs answer, between the listener and the launcher.
    exchanges: ['runs'],
    // Workers speak in the frames of launchers.
    http: [
      'runs',
      'exchanges',
      'shares',
      'keys',
      'functions',
      'secrets',
      'schedules',
      'webhooks',
      'policies',
      'storage',
      'launching/inbound.ts',
      'launching/messages.ts',
    ],
    // The form of a function's name.
    config: ['policies', 'functions'],
    launching: ['runs', 'exchanges', 'policies', 'config', 'kv'],
    launcher: ['launching', 'runs', 'policies', 'config', 'kv'],
    worker: ['launching', 'runs', 'policies'],
    // The files, and how they are opened.
    backup: ['runs', 'keys', 'storage', 'stored', 'shares'],
  },
};
const server = 'packages/server/src/';
/** The only folder of the server that makes boxes. */
const boxMaker = `${server}launcher/`;

/** Runs in the isolate: no Node there, and nothing of the runner around it. */
const guest = 'packages/runner/src/guest/';
/** Rules that both engines call: what it imports has to work in the isolate too. */
const rules = 'packages/runner/src/entry/';
/** Parts of the guest's folder that run in Node while the guest is built or tested, or never. */
const besideGuest = /\.(?:test|support)\.ts$|[/-]bundling\.ts$|\.d\.ts$/;

const workspaceNames = readPackages().map(({ manifest }) => manifest.name);
const testTools = Object.keys(readManifest('package.json').devDependencies ?? {});

/** Every rule that a source or a script breaks, in words. `file` is relative to the root. */
function violations(file: string, source: string, manifest: Manifest): string[] {
  const [, folder = '', part = ''] = file.split('/');
  const isScript = part === 'scripts';
  const rule = table[folder];
  if (rule === undefined) return [`packages/${folder} has no row in the import table`];
  const isTest = /\.(?:test|support)\.ts$|\/fixtures\//.test(file);
  const inGuest = (file.startsWith(guest) || file.startsWith(rules)) && !besideGuest.test(file);
  const { dependencies = {}, devDependencies = {} } = manifest;
  // What is bundled: its devDependencies are what it is built from.
  const bundled =
    folder === 'runner' || folder === 'web' || isScript ? Object.keys(devDependencies) : [];
  const declared = [...(inGuest ? [] : Object.keys(dependencies)), ...bundled];
  const workspace = [...rule.imports, ...(isScript ? (rule.builtWith ?? []) : [])];
  // A script may use all of its package, also what is built of it; no source may use a script.
  const home = isScript ? `packages/${folder}/` : `packages/${folder}/src/`;
  if (isTest) declared.push(...testTools);
  if (file === `${guest}platform/bundling.ts`) declared.push('esbuild');

  const isBoxless = file.startsWith(server) && !file.startsWith(boxMaker) && !isTest;
  const running = isBoxless ? runningImportsOf(file, source) : new Set<string>();
  return specifiersOf(file, source).flatMap((written) => {
    const broken = (why: string): string[] => [`${file} imports '${written}': ${why}`];
    // The guest's build turns 'library:x' into x, evaluated when it is first needed.
    const specifier = inGuest ? written.replace(/^library:/, '') : written;
    if (specifier.startsWith('.')) {
      const target = normalize(join(file, '..', specifier));
      if (isTest && isShared(target)) return [];
      if (!target.startsWith(home)) return broken('leaves its package');
      const stays = target.startsWith(guest) || target.startsWith(rules);
      if (inGuest && !stays) return broken('leaves the guest');
      const isFree = isTest || isScript || besideGuest.test(file);
      return isFree || mayReach(file, target) ? [] : broken('its folder may not import that one');
    }
    if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
      if (!specifier.startsWith('node:')) return broken("a built-in needs 'node:'");
      if (inGuest) return broken('the guest has no Node');
      return rule.node || isTest || isScript ? [] : broken('this package also runs outside Node');
    }
    const name = packageName(specifier);
    // What there is to import can be read without making a box.
    const makesBoxes = specifier !== '@castellan/sandbox/runtimes';
    if (name === '@castellan/sandbox' && makesBoxes && isBoxless && running.has(written)) {
      return broken('only the launcher makes boxes; a type may be imported as one');
    }
    if (workspaceNames.includes(name)) {
      return workspace.includes(name) ? [] : broken('not in the import table');
    }
    return declared.includes(name) ? [] : broken('not in its package.json');
  });
}

/** Support for the tests of all packages. */
function isShared(target: string): boolean {
  return /^test\/shared\/[\w-]+\.support\.ts$/.test(target);
}

/** Whether the folder of a source may import another source of its package. */
function mayReach(file: string, target: string): boolean {
  const [, name = ''] = file.split('/');
  const rows = folders[name];
  if (rows === undefined) return true;
  const [from, to] = [file, target].map((path) => path.slice(`packages/${name}/src/`.length));
  if (from === undefined || to === undefined || !from.includes('/')) return true;
  const own = folderOf(rows, from);
  const reached = folderOf(rows, to);
  if (own === undefined || reached === undefined) return false;
  return own === reached || (rows[own] ?? []).some((item) => item === reached || item === to);
}

/** The longest of the folders that holds a file. */
function folderOf(rows: Readonly<Record<string, unknown>>, file: string): string | undefined {
  return Object.keys(rows)
    .filter((folder) => file.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** The specifiers of a source that are still there when its types are stripped. */
function runningImportsOf(file: string, source: string): ReadonlySet<string> {
  const { module } = parseSync(file, source);
  const isRunning = ({ entries }: { entries: readonly { isType: boolean }[] }): boolean =>
    entries.length === 0 || entries.some(({ isType }) => !isType);
  return new Set(
    module.staticImports.filter(isRunning).map(({ moduleRequest }) => moduleRequest.value),
  );
}

/** Every workspace package that the manifest names and the table does not allow there. */
function manifestViolations(folder: string, manifest: Manifest): string[] {
  const { imports = [], locates = [], builtWith = [] } = table[folder] ?? {};
  const { dependencies, devDependencies = {}, optionalDependencies, peerDependencies } = manifest;
  const shipped = { ...dependencies, ...optionalDependencies, ...peerDependencies };
  const allowed = [...imports, ...locates];
  return [
    ...Object.keys(shipped).filter((name) => !allowed.includes(name)),
    ...Object.keys(devDependencies).filter((name) => ![...allowed, ...builtWith].includes(name)),
  ]
    .filter((name) => workspaceNames.includes(name))
    .map((name) => `packages/${folder}/package.json names ${name}: not in the import table`);
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

test('every source file and script imports only what the table allows', () => {
  const files = globSync('packages/*/{src,scripts}/**/*.{ts,tsx}', { cwd: root }).toSorted();
  assert.ok(files.some((file) => file.includes('/src/')));
  assert.ok(files.some((file) => file.includes('/scripts/')));
  const manifests = new Map(readPackages().map(({ folder, manifest }) => [folder, manifest]));
  const found = files.flatMap((file) => {
    const manifest = manifests.get(file.split('/')[1] ?? '') ?? { name: '' };
    return violations(file, readFileSync(join(root, file), 'utf8'), manifest);
  });
  assert.deepEqual(found, []);
});

test('every package has a row in the table, and every row a package', () => {
  assert.deepEqual(
    readPackages().map(({ folder }) => folder),
    Object.keys(table).toSorted(),
  );
});

test('every manifest names only workspace packages that the table allows', () => {
  const found = readPackages().flatMap(({ folder, manifest }) =>
    manifestViolations(folder, manifest),
  );
  assert.deepEqual(found, []);
});

test('manifestViolations refuses a workspace package without a row, of any kind', () => {
  const wanted = { '@castellan/sandbox': '0.1.0' };
  for (const kind of [
    'dependencies',
    'devDependencies',
    'optionalDependencies',
    'peerDependencies',
  ]) {
    assert.equal(manifestViolations('runner', { name: 'x', [kind]: wanted }).length, 1, kind);
  }
  assert.deepEqual(manifestViolations('cli', { name: 'x', dependencies: wanted }), []);
});

test('manifestViolations refuses to ship what a package is only built with', () => {
  const press = { '@castellan/press': '0.1.0' };
  assert.deepEqual(manifestViolations('runner', { name: 'x', devDependencies: press }), []);
  assert.equal(manifestViolations('runner', { name: 'x', dependencies: press }).length, 1);
  assert.equal(manifestViolations('sandbox', { name: 'x', devDependencies: press }).length, 1);
});

const manifest: Manifest = {
  name: 'x',
  dependencies: { undici: '8.12.0' },
  devDependencies: { acorn: '8.19.0' },
};

for (const [file, source, why] of [
  ['sandbox/src/a.ts', "import { main } from '@castellan/runner';", 'import table'],
  ['sandbox/src/a.ts', "import type { A } from '@castellan/runner/b';", 'import table'],
  ['sandbox/src/a.ts', "export * from '../../runner/src/main.ts';", 'leaves its package'],
  ['sandbox/src/a.ts', "await import('../../runner/dist/main.js');", 'leaves its package'],
  ['sandbox/src/a.ts', "import { a } from '../../../test/shared/a.support.ts';", 'leaves its'],
  [
    'sandbox/src/a.test.ts',
    "import { a } from '../../../test/service/a.support.ts';",
    'leaves its',
  ],
  ['sandbox/src/a.ts', "type A = import('@castellan/runner').A;", 'import table'],
  ['sandbox/src/a.ts', "const a = require('@castellan/runner');", 'import table'],
  ['sandbox/src/a.ts', "import a from 'left-pad';", 'package.json'],
  ['sandbox/src/a.ts', "import a from 'acorn';", 'package.json'],
  ['sandbox/src/a.ts', "import a from 'fs';", "needs 'node:'"],
  ['sandbox/src/a.test.ts', "import { main } from '@castellan/runner';", 'import table'],
  ['protocol/src/a.ts', "import { Buffer } from 'node:buffer';", 'outside Node'],
  ['protocol/src/a.ts', "import { a } from '@castellan/sandbox';", 'import table'],
  ['runner/src/a.ts', "import { a } from '@castellan/sandbox';", 'import table'],
  ['runner/src/a.ts', "import { press } from '@castellan/press';", 'import table'],
  ['runner/src/a.ts', "import { build } from '../scripts/build.ts';", 'leaves its package'],
  ['runner/scripts/a.ts', "import { a } from '../../press/src/a.ts';", 'leaves its package'],
  ['runner/scripts/a.ts', "import { a } from '../../press/dist/a.js';", 'leaves its package'],
  ['runner/scripts/a.ts', "import { a } from '@castellan/sandbox';", 'import table'],
  ['runner/scripts/a.ts', "import a from 'left-pad';", 'package.json'],
  ['sandbox/scripts/a.ts', "import { press } from '@castellan/press';", 'import table'],
  ['sandbox/src/a.ts', "import { press } from '@castellan/press';", 'import table'],
  ['press/src/a.test.ts', "import { a } from '@castellan/sandbox';", 'import table'],
  ['runner/src/guest/a.ts', "import { readFile } from 'node:fs/promises';", 'has no Node'],
  ['runner/src/guest/b/a.ts', "import { a } from '../../main.ts';", 'leaves the guest'],
  ['runner/src/guest/a.ts', "import a from 'undici';", 'package.json'],
  ['runner/src/entry/a.ts', "import { a } from '../guest/bundles.ts';", 'may not import'],
  ['runner/src/entry/a.ts', "import type { a } from '../script/files.ts';", 'leaves the guest'],
  ['runner/src/guest/a.ts', "import type { a } from '../engines/engine.ts';", 'leaves the guest'],
  ['runner/src/script/a.ts', "import { a } from '../engines/node/a.ts';", 'may not import'],
  ['runner/src/engines/node/a.ts', "import { a } from '../isolate/a.ts';", 'may not import'],
  ['runner/src/engines/isolate/a.ts', "import { a } from '../node/a.ts';", 'may not import'],
  ['runner/src/engines/a.ts', "import { a } from './node/a.ts';", 'may not import'],
  ['site/src/a.ts', '', 'no row'],
  ['server/src/http/a.ts', "import { a } from '../launcher/b.ts';", 'may not import'],
  ['server/src/runs/a/b.ts', "import type { a } from '../../http/b.ts';", 'may not import'],
  ['server/src/http/a.ts', "import { serve } from '../serve.ts';", 'may not import'],
  ['server/src/http/a.ts', "import { createSandbox } from '@castellan/sandbox';", 'launcher'],
] as const) {
  test(`violations refuses ${source || 'a file'} in ${file}`, () => {
    const found = violations(`packages/${file}`, source, manifest);
    assert.equal(found.length, 1);
    assert.ok(found[0]?.includes(why), found[0]);
  });
}

for (const [file, source] of [
  ['sandbox/src/a/b.ts', "import a from 'undici/lib/a.js'; import b from '../c.ts';"],
  ['sandbox/src/a.ts', "const code = \"import a from 'left-pad'\"; // import('left-pad')"],
  ['protocol/src/a.test.ts', "import { test } from 'node:test'; import fc from 'fast-check';"],
  ['sandbox/src/a.test.ts', "import { a } from '../../../test/shared/a.support.ts';"],
  ['runner/src/guest/a/b.ts', "import a from 'acorn'; import { b } from '../c.ts';"],
  ['runner/src/guest/a.ts', "import { a } from '@castellan/protocol';"],
  ['runner/scripts/a.ts', "import { press } from '@castellan/press'; import a from 'acorn';"],
  ['runner/scripts/a.ts', "import { a } from '../src/a.ts'; import { b } from '../dist/b.js';"],
  ['runner/src/entry/a.ts', "import { a } from '../guest/platform/natives.ts';"],
  ['runner/src/engines/node/a.ts', "import { a } from '../engine.ts'; import '../../entry/b.ts';"],
  ['server/src/serve.ts', "import { a } from './launcher/b.ts';"],
  ['server/src/http/a/b.ts', "import { a } from '../../runs/c.ts'; import { d } from '../e.ts';"],
  ['server/src/policies/a.ts', "import type { Sandbox } from '@castellan/sandbox';"],
  ['server/src/launcher/a.ts', "import { createSandbox } from '@castellan/sandbox';"],
] as const) {
  test(`violations allows ${source} in ${file}`, () => {
    assert.deepEqual(violations(`packages/${file}`, source, manifest), []);
  });
}
