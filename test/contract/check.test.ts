import type { CheckOptions, Source } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { forEachEngine } from './contract.support.ts';

forEachEngine(({ engine, contract, sandboxForFile }) => {
  let calls = 0;
  const sandbox = sandboxForFile({
    modules: ['lodash'],
    helpers: { price: async () => ++calls, http: { get: async () => '' } },
  });

  /** Each problem as `code file:line:column message`. */
  async function found(source: Source, options?: CheckOptions): Promise<string[]> {
    const { problems } = await sandbox().check(source, options);
    return problems.map(({ code, file, line, column, message }) =>
      `${code} ${file}:${line}:${column} ${message}`.replace(':null:null', ':-'),
    );
  }

  interface Row {
    readonly name: string;
    readonly source: Source;
    readonly problems: readonly string[];
  }

  const rows: readonly Row[] = [
    { name: 'nothing in a clean script', source: 'return params.a + env.B', problems: [] },
    {
      name: 'the globals that a run has: ours, helpers, the platform, CommonJS, prototypes',
      source:
        'progress(0); artifacts; price(1); http.get(); fetch; structuredClone; console; Temporal ?? Intl; ' +
        'module; exports; arguments; toString(); undefined; NaN; globalThis; eval',
      problems: ['unknown_global script.js:1:80 "Temporal" is not defined'],
    },
    {
      name: 'the events of the global scope',
      source: 'addEventListener("error", reportError); dispatchEvent(new Event("a"))',
      problems: [],
    },
    {
      name: 'an unknown global at its first mention, and not one that typeof asks for',
      source: 'const a = 1;\n\tb(a, c);\nb(); typeof d; if (typeof e === "object") e.f()',
      problems: [
        'unknown_global script.js:2:2 "b" is not defined',
        'unknown_global script.js:2:7 "c" is not defined',
      ],
    },
    ...[
      ...(engine === 'isolate' ? ['self.bar = 2; return bar'] : []),
      'globalThis.bar = 2; return bar',
      'this.bar = 2; bar',
      'bar = 2; return bar',
      'with (params) { bar }',
      "eval('var bar = 2'); return bar",
      "(0, eval)('var bar = 2'); return bar",
      "new Function('bar = 2')(); return bar",
      'Object.assign(globalThis, { bar: 2 }); return bar',
      "Object.defineProperty(globalThis, 'bar', { value: 2 }); return bar",
      "globalThis['bar'] = 2; return bar",
      'const g = globalThis; g.bar = 2; return bar',
      'for (const [k, v] of Object.entries(params)) globalThis[k] = v; return bar',
      'try { bar() } catch { return 1 }',
      "if (typeof bar !== 'undefined') bar()",
    ].map((source) => ({
      name: `nothing where a script may define the name itself: ${source}`,
      source,
      problems: [],
    })),
    {
      name: 'an unknown name beside a member of the global scope',
      source: 'globalThis.foo; globalThis.foo(); return bar',
      problems: ['unknown_global script.js:1:42 "bar" is not defined'],
    },
    {
      name: 'what was withheld from the isolate as unknown',
      source: 'new WebAssembly.Memory({ initial: 1 }); process.exit()',
      problems: [
        'unknown_global script.js:1:5 "WebAssembly" is not defined',
        'unknown_global script.js:1:41 "process" is not defined',
      ],
    },
    {
      name: 'no name that the script makes itself, with var, in a pattern, by assignment or on globalThis',
      source:
        'f(g, h); function f({ a, ...b }, [c] = b) { return () => a + c + f.name; } var g; h = 2; globalThis.i = i;\n' +
        'try { class K { #x = this; static { new K() } } } catch ({ message }) { message } for (const j of []) j;',
      problems: [],
    },
    {
      name: 'no name within what is sent to a browser, or where only a run can know',
      source:
        'const page = null; await page.evaluate((a) => document.title + a, 1); await page.$eval("a", function () { return window });\n' +
        'with (params) { anything }',
      problems: [],
    },
    {
      name: 'places in TypeScript, and nothing of types',
      source:
        'interface A { b: B }\nconst a = params as unknown as C;\nfunction f<T extends D>(this: E, x: T): F { return x satisfies G, nope }\nreturn f(a)',
      problems: ['unknown_global script.js:3:67 "nope" is not defined'],
    },
    {
      name: 'places behind a byte-order mark and a #! line',
      source: '\ufeff#!/usr/bin/env node\r\n  nope()',
      problems: ['unknown_global script.js:2:3 "nope" is not defined'],
    },
    {
      name: 'a syntax error of JavaScript and of TypeScript',
      source: {
        entry: 'a.js',
        files: {
          'a.js': 'return 1 +;',
          'b.ts': 'const a: number = 1;\nconst b: number = );',
          'c.ts': 'enum E { A }\nE.A',
          'd.json': '{\n"a" 1}',
        },
      },
      problems: [
        "syntax_error a.js:1:11 Unexpected token ';'",
        'syntax_error b.ts:2:19 Expression expected.',
        "syntax_error d.json:2:5 Expected ':' after property name in JSON at position 6 (line 2 column 5)",
      ],
    },
    {
      name: 'what only the engine refuses: strict mode in a module, a name that is not exported',
      source: {
        entry: 'a.js',
        files: {
          'a.js': 'import { nope } from "./b.js";\nexport default nope',
          'b.js': 'export const a = 010;',
          'c.js': 'import { nope } from "./d.js";\nexport default nope',
          'd.js': 'export const a = 1;',
        },
      },
      problems: [
        'syntax_error b.js:1:18 Octal literals are not allowed in strict mode.',
        "syntax_error c.js:1:1 The requested module './d.js' does not provide an export named 'nope'",
      ],
    },
    {
      name: 'every module that cannot be had, however it is asked for, and none that a type asks for',
      source: {
        entry: 'a.ts',
        files: {
          'a.ts':
            'import fs from "node:fs";\nimport type { X } from "types";\nimport "./none.js";\nrequire("axios");\n' +
            'await import("./b.js"); await import(params.name); require("./b");\nfunction f(require) { } fs;',
          'b.js': 'export * from "dayjs"; export const { a } = params;',
        },
      },
      problems: [
        `module_denied a.ts:1:1 Module "node:fs" is not allowed. Allowed: lodash${engine === 'isolate' ? ". It needs full Node: run the script with engine: 'node'" : ''}`,
        'module_not_found a.ts:3:1 Module "./none.js" was not found',
        'module_denied a.ts:4:1 Module "axios" is not allowed. Allowed: lodash',
        'module_denied b.js:1:1 Module "dayjs" is not allowed. Allowed: lodash',
      ],
    },
    {
      name: 'require in an ES module as unknown',
      source: 'export default () => require("./a.js")',
      problems: ['unknown_global script.js:1:22 "require" is not defined'],
    },
    {
      name: 'that nothing can be called, where that is certain',
      source: 'function main() {}',
      problems: ["no_entry script.js:- the function 'execute' could not be found"],
    },
    {
      name: 'that a module exports nothing to call',
      source: 'export const a = 1; export { a as b };',
      problems: ["no_entry script.js:- the function 'execute' could not be found"],
    },
    {
      name: 'an entry that is exported by name',
      source: 'const a = 1; export { a as execute };',
      problems: [],
    },
    {
      name: 'an entry that is assigned',
      source: 'function a() { } const b = (module.exports = a);',
      problems: [],
    },
  ];

  for (const { name, source, problems } of rows) {
    contract(name, async () => {
      assert.deepEqual(await found(source), problems);
    });
  }

  contract(
    'Sandbox.check runs nothing of the script, and nothing that the script names',
    async () => {
      const source = {
        entry: 'a.js',
        files: {
          'a.js': 'import "./b.js"; export default () => 1; throw new Error("ran"); for (;;);',
          'b.js': 'price(1); for (;;); module.exports = 1;',
          'c.mjs': 'for (;;); export default 1',
          'd.mjs': 'import "./a.js"; await price(1); export { default } from "./e.js"',
          'e.js': 'price(1); exports.default = 1',
        },
      };
      for (const entry of Object.keys(source.files)) {
        assert.deepEqual(await found({ ...source, entry }), [], entry);
      }
      assert.equal(calls, 0);
    },
  );

  contract('Sandbox.check tells at most 1,000 problems, and no long text', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `x${at}`).join(';\n');
    assert.equal((await found(many)).length, 1_000);
    const name = 'x'.repeat(500_000);
    const [problem = ''] = await found(`${name}; import('${name}')`);
    assert.ok(problem.length < 2_000);
  });

  const hostile: readonly { name: string; source: string; code: RegExp }[] = [
    { name: 'nested parentheses', source: '('.repeat(200_000), code: /^syntax_error / },
    {
      name: 'nested blocks',
      source: '{'.repeat(200_000) + '}'.repeat(200_000),
      code: /^syntax_error /,
    },
    { name: 'nested templates', source: '`${'.repeat(100_000), code: /^syntax_error / },
    {
      name: 'a long chain',
      source: `x${'.a'.repeat(400_000)}`,
      code: /^(?:syntax_error|unknown_global|out_of_memory) /,
    },
    {
      name: 'TypeScript nested deeply',
      source: `let a: ${'['.repeat(100_000)}`,
      code: /^syntax_error /,
    },
    { name: 'a million names', source: 'a;'.repeat(500_000), code: /^out_of_memory / },
  ];

  for (const { name, source, code } of hostile) {
    contract(`Sandbox.check ends with a problem when it gets ${name}`, async () => {
      const [problem = ''] = await found(source);
      assert.match(problem, code);
      assert.deepEqual(await found('return 1'), []);
    });
  }

  contract('Sandbox.check keeps the limits that it is given', async () => {
    const source = Array.from({ length: 20_000 }, (_, at) => `let x${at} = y${at};`).join('\n');
    assert.match(
      (await found(source, { limits: { wallMs: 5 } }))[0] ?? '',
      /^wall_timeout null:- /,
    );
    assert.match((await found(source, { limits: { cpuMs: 5 } }))[0] ?? '', /^cpu_timeout null:- /);
    await assert.rejects(found('12345', { limits: { sourceBytes: 4 } }), {
      code: 'source_too_large',
    });
    await assert.rejects(found('1', { limits: { valueBytes: -1 } }), { code: 'invalid_limit' });
    await assert.rejects(found('1', { params: 1 } as never), { code: 'invalid_option' });
  });
});
