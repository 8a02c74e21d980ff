import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { forEachEngine } from './contract.support.ts';
import { faultyModules, faultyScripts } from './faulty.support.ts';

interface Told {
  readonly message: string;
  readonly place: string | null;
}

/** What plain Node says about each of the faulty sources, scripts first. */
const expected = JSON.parse(
  execFileSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings',
      fileURLToPath(new URL('fixtures/node-words.js', import.meta.url)),
    ],
    { input: JSON.stringify({ scripts: faultyScripts, modules: faultyModules }), encoding: 'utf8' },
  ),
) as readonly Told[];

const sources = new Map([
  ...faultyScripts.map((source, index) => [`s${index}.js`, source] as const),
  ...faultyModules.map((source, index) => [`m${index}.mjs`, source] as const),
]);

forEachEngine(({ contract, cases, sandboxForFile }) => {
  const sandbox = sandboxForFile();

  contract('syntax errors have the words of Node, at its places', async () => {
    const files = { 'main.js': '1', ...Object.fromEntries(sources) };
    const { problems } = await sandbox().check({ files, entry: 'main.js' });
    const found = new Map(
      problems
        .filter(({ code }) => code === 'syntax_error')
        .map(({ file, message, line, column }) => [file, { message, place: `${line}:${column}` }]),
    );
    for (const [index, [file, source]] of [...sources].entries()) {
      const told = expected[index];
      assert.ok(told !== undefined && told !== null, `Node takes ${source}`);
      const { message, place } = found.get(file) ?? {};
      assert.equal(message, told.message, source);
      if (told.place !== null) assert.equal(place, told.place, source);
    }
  });

  cases(sandbox, [
    {
      name: 'a syntax error of a run has the words of Node, at its place',
      source: { files: { 'main.js': '\n' + faultyScripts[0] }, entry: 'main.js' },
      reason: 'syntax_error',
      message: 'await is only valid in async functions and the top level bodies of modules',
      at: 'main.js:2:31',
      check: ({ error }) => assert.equal(error?.name, 'SyntaxError'),
    },
    {
      name: 'code without a name that does not parse has the words of Node',
      source: 'const a = 1;\nfoo(a;',
      reason: 'syntax_error',
      message: 'missing ) after argument list',
      at: 'script.js:2:5',
    },
    {
      name: 'TypeScript has the words of V8 where it stops at the same place',
      source: { files: { 'main.ts': 'const a: number = 1;\nlet b = ;' }, entry: 'main.ts' },
      reason: 'syntax_error',
      at: 'main.ts:2:9',
    },
    {
      name: 'a syntax error of new Function is one of the script, where it called',
      source: '\nnew Function("return ;;)")',
      reason: 'uncaught_exception',
      message: "Unexpected token ')'",
      at: 'script.js:2:1',
      check: ({ error }) => assert.equal(error?.name, 'SyntaxError'),
    },
    {
      name: 'a syntax error of eval is one of the script, where it called',
      source: '\n  eval("let a = ;")',
      reason: 'uncaught_exception',
      message: "Unexpected token ';'",
      at: 'script.js:2:3',
      check: ({ error }) => assert.equal(error?.name, 'SyntaxError'),
    },
  ]);
});
