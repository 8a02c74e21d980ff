/** The packages of the shipped runtime in full Node. A process for each of some hundred runs would take minutes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contractFor } from '../contract.support.ts';
import { uses } from '../package-uses.support.ts';

const sandbox = contractFor('node').sandboxForFile({
  modules: ['*'],
  limits: { wallMs: 30_000, cpuMs: 20_000, memoryBytes: 2 ** 29 },
});

const wanted = uses.map(([, , , value]) => value);
const names = uses.map((_, at) => `use${at}`);

/** One file for each use, and one that collects their results. */
async function outcome(
  write: (specifier: string, clause: string, expression: string) => string,
  main: string,
): Promise<unknown> {
  const each = uses.map(
    ([specifier, clause, expression], at) =>
      [`use${at}.js`, write(specifier, clause, expression)] as const,
  );
  const files = { 'main.js': main, ...Object.fromEntries(each) };
  const { value, error, runtime } = await sandbox().run({ files, entry: 'main.js' });
  assert.deepEqual([error, runtime], [null, '2026.11']);
  return value;
}

test('packages work by import() in ES modules', async () => {
  const main = `${names.map((name) => `import ${name} from './${name}.js';`).join('\n')}
    export default () => Promise.all([${names.map((name) => `${name}()`).join()}]);`;
  // Node finds the names of CommonJS in its text, where lodash and others do not have them.
  const write = (specifier: string, clause: string, expression: string): string =>
    `export default async () => { const m = await import('${specifier}');
      const ${clause} = ${clause.startsWith('{') ? '{ ...m.default, ...m }' : 'm.default'}; return (${expression}); }`;
  assert.deepEqual(await outcome(write, main), wanted);
});

test('packages work in CommonJS', async () => {
  const main = `module.exports = () => Promise.all([${names.map((name) => `require('./${name}')()`).join()}]);`;
  const write = (specifier: string, clause: string, expression: string): string =>
    `const ${clause} = require('${specifier}'); module.exports = async () => (${expression});`;
  assert.deepEqual(await outcome(write, main), wanted);
});

test('files of a script and all of its ways to import share one instance', async () => {
  const main = `import a from 'lodash'; const { default: b } = await import('lodash');
    return [a === b, b === require('lodash'), b === require('./other.cjs'), a === (await import('./other.mjs')).default]`;
  const files = {
    'main.js': main,
    'other.cjs': "module.exports = require('lodash')",
    'other.mjs': "export { default } from 'lodash'",
  };
  assert.deepEqual((await sandbox().run({ files, entry: 'main.js' })).value, [
    true,
    true,
    true,
    true,
  ]);
});

test('with "*" every package may be imported, and no built-in, though packages have theirs', async () => {
  const script =
    "require('axios'); const codes = []; for (const name of ['fs', 'node:fs', 'fs/promises']) try { require(name) } catch (e) { codes.push(e.message) } codes";
  const { value } = await sandbox().run(script);
  assert.deepEqual(value, [
    'Module "fs" is not allowed. Allowed: *',
    'Module "node:fs" is not allowed. Allowed: *',
    'Module "fs/promises" is not allowed. Allowed: *',
  ]);
});
