import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { createSandbox, type Json, type RunHandle, type Source } from '@castellan/sandbox';
import { uses } from './package-uses.support.ts';

const manifest = new URL('../../runtimes/2026.11/package.json', import.meta.url);
const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies: object };
const packages = Object.keys(dependencies).toSorted();
const allowed = packages.join(', ');

// Another process for each of some hundred runs would take minutes.
const sandbox = await createSandbox({ reuse: 'tenant', warm: 2 });
after(() => sandbox.close());
const run = (source: Source, modules?: readonly string[]): RunHandle =>
  sandbox.run(source, { tenant: 'a', ...(modules === undefined ? {} : { modules }) });

/** The ways to write a script, each with an `import` where it has one and with `require()` too. */
const conventions: Readonly<
  Record<string, (specifier: string, clause: string, expression: string) => string>
> = {
  'an ES module': (specifier, clause, expression) =>
    `import ${clause} from '${specifier}';\nexport default async () => (${expression});`,
  'a function execute': (specifier, clause, expression) =>
    `import ${clause} from '${specifier}';\nasync function execute() { return ${expression}; }`,
  CommonJS: (specifier, clause, expression) =>
    `const ${clause} = require('${specifier}');\nmodule.exports = async () => (${expression});`,
  'plain statements': (specifier, clause, expression) =>
    `import ${clause} from '${specifier}';\n${expression}`,
  'import()': (specifier, clause, expression) =>
    `const ${clause.startsWith('{') ? clause : `{ default: ${clause} }`} = await import('${specifier}');\nreturn ${expression};`,
};

const covered = new Set(uses.map(([specifier]) => specifier.split('/')[0]));
test('every package of the runtime is used here', () => {
  assert.deepEqual(covered, new Set(packages));
});

for (const [name, write] of Object.entries(conventions)) {
  for (const language of ['js', 'ts']) {
    test(`packages work in ${name}, ${language}`, async () => {
      for (const [specifier, clause, expression, value] of uses) {
        const code = `${language === 'ts' ? 'const typed: number = 1;\n' : ''}${write(specifier, clause, expression)}`;
        // Types need a file of their kind; `import` has to come first in none of them.
        const entry = `main.${language}`;
        const { value: got, error } = await run({ files: { [entry]: code }, entry });
        assert.deepEqual([got, error], [value, null], `${specifier}: ${error?.message}`);
      }
    });
  }
}

const values: readonly (readonly [
  name: string,
  source: string | Record<string, string>,
  value: Json,
])[] = [
  [
    'a namespace has the names of an ES module',
    "import * as m from 'nanoid'; export default ['nanoid' in m, 'default' in m]",
    [true, false],
  ],
  [
    'a namespace of CommonJS has a default and the names',
    "import * as m from 'ms'; export default [typeof m.default, Object.keys(m)]",
    ['function', ['default', 'module.exports']],
  ],
  [
    'JSON of a package',
    "import p from 'dayjs/locale.json' with { type: 'json' }; export default p.length > 100",
    true,
  ],
  ['JSON of a package by require()', "return require('dayjs/locale.json')[0].key", 'af'],
  [
    'files of a run import packages',
    {
      'main.js': "import { up } from './lib/up.js'; export default up('a')",
      'lib/up.js': "import { upperFirst } from 'lodash'; export const up = upperFirst",
    },
    'A',
  ],
  [
    'a package and its plugins share one instance',
    "import dayjs from 'dayjs'; import utc from 'dayjs/plugin/utc'; dayjs.extend(utc); export default dayjs.utc('2026-11-20T10:00Z').format()",
    '2026-11-20T10:00:00Z',
  ],
  [
    'a locale registers with the package that the script has',
    "const dayjs = require('dayjs'); require('dayjs/locale/de'); dayjs.locale('de'); return dayjs('2026-11-20').format('MMMM')",
    'November',
  ],
  [
    'import, import() and require() give one instance',
    "import a from 'lodash'; const { default: b } = await import('lodash'); return a === b && b === require('lodash')",
    true,
  ],
  [
    'files share one instance',
    {
      'main.mjs':
        "import ms from 'ms'; import other from './other.cjs'; export default ms === other",
      'other.cjs': "module.exports = require('ms')",
    },
    true,
  ],
  [
    'require() of an ES module gives its namespace',
    "const { v4, validate } = require('uuid'); return validate(v4())",
    true,
  ],
  [
    'axios has its fetch adapter',
    "globalThis.fetch = async (request) => new Response(JSON.stringify({ url: String(request.url ?? request) }), { headers: { 'content-type': 'application/json' } }); const { data, status } = await require('axios').get('https://api.example/x', { params: { a: 1 }, adapter: 'fetch' }); return [data, status]",
    [{ url: 'https://api.example/x?a=1' }, 200],
  ],
  [
    'packages have Buffer without the script having it',
    "const { parse } = require('csv-parse/sync'); return [parse('a,b'), typeof Buffer, typeof process, typeof castellan]",
    [[['a', 'b']], 'undefined', 'undefined', 'undefined'],
  ],
];
for (const [name, source, value] of values) {
  test(name, async () => {
    const files = typeof source === 'string' ? undefined : source;
    const job =
      files === undefined ? (source as string) : { files, entry: Object.keys(files)[0] ?? '' };
    const { value: got, error } = await run(job);
    assert.deepEqual([got, error], [value, null], error?.message);
  });
}

test('two runs share nothing of a package', async () => {
  const script =
    "const _ = require('lodash'); const before = _.mine; _.mine = 1; return before ?? null";
  assert.equal((await run(script)).value, null);
  assert.equal((await run(script)).value, null);
});

test('sleep holds the script up without using the processor', async () => {
  const { value, usage, error } = await run(
    "const { sleep, usleep } = require('sleep'); const at = Date.now(); sleep(0.5); usleep(50_000); return Date.now() - at",
  );
  assert.equal(error, null);
  assert.ok(Number(value) >= 549);
  assert.ok(usage.cpuMs < 500);
});

const refused: readonly (readonly [
  name: string,
  source: string,
  modules: readonly string[] | undefined,
  reason: string,
  message: string,
  at: string,
])[] = [
  [
    'a built-in that is not named',
    "\nimport fs from 'fs';\nexport default 1",
    undefined,
    'module_denied',
    `Module "fs" is not allowed. Allowed: ${allowed}. It needs full Node: run the script with engine: 'node'`,
    '2:1',
  ],
  [
    'a package that the policy leaves out',
    "const a = 1;\nconst _ = require('lodash');",
    ['dayjs', 'axios'],
    'module_denied',
    'Module "lodash" is not allowed. Allowed: axios, dayjs',
    '2:11',
  ],
  [
    'a subpath of a package that is left out',
    "import get from 'lodash/get'; export default 1",
    ['dayjs'],
    'module_denied',
    'Module "lodash/get" is not allowed. Allowed: dayjs',
    '1:1',
  ],
  [
    'a name that only begins like an allowed one',
    "import 'dayjs-evil'; export default 1",
    ['dayjs'],
    'module_not_found',
    'Module "dayjs-evil" was not found. It is no package of this runtime; castellan runtime build makes a runtime that has it',
    '1:1',
  ],
  [
    'a subpath that does not exist',
    " import 'dayjs/nope'; export default 1",
    undefined,
    'module_not_found',
    'Module "dayjs/nope" was not found',
    '1:2',
  ],
  [
    'a path out of a package',
    "require('dayjs/../lodash')",
    ['dayjs'],
    'module_not_found',
    'Module "dayjs/../lodash" was not found',
    '1:1',
  ],
  [
    'a package that was bundled into another',
    "require('parse5')",
    undefined,
    'module_not_found',
    'Module "parse5" was not found. It is no package of this runtime; castellan runtime build makes a runtime that has it',
    '1:1',
  ],
  [
    'a name that is no export',
    "\nimport { nope } from 'dayjs'; export default 1",
    undefined,
    'syntax_error',
    "The requested module 'dayjs' does not provide an export named 'nope'",
    '2:1',
  ],
  [
    'a name of the prototype',
    "require('constructor')",
    ['dayjs'],
    'module_not_found',
    'Module "constructor" was not found. It is no package of this runtime; castellan runtime build makes a runtime that has it',
    '1:1',
  ],
];
for (const [name, source, modules, reason, message, at] of refused) {
  test(`refuses ${name}`, async () => {
    const result = await run(source, modules);
    assert.deepEqual(
      [result.reason, result.error?.message, `${result.error?.line}:${result.error?.column}`],
      [reason, message, at],
    );
  });
}

test('a subpath can be allowed by itself', async () => {
  const { value } = await run(
    "let code; try { require('lodash') } catch (e) { code = e.code } return [require('lodash/get')({ a: 1 }, 'a'), code]",
    ['lodash/get'],
  );
  assert.deepEqual(value, [1, 'module_denied']);
});

test('the stack of an error inside a package shows the script only', async () => {
  const { error } = await run("import { z } from 'zod';\nz.string().parse(1)");
  assert.equal(error?.name, 'ZodError');
  assert.equal(`${error?.file}:${error?.line}`, 'script.js:2');
  assert.doesNotMatch(error?.stack ?? '', /castellan|packages\//);
});
