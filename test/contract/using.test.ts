import { forEachEngine, texts } from './contract.support.ts';
import type { Case } from './contract.support.ts';
import assert from 'node:assert/strict';

/** Resources that say when they are disposed of. */
const resources = `
const sync = (name) => ({ [Symbol.dispose]() { console.log('disposed ' + name) } });
const later = (name) => ({ async [Symbol.asyncDispose]() { await null; console.log('disposed ' + name) } });
`;

/** A script of each kind that has the statement at its top level. */
const kinds = {
  body: (statement: string) => `${resources}${statement}\nconsole.log('end'); 1`,
  returning: (statement: string) => `${resources}${statement}\nconsole.log('end'); return 1`,
  module: (statement: string) => `${resources}${statement}\nconsole.log('end'); export default 1`,
  TypeScript: (statement: string) =>
    `${resources}const one: number = 1; ${statement}\nconsole.log('end'); one`,
};

const statements: readonly (readonly [statement: string, printed: readonly string[]])[] = [
  ['using a = sync("a"), b = sync("b"), none = null;', ['end', 'disposed b', 'disposed a']],
  ['await using a = later("a");', ['end', 'disposed a']],
  ['{ using a = sync("a"); console.log("in") }', ['in', 'disposed a', 'end']],
  ['{ await using a = later("a"); console.log("in") }', ['in', 'disposed a', 'end']],
  ['for (using a of [sync("a")]) console.log("in");', ['in', 'disposed a', 'end']],
  ['for (await using a of [later("a")]) console.log("in");', ['in', 'disposed a', 'end']],
  ['for await (using a of [sync("a")]) console.log("in");', ['in', 'disposed a', 'end']],
  ['try { using a = sync("a"); throw 0 } catch { }', ['disposed a', 'end']],
];

forEachEngine(({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile({ modules: [] });

  const table = Object.entries(kinds).flatMap(([kind, script]) =>
    statements.map(([statement, printed]): Case => ({
      name: `${statement} at the top of a ${kind}`,
      source: script(statement),
      value: 1,
      check: (run) => assert.deepEqual(texts(run), printed),
    })),
  );
  cases(sandbox, [
    ...table,
    {
      name: 'using in the head of a loop',
      source: `${resources}for (using a = sync("a"); ; ) { console.log("in"); break } 1`,
      value: 1,
      check: (run) => assert.deepEqual(texts(run), ['in', 'disposed a']),
    },
    {
      name: 'using is still a name',
      source: 'let using = 1; using = 2; using',
      value: 2,
    },
    {
      name: 'using in a bare case is refused',
      source: 'switch (1) { case 1: using a = null }',
      reason: 'syntax_error',
    },
    {
      name: 'a loop over resources that crashes V8 ends its own process and nothing else',
      source:
        'async function f() { for (await using i = null; i === null; i = { [Symbol.dispose]() {} }) {} } await f()',
      reason: 'engine_crashed',
      message: /^The JavaScript engine crashed/,
    },
    { name: 'and the next script runs', source: 'return 1', value: 1 },
  ]);
});
