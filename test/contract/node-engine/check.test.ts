import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import type { Source } from '@castellan/sandbox';
import { contractFor } from '../contract.support.ts';

/** Packages that would not let anybody go on who loads them. */
const folder = mkdtempSync(join(tmpdir(), 'castellan-check-'));
const nodeModules = join(folder, 'node_modules');
after(() => rmSync(folder, { recursive: true }));
for (const [name, text] of Object.entries({
  'common/package.json': '{"main":"index.js"}',
  'common/index.js': 'exports.a = 1; for (;;);',
  'modern/package.json': '{"exports":{".":{"import":"./index.mjs"}}}',
  'modern/index.mjs': 'export const a = 1; for (;;);',
})) {
  const file = join(nodeModules, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const sandbox = contractFor('node').sandboxForFile({ nodeModules });
const found = async (source: Source): Promise<string[]> => {
  const { problems } = await sandbox().check(source);
  return problems.map(
    ({ code, file, line, column, message }) => `${code} ${file}:${line}:${column} ${message}`,
  );
};

test('Sandbox.check loads no package, and takes their names from their text', async () => {
  const source = {
    entry: 'a.mjs',
    files: {
      'a.mjs': 'import { a } from "common"; import { a as b } from "modern"; export default a + b',
      'b.mjs': '\nimport { nope } from "common"; export default nope',
      'c.mjs':
        'import { a } from "modern";\nimport { nope } from "modern"; export default nope + a',
      'd.js': 'const { a } = require("common"); const { b } = await import("modern"); return a + b',
    },
  };
  assert.deepEqual(await found(source), [
    "syntax_error b.mjs:2:1 The requested module 'common' does not provide an export named 'nope'",
    "syntax_error c.mjs:1:1 The requested module 'modern' does not provide an export named 'nope'",
  ]);
});

test('Sandbox.check knows Node: its globals, its built-ins, and what they export', async () => {
  const script =
    'process.exit(Buffer.byteLength(__folder)); __filename; setImmediate; global; navigator';
  assert.deepEqual(await found(script), [
    'unknown_global script.js:1:32 "__folder" is not defined',
  ]);
  assert.deepEqual(await found('import { readNope } from "node:fs"; export default readNope'), [
    "syntax_error script.js:1:1 The requested module 'node:fs' does not provide an export named 'readNope'",
  ]);
});

test('Sandbox.check finds a package where a run would: import and require() differ', async () => {
  const script =
    'import "modern"; require("modern"); require("common/none"); import("node:nope"); import("absent")';
  assert.deepEqual(await found(script), [
    'module_not_found script.js:1:18 Module "modern" was not found',
    'module_not_found script.js:1:37 Module "common/none" was not found',
    'module_not_found script.js:1:61 Module "node:nope" was not found',
    'module_not_found script.js:1:82 Module "absent" was not found. It is no package of this runtime; castellan runtime build makes a runtime that has it',
  ]);
});

test('no script can ask for the modules that stop a check', async () => {
  const script = 'import "castellan:stop/a.js"; import("castellan:link/a.js")';
  assert.deepEqual(
    (await found(script)).map((text) => text.split(' ')[0]),
    ['module_denied', 'module_denied'],
  );
  assert.equal((await sandbox().run(script)).reason, 'module_denied');
});
