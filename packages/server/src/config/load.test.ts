import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from './load.ts';

const home = mkdtempSync(join(tmpdir(), 'castellan-test-'));
after(() => rmSync(home, { recursive: true }));
let made = 0;

/** Writes the files to a folder of their own, where no package can be found; returns the folder. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(home, String(made++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const typical = `import { defineConfig } from 'castellan';
export default defineConfig({ port: 7777 });`;

for (const ending of ['ts', 'mts', 'js', 'mjs']) {
  for (const manifest of ['', '{}', '{"type":"commonjs"}', '{"type":"module"}', '{ broken']) {
    test(`loadConfig reads a .${ending} beside ${manifest || 'no package.json'}`, async () => {
      const name = `castellan.config.${ending}`;
      const beside = manifest === '' ? {} : { 'package.json': manifest };
      const folder = folderOf({ [name]: typical, ...beside });
      assert.equal((await loadConfig(join(folder, name), {}, {})).port, 7_777);
    });
  }
}

for (const [what, files] of [
  ['TypeScript', { 'a.ts': 'const port: number = 7777; export default { port };' }],
  ['TypeScript of a package', { 'node_modules/a/a.ts': 'export default { port: 7777 as number }' }],
  ['JSON', { 'a.json': '{ "port": 7777 }' }],
  ['JSON with a byte-order mark', { 'a.json': '\uFEFF{ "port": 7777 }' }],
  ['CommonJS', { 'a.js': 'module.exports = { port: 7777 };' }],
  ['CommonJS by its ending', { 'a.cjs': 'exports.port = 7777;', 'package.json': '{ broken' }],
  [
    'files of its own',
    {
      'a.ts': "import b from './lib/b.ts'; import c from './c.js'; export default { port: b + c };",
      'lib/b.ts': 'export default 7000 as number;',
      'c.js': 'export default 777;',
      'package.json': '{"type":"commonjs"}',
    },
  ],
  [
    'the castellan of its folder',
    {
      'a.ts': "import { port } from 'castellan'; export default { port };",
      'node_modules/castellan/package.json': '{"main":"main.js"}',
      'node_modules/castellan/main.js': 'exports.port = 7777;',
    },
  ],
  [
    'the packages of the installation',
    {
      'a.ts': `import { sync } from '@castellan/sandbox';
        export default { port: 7777, policies: { a: { helpers: { now: sync(() => 1) } } } };`,
    },
  ],
] as const) {
  test(`loadConfig reads ${what}`, async () => {
    const path = join(folderOf(files), Object.keys(files)[0] ?? '');
    assert.equal((await loadConfig(path, {}, {})).port, 7_777);
  });
}

/** What the message about the first file says after "The config file FOLDER/". */
for (const [files, message] of [
  [{ 'a.json': '{ port: 1 }' }, /^a\.json is not JSON: .*\(line 1 column 3\)\.$/],
  [{ 'a.json': '' }, /^a\.json is not JSON: Unexpected end/],
  [{ 'a.json': '[]' }, /^a\.json must give an object, not \[\]\.$/],
  [{ 'a.mjs': 'export const port = 1;' }, /^a\.mjs has no default export\. .*export default/],
  [{ 'a.ts': '' }, /^a\.ts has no default export\./],
  [{ 'a.ts': 'export default () => ({})' }, /^a\.ts must give an object, not a function\./],
  [{ 'a.mjs': '\n throw new Error("mine")' }, /^a\.mjs:2:8 cannot be used: Error: mine\.$/],
  [{ 'a.mjs': 'throw "mine"' }, /^a\.mjs cannot be used: it throws "mine"\.$/],
  [{ 'a.mjs': 'throw null' }, /^a\.mjs cannot be used: it throws null\.$/],
  [{ 'a.mjs': '\nconst a = ;' }, /^a\.mjs:2:11 cannot be used: SyntaxError: Unexpected token/],
  [{ 'a.js': '\nconst a = ;' }, /^a\.js:2:11 cannot be used: SyntaxError: Unexpected token/],
  [{ 'a.ts': 'export default {\n a: 1\n b: 2 };' }, /^a\.ts:3:2 cannot be used: SyntaxError: /],
  [{ 'a.ts': 'enum A { B }' }, /^a\.ts:1:1 cannot be used: .*enum is not.* Types are removed/],
  [{ 'a.ts': "import 'b';" }, /^a\.ts cannot be used: Error: Cannot find package 'b'/],
  [{ 'a.ts': "import { b } from 'castellan';" }, /^a\.ts:1:10 cannot be used: .*named 'b'\.$/],
  [{ 'a.mjs': "import './b.mjs';", 'b.mjs': '\n  }' }, /Unexpected token '}', in .*b\.mjs:2:3\.$/],
  [
    { 'a.mjs': "import './b.mjs';", 'b.mjs': 'throw new TypeError("two\\nlines")' },
    /^a\.mjs cannot be used: TypeError: two lines, in \/.*\/b\.mjs:1:7\.$/,
  ],
  [
    { 'a.mjs': 'export default { get port() { null.x } }' },
    /^a\.mjs:1:36 cannot be used: TypeError/,
  ],
  [{ 'a.yaml': 'port: 1' }, /^a\.yaml must end in \.ts, .*, not "\.yaml"\.$/],
  [{ 'a.ts/b': '' }, /^a\.ts is a folder\.$/],
] as const) {
  test(`loadConfig says in one line what is wrong with ${JSON.stringify(files)}`, async () => {
    const folder = folderOf(files);
    const [name = ''] = (Object.keys(files)[0] ?? '').split('/');
    await assert.rejects(loadConfig(join(folder, name), {}, {}), (error: Error) => {
      assert.equal((error as { code?: unknown }).code, 'invalid_option');
      const start = `The config file ${folder}/`;
      assert.ok(error.message.startsWith(start) && !error.message.includes('\n'), error.message);
      assert.match(error.message.slice(start.length), message);
      return true;
    });
  });
}

test('loadConfig follows a link to the folder of the file', async () => {
  const files = { 'a.ts': "import b from './b.ts'; export default { port: b };" };
  const folder = folderOf({ ...files, 'b.ts': 'export default 7777;' });
  const elsewhere = folderOf({ nothing: '' });
  symlinkSync(join(folder, 'a.ts'), join(elsewhere, 'a.ts'));
  assert.equal((await loadConfig(join(elsewhere, 'a.ts'), {}, {})).port, 7_777);
});
