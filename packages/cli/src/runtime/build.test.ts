import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { buildRuntime } from '@castellan/press';
import type { ModuleSet } from '@castellan/protocol/runtimes';
import { listOfShelf } from '@castellan/protocol/shelf';
import { createSandbox } from '@castellan/sandbox';
import { locateParts, openRuntime } from '@castellan/sandbox/runtimes';
import { tryInBoxes } from './trial.ts';

const root = mkdtempSync(join(tmpdir(), 'castellan-runtime-'));
after(() => rmSync(root, { recursive: true, force: true }));

function write(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A runtime as an operator makes one, with its packages installed by hand. */
function runtime(
  name: string,
  own: object,
  packages: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string {
  const dependencies = Object.fromEntries(
    Object.keys(packages)
      .filter((key) => !key.startsWith('hidden'))
      .map((key) => [key, '1.0.0']),
  );
  const files: Record<string, string> = {
    'package.json': JSON.stringify({ dependencies, ...own }),
  };
  for (const [key, content] of Object.entries(packages)) {
    for (const [file, text] of Object.entries(content)) files[`node_modules/${key}/${file}`] = text;
  }
  return write(join(root, name), files);
}

const manifest = (fields: object): string =>
  JSON.stringify({ version: '1.2.3', license: 'MIT', ...fields });

const folder = runtime(
  'mixed',
  { castellan: { packages: { choosy: { conditions: ['node'] }, wide: { subpaths: ['lib/*'] } } } },
  {
    plain: {
      'package.json': manifest({ name: 'plain', main: 'index.js' }),
      'index.js':
        "exports.count = 0; exports.up = () => ++exports.count; exports.text = 'ä€😀'.match(/^ä.{3}$/)[0]; exports['odd name'] = 1;",
      'index.d.ts': 'export declare const count: number;',
      'sub/data.json': '{"a":1}',
      'sub/other.js': "module.exports = require('..')",
    },
    esm: {
      'package.json': manifest({
        name: 'esm',
        type: 'module',
        exports: { '.': './index.js', './deep/*': './src/*.js', './broken': './broken.js' },
      }),
      'index.js':
        "import plain, { up } from 'plain'; import { Buffer } from 'buffer'; export default plain; export const same = up === plain.up; export const hex = Buffer.from('a').toString('hex');",
      'src/x.js': "export { default } from '../index.js'; export const x = 1;",
      'broken.js':
        "import { readFileSync } from 'fs'; readFileSync('/etc/passwd'); export default 1;",
    },
    dual: {
      'package.json': manifest({
        name: 'dual',
        exports: { import: './index.mjs', require: './index.cjs' },
      }),
      'index.mjs':
        "import { shout } from 'hidden'; export const kind = shout('module'); export { default as viaEsm } from 'esm';",
      'index.cjs':
        "exports.kind = require('hidden').shout('commonjs'); exports.optional = (() => { try { return require('not-installed') } catch (e) { return e.code } })();",
    },
    choosy: {
      'package.json': manifest({
        name: 'choosy',
        exports: { node: './node.js', browser: './browser.js', default: './default.js' },
      }),
      'node.js': "module.exports = 'node'",
      'browser.js': "module.exports = 'browser'",
      'default.js': "module.exports = 'default'",
    },
    worldly: {
      'package.json': manifest({
        name: 'worldly',
        main: './main.js',
        browser: { './main.js': './browser.js', fs: false },
      }),
      'browser.js':
        "const fs = require('fs'); module.exports = [Object.keys(fs).length, typeof process, typeof global, typeof Buffer.from]",
      'main.js': "module.exports = 'node'",
    },
    wide: {
      'package.json': manifest({ name: 'wide' }),
      'index.js': 'module.exports = 1',
      'lib/a.js': 'module.exports = "a"',
      'test/a.js': 'throw new Error("never")',
    },
    hidden: {
      'package.json': manifest({ name: 'hidden', license: 'ISC' }),
      'index.js': 'exports.shout = (text) => text.toUpperCase()',
    },
  },
);
const build = (from: string, to: string): Promise<ModuleSet> =>
  buildRuntime(from, to, { parts: locateParts(), tryOut: tryInBoxes });
const out = join(root, 'built', 'mixed');
const set = await build(folder, out);
const sandbox = await createSandbox({ runtime: out, reuse: 'tenant' });
after(() => sandbox.close());

const cases: readonly (readonly [name: string, script: string, value: unknown])[] = [
  [
    'packages in each other are one instance',
    "import plain, { up } from 'plain'; import esm, { same } from 'esm'; import { viaEsm } from 'dual'; up(); export default () => [esm === plain, viaEsm === plain, same, esm.count]",
    [true, true, true, 1],
  ],
  [
    'a subpath shares what the main file has',
    "import esm from 'esm'; import deep, { x } from 'esm/deep/x'; export default [deep === esm, x]",
    [true, 1],
  ],
  [
    'a folder and a file without its ending',
    "return [require('plain/sub/other') === require('plain'), require('plain/sub/other.js') === require('plain')]",
    [true, true],
  ],
  [
    'JSON',
    "import data from 'plain/sub/data.json' with { type: 'json' }; export default data",
    { a: 1 },
  ],
  ['texts and expressions beyond ASCII', "return require('plain').text", 'ä€😀'.slice(0, 4)],
  [
    'import and require() get what the package offers to each',
    "const { kind, optional } = require('dual'); return [kind, optional, (await import('dual')).kind]",
    ['COMMONJS', 'MODULE_NOT_FOUND', 'MODULE'],
  ],
  ['odd names can be imported', 'import { "odd name" as odd } from "plain"; export default odd', 1],
  ['the conditions of a package can be chosen', "return require('choosy')", 'node'],
  [
    'the browser field counts, and what it switches off is empty',
    "return require('worldly')",
    [0, 'undefined', 'object', 'function'],
  ],
  [
    'built-ins inside a package do not depend on the policy',
    "import { hex } from 'esm'; export default hex",
    '61',
  ],
];
for (const [name, script, value] of cases) {
  test(name, async () => {
    const { value: got, error } = await sandbox.run(script, { tenant: 'a' });
    assert.deepEqual([got, error], [value, null], error?.message);
  });
}

test('buildRuntime records versions, licences, what is inside, what is absent and what is left out', () => {
  const { dual, esm, wide } = set.packages;
  assert.deepEqual(dual, {
    version: '1.2.3',
    license: 'MIT',
    specifiers: 1,
    includes: { 'hidden@1.2.3': 'ISC' },
    absent: [],
    leftOut: {},
  });
  assert.deepEqual(esm?.absent, ['fs']);
  assert.deepEqual(esm?.leftOut, {
    'esm/broken': 'The Node built-in "fs" does not exist here (readFileSync)',
  });
  assert.deepEqual(wide?.leftOut, {});
  const built = openRuntime(out);
  const has = ['wide/lib/a', 'wide/test/a.js', 'hidden', 'esm/deep/x'].map((name) =>
    built.has(name),
  );
  assert.deepEqual(has, [true, false, false, true]);
  assert.deepEqual(
    [built.typesOf('plain'), built.typesOf('esm'), built.typesOf('hidden')],
    [join(out, 'plain.types.json.gz'), null, null],
  );
  assert.ok(set.files['plain.types.json.gz'] !== undefined, 'with its hash in the manifest');
});

test('buildRuntime makes equal bytes of equal packages', async () => {
  const again = join(root, 'again', 'mixed');
  const copy = join(root, 'copy', 'mixed');
  cpSync(folder, copy, { recursive: true });
  await build(copy, again);
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).toSorted();
  assert.deepEqual(readdirSync(again, { recursive: true, encoding: 'utf8' }).toSorted(), files);
  for (const file of files.filter((name) => statSync(join(out, name)).isFile()))
    assert.ok(readFileSync(join(again, file)).equals(readFileSync(join(out, file))), file);
});

test('every file of a built runtime is in its manifest, and every bundle has compiled code', () => {
  const files = Object.keys(set.files);
  const beside = ['manifest.json', 'node_modules'];
  assert.deepEqual(readdirSync(out).toSorted(), [...files, ...beside].toSorted());
  const list = listOfShelf(readFileSync(join(out, 'modules.shelf')));
  const count = (ending: RegExp): number => [...list.matchAll(ending)].length;
  const bundles = count(/\.js \d+ \d+$/gm);
  assert.ok(bundles > 5, list);
  assert.equal(count(/\.code \d+ \d+$/gm), bundles);
});

test('openRuntime refuses a file that is not what was built, and a folder that is no runtime', () => {
  for (const file of readdirSync(out)
    .filter((name) => name !== 'manifest.json' && name !== 'node_modules')
    .slice(0, 2)) {
    const damaged = join(root, `damaged-${file}`);
    cpSync(out, damaged, { recursive: true });
    appendFileSync(join(damaged, file), ' ');
    assert.throws(() => openRuntime(damaged), {
      code: 'invalid_option',
      message: new RegExp(`${file} is not what was built`),
    });
  }
  assert.throws(() => openRuntime(root), { code: 'invalid_option', message: /no built runtime/ });
});

const mistakes: readonly (readonly [name: string, folder: () => string, message: RegExp])[] = [
  [
    'a folder without package.json',
    () => write(join(root, 'none'), { 'x.txt': '' }),
    /has no package\.json/,
  ],
  [
    'a package that is not installed',
    () => {
      const at = runtime('lost', { dependencies: { lost: '1.0.0' } }, {});
      mkdirSync(join(at, 'node_modules'));
      return at;
    },
    /node_modules\/lost is missing/,
  ],
  [
    'the name of a built-in',
    () =>
      runtime(
        'named',
        {},
        { events: { 'package.json': manifest({ name: 'events' }), 'index.js': '' } },
      ),
    /events is the name of a Node built-in/,
  ],
  [
    'choices for a package that is none',
    () =>
      runtime(
        'choices',
        { castellan: { packages: { nope: {} } } },
        { a: { 'package.json': manifest({}), 'index.js': '' } },
      ),
    /names nope, which is no dependency/,
  ],
  [
    "a package that takes a file of the operator's along",
    () => {
      write(root, { 'secret.json': '{"key":"operator"}' });
      const index = "module.exports = require('../../../secret.json')";
      return runtime('thief', {}, { bad: { 'package.json': manifest({}), 'index.js': index } });
    },
    /bad cannot be bundled: .*secret\.json is outside of the runtime/,
  ],
  [
    'a package whose main file is a link out',
    () => {
      const at = runtime('link', {}, { bad: { 'package.json': manifest({}) } });
      write(root, { 'secret.js': 'module.exports = 1' });
      symlinkSync(join(root, 'secret.js'), join(at, 'node_modules/bad/index.js'));
      return at;
    },
    /bad cannot be bundled: .*secret\.js is outside of the runtime/,
  ],
  [
    'a package whose exports lead out of it',
    () => {
      const exports = { '.': '../../../secret.js' };
      return runtime('exports', {}, { bad: { 'package.json': manifest({ exports }) } });
    },
    /bad has no file that can be imported/,
  ],
  [
    'a package with a syntax error',
    () => runtime('syntax', {}, { bad: { 'package.json': manifest({}), 'index.js': 'a b' } }),
    /bad cannot be bundled: Expected ";" .*bad\/index\.js:1/,
  ],
  [
    'a package that cannot be loaded',
    () =>
      runtime(
        'throws',
        {},
        { bad: { 'package.json': manifest({}), 'index.js': "require('fs').readFileSync('/x')" } },
      ),
    /bad cannot be loaded in an isolate: The Node built-in "fs" does not exist here/,
  ],
];
for (const [name, make, message] of mistakes) {
  test(`buildRuntime refuses ${name}, and leaves what was there`, async () => {
    const target = join(root, 'kept', name);
    write(target, { 'manifest.json': 'kept' });
    await assert.rejects(build(make(), target), { code: 'invalid_option', message });
    assert.equal(readFileSync(join(target, 'manifest.json'), 'utf8'), 'kept');
    assert.deepEqual(
      readdirSync(dirname(target)).filter((file) => file.startsWith('.')),
      [],
    );
  });
}
