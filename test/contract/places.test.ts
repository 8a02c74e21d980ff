import assert from 'node:assert/strict';
import type { Json } from '@castellan/protocol';
import { forEachEngine, texts } from './contract.support.ts';

/** Sources of `main.js` or `main.mjs` that cannot be linked, beside the files of `others`. */
const unlinked: Readonly<Record<string, { readonly source: string; readonly at: string }>> = {
  'a name that an ES module has not': {
    source: '1;\nimport { nope } from "./m.mjs"; nope()',
    at: '2:1',
  },
  'one under another name': {
    source: 'import { yes, nope as no } from "./m.mjs"; no()',
    at: '1:1',
  },
  'a default that is not there': { source: 'import nope from "./m.mjs"; nope()', at: '1:1' },
  'a name passed on': { source: '\n\nexport { nope } from "./m.mjs"', at: '3:1' },
  'a name that a body has not': { source: 'import { nope } from "./c.cjs"; nope()', at: '1:1' },
  'a name that a built-in has not': {
    source: 'import { nope } from "node:path"; nope()',
    at: '1:1',
  },
  'a name that a package has not': { source: 'import { nope } from "lodash"; nope()', at: '1:1' },
};
const others = { 'm.mjs': 'export const yes = 1', 'c.cjs': 'exports.yes = 1', 'd.json': '1' };

/** What is refused where it stands: the entry, and the reason and the place of the refusal. */
const refused: Readonly<Record<string, readonly [file: string, source: string, told: string]>> = {
  'a return in an ES module': ['main.mjs', 'const x = 1;\n return x;', 'syntax_error 2:2'],
  'JSON without its attribute': [
    'main.mjs',
    'const x = 1;\nimport d from "./d.json";',
    'uncaught_exception 2:1',
  ],
  'the same by import()': [
    'main.js',
    'const x = 1;\nawait import("./d.json")',
    'uncaught_exception 2:',
  ],
  'the same by a URL': [
    'main.js',
    'await 0;\n\nawait import("file:///script/d.json")',
    'uncaught_exception 3:',
  ],
  'a file that is not there': [
    'main.mjs',
    'await 0;\nasync function load(name) {\n  return import(name);\n}\nawait load("./nope.js");',
    'module_not_found 3:',
  ],
  'a package that is not there': ['main.js', '\nawait import("nope-nope")', 'module_not_found 2:'],
};

/** Scripts that tell places of their own, as Node counts them. */
const counted: Readonly<Record<string, Json>> = {
  'new Error("a").stack.match(/main.js:(.*)\\)/)[1]': '1:1',
  'let a = 1; new Error("a").stack.match(/main.js:(.*)\\)/)[1]': '1:12',
  'function deep() { return new Error("a") }\n[1].map(() => deep().stack.match(/main.js:[\\d:]+/g).join(" "))[0]':
    'main.js:1:26 main.js:2:15 main.js:2:5',
  'import { yes } from "./m.mjs"; let at = yes; new Error("a").stack.match(/main.js:([\\d:]+)/)[1]':
    '1:46',
};

forEachEngine(({ contract, sandboxForFile }) => {
  const sandbox = sandboxForFile({ modules: ['lodash', 'node:path'], runtime: '2026.11' });

  for (const [what, { source, at }] of Object.entries(unlinked)) {
    for (const entry of ['main.js', 'main.mjs', 'main.ts']) {
      contract(`${what}, in ${entry}, is a syntax error at its import`, async () => {
        const files = { ...others, [entry]: source };
        const run = await sandbox().run({ files, entry });
        const { file, line, column } = run.error ?? {};
        assert.equal(`${run.reason} ${file}:${line}:${column}`, `syntax_error ${entry}:${at}`);
        assert.match(
          run.error?.message ?? '',
          /'(?:nope|default)'.* The requested module|The requested module .* '(?:nope|default)'/,
        );
        assert.doesNotMatch(JSON.stringify(run.error), /imp_|castellan:/);
      });
    }
  }

  for (const [what, [entry, source, told]] of Object.entries(refused)) {
    contract(`${what} is refused with its place`, async () => {
      const { reason, error } = await sandbox().run({
        files: { ...others, [entry]: source },
        entry,
      });
      const { file, line, column } = error ?? {};
      assert.equal(file, entry, JSON.stringify(error));
      assert.ok(`${reason} ${line}:${column}`.startsWith(told), `${reason} ${line}:${column}`);
    });
  }

  for (const [source, place] of Object.entries(counted)) {
    contract(`a script reads its own places as in Node: ${source}`, async () => {
      const run = await sandbox().run({
        files: { ...others, 'main.js': source },
        entry: 'main.js',
      });
      assert.equal(run.value, place, JSON.stringify(run.error));
    });
  }

  contract('what an import() of such a file throws shows nothing of ours', async () => {
    const run = await sandbox().run({
      files: {
        ...others,
        'main.js':
          'try { await import("./bad.js") } catch (error) { console.log(error); return error.message }',
        'bad.js': 'import { nope } from "lodash"; nope()',
      },
      entry: 'main.js',
    });
    assert.match(JSON.stringify(run.value), /nope/);
    assert.doesNotMatch(JSON.stringify([run.value, texts(run)]), /imp_|castellan:/);
  });
});
