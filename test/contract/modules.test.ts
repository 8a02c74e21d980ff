import { forEachEngine } from './contract.support.ts';
import type { Case } from './contract.support.ts';
import assert from 'node:assert/strict';

forEachEngine(({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile({ modules: [] });
  const files = (entry: string, all: Record<string, string>): Case['source'] => ({
    files: all,
    entry,
  });

  cases(sandbox, [
    {
      name: 'ES modules import each other by relative path',
      source: files('main.js', {
        'main.js': 'import { x } from "./lib/x.js"; import y from "./y.mjs"; export default [x, y]',
        'lib/x.js': 'import y from "../y.mjs"; export const x = y + 1',
        'y.mjs': 'export default 1',
      }),
      value: [2, 1],
    },
    {
      name: 'imports are live bindings',
      source: files('main.mjs', {
        'main.mjs': 'import { n, up } from "./n.mjs"; up(); export default n',
        'n.mjs': 'export let n = 0; export const up = () => { n++ }',
      }),
      value: 1,
    },
    {
      name: 'cycles work',
      source: files('a.mjs', {
        'a.mjs': 'import { b } from "./b.mjs"; export const a = () => 1; export default b()',
        'b.mjs': 'import { a } from "./a.mjs"; export const b = () => a() + 1',
      }),
      value: 2,
    },
    {
      name: 'a module is evaluated once',
      source: files('main.js', {
        'main.js':
          'import "./s.js"; import("./s.js"); export default async () => { await import("./s.js"); return globalThis.n }',
        's.js': 'export default (globalThis.n = (globalThis.n ?? 0) + 1)',
      }),
      value: 1,
    },
    {
      name: 'TypeScript files import each other, also by their .js name or without an ending',
      source: files('main.ts', {
        'main.ts':
          'import { a } from "./a.js"; import { b } from "./b"; import type { T } from "./t"; import { c } from "./dir"; export default (): number => a + b + c',
        'a.ts': 'export const a: number = 1',
        'b.ts': 'export const b: number = 2',
        'dir/index.ts': 'export const c: number = 3',
      }),
      value: 6,
    },
    {
      name: 'a file of types alone is imported, and a CommonJS file in TypeScript by name',
      source: files('main.ts', {
        'main.ts':
          'import { type T } from "./types.ts"; import { a, b } from "./named.cts"; const t: T = a + b; export default t',
        'types.ts': 'export type T = number; export interface U { t: T }',
        'named.cts': 'exports.a = 1 satisfies number; exports.b = (2 as number);',
      }),
      value: 3,
    },
    {
      name: 'an ES module imports a body that imports statically',
      source: files('main.js', {
        'main.js': 'import body from "./body.js"; export default body.b',
        'body.js': 'import { a } from "./a.js"; exports.b = a + 1',
        'a.js': 'export const a = 1',
      }),
      value: 2,
    },
    {
      name: 'JSON is imported',
      source: files('main.js', {
        'main.js': 'import d from "./d.json" with { type: "json" }; export default d',
        'd.json': '{"z":[1]}',
      }),
      value: { z: [1] },
    },
    {
      name: 'a body imports statically',
      source: files('main.js', {
        'main.js':
          'import def, { x as y, z } from "./m.js"; import * as all from "./m.js";\nimport "./m.js";\nreturn [def, y, z, Object.keys(all)]',
        'm.js': 'export default 0; export const x = 1, z = 2',
      }),
      value: [0, 1, 2, ['default', 'x', 'z']],
    },
    {
      name: 'a body imports a name that is not there',
      source: files('main.js', {
        'main.js': 'import { nope } from "./m.js"; 1',
        'm.js': 'export const x = 1',
      }),
      reason: 'syntax_error',
      message: "The requested module './m.js' does not provide an export named 'nope'",
      at: 'main.js:1:1',
    },
    {
      name: 'a module imports a name that is not there',
      source: files('main.js', {
        'main.js': '\nimport { nope } from "./m.js"; export default 1',
        'm.js': 'export const x = 1',
      }),
      reason: 'syntax_error',
      message: "The requested module './m.js' does not provide an export named 'nope'",
      at: 'main.js:2:1',
    },
    {
      name: 'require() gives CommonJS files, cached, with JSON and ES modules',
      source: files('main.js', {
        'main.js':
          'const a = require("./a"); a.n++; const { default: m } = require("./m.mjs"); return [require("./a.js").n, require("./d.json").z, m]',
        'a.js': 'exports.n = 1',
        'd.json': '{"z":2}',
        'm.mjs': 'export default 3',
      }),
      value: [2, 2, 3],
    },
    {
      name: 'CommonJS cycles see what is there',
      source: files('a.cjs', {
        'a.cjs': 'exports.early = 1; const b = require("./b.cjs"); return b.seen',
        'b.cjs': 'exports.seen = require("./a.cjs").early',
      }),
      value: 1,
    },
    {
      name: 'an ES module imports CommonJS by default and by name',
      source: files('main.mjs', {
        'main.mjs': 'import all, { n } from "./c.cjs"; export default [all.n, n]',
        'c.cjs': 'exports.n = 5',
      }),
      value: [5, 5],
    },
    {
      name: 'an ES module imports a body that awaits',
      source: files('main.mjs', {
        'main.mjs': 'import c from "./c.js"; export default c.n',
        'c.js': 'await null; exports.n = 6',
      }),
      value: 6,
    },
    {
      name: 'require() of a body that awaits is refused and can be caught',
      source: files('main.js', {
        'main.js': 'try { require("./c.js") } catch (e) { return e.message }',
        'c.js': 'await null; exports.n = 6',
      }),
      check: (run) => assert.match(JSON.stringify(run.value), /Use import\(\)/),
      value:
        'require() cannot be used on "./c.js": there is a top-level await in "c.js". Use import() instead.',
    },
    {
      name: 'import() gives namespaces',
      source: files('main.js', {
        'main.js':
          'const a = await import("./a.mjs"); const c = await import("./c.cjs"); return [a.default, a.x, c.default.n, c.n]',
        'a.mjs': 'export default 1; export const x = 2',
        'c.cjs': 'exports.n = 3',
      }),
      value: [1, 2, 3, 3],
    },
    {
      name: 'import() in a module waits for top-level await',
      source: files('main.mjs', {
        'main.mjs': 'export default async () => (await import("./slow.mjs")).x',
        'slow.mjs': 'await new Promise((r) => setTimeout(r, 5)); export const x = 9',
      }),
      value: 9,
    },
    {
      name: 'the error of an imported module can be caught',
      source: files('main.mjs', {
        'main.mjs':
          'let got; try { await import("./bad.mjs") } catch (e) { got = [e.name, e.message] } export default got',
        'bad.mjs': 'throw new RangeError("inside")',
      }),
      value: ['RangeError', 'inside'],
    },
    {
      name: 'import() resolves from the file that it stands in',
      source: files('main.js', {
        'main.js': 'import { load } from "./lib/load.js"; export default () => load()',
        'lib/load.js': 'export const load = async () => (await import("./x.js")).default',
        'lib/x.js': 'export default "lib"',
        'x.js': 'export default "root"',
      }),
      value: 'lib',
    },
    {
      name: 'a denied static import says what is allowed and where',
      source: '\n import fs from "fs"; fs',
      reason: 'module_denied',
      message: /^Module "fs" is not allowed\. Allowed: none/,
      at: 'script.js:2:2',
    },
    {
      name: 'a denied static import of a module',
      source: 'import fs from "node:fs"; export default fs',
      reason: 'module_denied',
      message: /^Module "node:fs" is not allowed\. Allowed: none/,
      at: 'script.js:1:1',
    },
    {
      name: 'a denied static import ends a run before any of its code',
      source: 'console.log("ran");\nimport fs from "fs"; fs',
      reason: 'module_denied',
      at: 'script.js:2:1',
      check: ({ logs }) => assert.deepEqual(logs, []),
    },
    {
      name: 'so does one in a file that is imported statically',
      source: files('main.js', {
        'main.js': 'console.log("ran"); import "./a.js"; 1',
        'a.js': 'import "./b.js"; import "./main.js"',
        'b.js': '\nimport "node:fs"; exports.x = 1',
      }),
      reason: 'module_denied',
      at: 'b.js:2:1',
      check: ({ logs }) => assert.deepEqual(logs, []),
    },
    {
      name: 'a denied static import behind require() can be caught',
      source: files('main.js', {
        'main.js': 'import("./a.js").catch((e) => e.code)',
        'a.js': 'import "fs"; exports.x = 1',
      }),
      value: 'module_denied',
    },
    {
      name: 'a denied require() has its place',
      source: 'const x = 1;\nconst fs = require("fs")',
      reason: 'module_denied',
      message: /^Module "fs" is not allowed\. Allowed: none/,
      at: 'script.js:2:12',
    },
    {
      name: 'a denied require() can be caught',
      source: 'try { require("fs") } catch (e) { return [e.message.split(". It")[0], e.code] }',
      value: ['Module "fs" is not allowed. Allowed: none', 'module_denied'],
    },
    {
      name: 'a denied import() can be caught',
      source: 'return import("fs").catch((e) => e.code)',
      value: 'module_denied',
    },
    {
      name: 'a denied import() that is not caught',
      source: 'await import("fs")',
      reason: 'module_denied',
    },
    {
      name: 'type-only imports are no imports',
      source: {
        files: { 'main.ts': 'import type { X } from "fs"; export default 1' },
        entry: 'main.ts',
      },
      value: 1,
    },
    {
      name: 'a missing file',
      source: 'import "./x.js"; 1',
      reason: 'module_not_found',
      message: 'Module "./x.js" was not found',
      at: 'script.js:1:1',
    },
    {
      name: 'a missing file behind require()',
      source: 'require("./x.js")',
      reason: 'module_not_found',
      message: 'Module "./x.js" was not found',
      at: 'script.js:1:1',
    },
    {
      name: 'a path that leaves the folder',
      source: 'require("../../etc/passwd")',
      reason: 'module_not_found',
    },
    ...['isolated-vm', '@castellan/protocol'].map((specifier) => ({
      name: `a package of ours is none of the runtime: ${specifier}`,
      source: `const s = ${JSON.stringify(specifier)}; const codes = []; try { require(s) } catch (e) { codes.push(e.code) } try { await import(s) } catch (e) { codes.push(e.code) } codes`,
      value: ['module_not_found', 'module_not_found'],
    })),
    {
      name: 'import.meta tells paths that exist nowhere, the same in every engine',
      source: files('lib/main file.mjs', {
        'lib/main file.mjs':
          "const { url, filename, dirname, main, resolve } = import.meta; export default async () => [url, filename, dirname, main, resolve('./x.mjs'), (await import(resolve('./x.mjs'))).default, (await import(new URL('x.mjs', url).href)).default]",
        'lib/x.mjs': 'export default import.meta.main',
      }),
      value: [
        'file:///script/lib/main%20file.mjs',
        '/script/lib/main file.mjs',
        '/script/lib',
        true,
        'file:///script/lib/x.mjs',
        false,
        false,
      ],
    },
    {
      name: 'import.meta makes a module of a script',
      source: 'const { url } = import.meta; return [url, typeof require, this === undefined]',
      value: ['file:///script/script.js', 'function', true],
    },
    {
      name: 'import.meta.resolve() of what is denied',
      source:
        'export default () => { try { return import.meta.resolve("fs") } catch (e) { return e.code } }',
      value: 'module_denied',
    },
    {
      name: 'a script with imports returns, and its imports are live in it',
      source: files('main.js', {
        'main.js':
          'up();\nimport { n, up } from "./n.js";\nif (n === 1) { up(); return [n, typeof module, typeof exports, this === undefined] }',
        'n.js': 'export let n = 0; export const up = () => { n++ }',
      }),
      value: [2, 'object', 'object', true],
    },
    {
      name: 'its last expression is its value, also after an await',
      source: files('main.js', {
        'main.js': 'import { n } from "./n.js"; await null; n + 1',
        'n.js': 'export let n = 1',
      }),
      value: 2,
    },
    {
      name: 'a declared execute is called in a script with imports',
      source: files('main.js', {
        'main.js': 'import { n } from "./n.js"; function execute({ m }) { return n + m }',
        'n.js': 'export let n = 1',
      }),
      options: { params: { m: 2 } },
      value: 3,
    },
    {
      name: 'module.exports is the value of a script with imports',
      source: files('main.js', {
        'main.js': 'import { n } from "./n.js"; module.exports = async () => n',
        'n.js': 'export let n = 1',
      }),
      value: 1,
    },
    {
      name: 'an import between two lines ends the first of them',
      source: files('main.js', {
        'main.js': 'import { n } from "./n.js"\nlet a = n\nimport "./n.js"\n;[a].length',
        'n.js': 'export let n = 1',
      }),
      value: 1,
    },
    {
      name: 'errors in a script with imports have their place',
      source: files('main.js', {
        'main.js':
          'import { n } from "./n.js"; let a = 1;\nimport {\n  n as m, // a comment\n} from "./n.js"; throw new Error(n)',
        'n.js': 'export let n = 1',
      }),
      reason: 'uncaught_exception',
      message: '1',
      at: 'main.js:4:24',
    },
    {
      name: 'and on its first line',
      source: files('main.js', {
        'main.js': 'import { n } from "./n.js"; throw new Error(n)',
        'n.js': 'export let n = 1',
      }),
      reason: 'uncaught_exception',
      at: 'main.js:1:35',
    },
    {
      name: 'a name that is imported and declared is refused',
      source: files('main.js', {
        'main.js': 'import { n } from "./n.js"; const n = 1; n',
        'n.js': 'export let n = 1',
      }),
      reason: 'syntax_error',
      message: "Identifier 'n' has already been declared",
    },
    {
      name: 'what a script with imports throws ends the run as it is',
      source: files('main.js', {
        'main.js':
          'import "./n.js"; await null; throw Object.assign(new TypeError("t"), { code: "E_X" })',
        'n.js': 'export let n = 1',
      }),
      reason: 'uncaught_exception',
      check: ({ error }) => assert.deepEqual([error?.name, error?.code], ['TypeError', 'E_X']),
    },
    {
      name: 'a text that a module throws ends the run as it is',
      source: files('main.mjs', {
        'main.mjs': 'import "./n.mjs"; export default 1',
        'n.mjs': 'throw "a text"; export {}',
      }),
      reason: 'uncaught_exception',
      check: ({ error }) => assert.deepEqual([error?.name, error?.message], ['NonError', 'a text']),
    },
    {
      name: 'broken JSON names the file and the place',
      source: files('main.js', {
        'main.js': 'return require("./d.json")',
        'd.json': '{"a":1,\n  "b":}',
      }),
      reason: 'syntax_error',
      message: /^d\.json: /,
      at: 'd.json:2:7',
    },
    {
      name: 'a syntax error of a file that is loaded late has its place',
      source: files('main.js', {
        'main.js': 'await import("./s.js")',
        's.js': '\n  let x = ;',
      }),
      reason: 'syntax_error',
      at: 's.js:2:11',
    },
    {
      name: 'a later sibling that imports who requires it is a cycle',
      source: files('a.mjs', {
        'a.mjs': 'import c from "./c.cjs"; import "./s.mjs"; export default c',
        'c.cjs': 'try { require("./s.mjs") } catch (e) { module.exports = e.code }',
        's.mjs': 'import c from "./c.cjs"; export const s = [c]',
      }),
      value: 'ERR_REQUIRE_CYCLE_MODULE',
    },
    {
      name: 'import() inside eval reaches nothing',
      source: 'return eval("import(\\"fs\\")").then(() => "loaded", (e) => e.message)',
      value: 'Not supported',
    },
  ]);

  for (const specifier of [
    '/etc/passwd',
    'file:///etc/passwd',
    'data:text/javascript,1',
    'https://x.test/a.js',
    'node:process',
    'process',
    'module',
    'vm',
    'fs/promises',
    'castellan:import',
    '#x',
    'NODE:FS',
    'fs\u0000',
    ' fs',
    '',
    '.\\x',
  ]) {
    cases(sandbox, [
      {
        name: `${JSON.stringify(specifier)} is denied statically, by import() and by require()`,
        source: `const s = ${JSON.stringify(specifier)}; const codes = []; try { require(s) } catch (e) { codes.push(e.code) } try { await import(s) } catch (e) { codes.push(e.code) } codes`,
        value: ['module_denied', 'module_denied'],
      },
      {
        name: `${JSON.stringify(specifier)} is denied in a module`,
        source: `import ${JSON.stringify(specifier)}; export default 1`,
        reason: 'module_denied',
      },
    ]);
  }
});
