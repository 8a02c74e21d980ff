import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexFile, indexText } from '@castellan/protocol/runtimes';
import type { ModuleShelves } from './module-shelves.ts';
import { Packages } from './packages.ts';
import { Refusal } from '../../script/refusal.ts';

const index = (specifiers: readonly string[]): string =>
  indexText(
    specifiers.map((specifier) => [
      specifier,
      { bundle: 'a.js', index: 0, kind: 'module', names: [] },
      { bundle: 'a.js', index: 1, kind: 'commonjs', names: [] },
    ]),
  );

const indexes = new Map(
  Object.entries({
    zod: ['zod', 'zod/mini'],
    dayjs: ['dayjs', 'dayjs/plugin/utc'],
    '@a/b': ['@a/b', '@a/b/c'],
  }).map(([name, specifiers]) => [indexFile(name), index(specifiers)]),
);
const runtime = { read: () => undefined, text: (name: string) => indexes.get(name) };

const builtins = index(['url', 'timers', 'timers/promises']);
const shelves = (packages?: typeof runtime): ModuleShelves => ({
  shelves: { libraries: undefined, builtins: undefined, packages },
  builtins,
  codeKey: '',
});

/** The path that a specifier resolves to, or the reason of its refusal. */
function find(
  specifier: string,
  modules: readonly string[] = ['@a/b', 'dayjs', 'zod'],
  how: 'import' | 'require' = 'import',
): string {
  try {
    return new Packages(shelves(runtime), modules, false).find(specifier, how).path;
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return `${error.reason}: ${error.message}`;
  }
}

const denied = (specifier: string, allowed: string): string =>
  `module_denied: Module ${JSON.stringify(specifier)} is not allowed. Allowed: ${allowed}`;
const needsNode = "It needs full Node: run the script with engine: 'node'";
const missing = (specifier: string): string =>
  `module_not_found: Module ${JSON.stringify(specifier)} was not found`;
const absent = (specifier: string): string => `${missing(specifier)}. ${toAdd}`;
const toAdd =
  'It is no package of this runtime; castellan runtime build makes a runtime that has it';

const playwright =
  "Playwright runs in full Node, from packages of yours: engine: 'node' and nodeModules. Puppeteer is there in both engines";

const cases: readonly (readonly [
  specifier: string,
  modules: readonly string[] | undefined,
  result: string,
])[] = [
  ['zod', undefined, 'packages/a.js#0'],
  ['dayjs/plugin/utc', undefined, 'packages/a.js#0'],
  ['@a/b/c', undefined, 'packages/a.js#0'],
  ['url', undefined, denied('url', '@a/b, dayjs, zod')],
  ['url', ['url'], 'builtins/a.js#0'],
  ['node:url', ['url'], 'builtins/a.js#0'],
  ['url', ['node:url'], 'builtins/a.js#0'],
  ['timers/promises', ['node:timers'], 'builtins/a.js#0'],
  ['timers', ['timers/promises'], denied('timers', 'timers/promises')],
  ['playwright', undefined, `${missing('playwright')}. ${playwright}`],
  ['@playwright/test', undefined, `${missing('@playwright/test')}. ${playwright}`],
  ['zod', ['zod', 'dayjs', 'dayjs'], 'packages/a.js#0'],
  ['fs', ['zod', 'dayjs', 'dayjs'], `${denied('fs', 'dayjs, zod')}. ${needsNode}`],
  ['left-pad', ['zod'], absent('left-pad')],
  ['left-pad/x', ['zod'], absent('left-pad/x')],
  ['node:nope', ['zod'], missing('node:nope')],
  ['zod/mini', ['zod/mini'], 'packages/a.js#0'],
  ['zod', ['zod/mini'], denied('zod', 'zod/mini')],
  ['zodiac', ['zod'], absent('zodiac')],
  ['zod/nope', ['zod'], missing('zod/nope')],
  ['zod/', ['zod'], missing('zod/')],
  ['node:zod', ['zod'], missing('node:zod')],
  ['node:fs', ['node:fs'], `${denied('node:fs', 'node:fs')}. ${needsNode}`],
  ['NODE:URL', ['url'], denied('NODE:URL', 'url')],
  ['url\u0000', ['url'], denied('url\u0000', 'url')],
  ['__proto__', ['__proto__'], absent('__proto__')],
  ['toString', ['toString'], absent('toString')],
  ['', [''], missing('')],
  ['zod', [], denied('zod', 'none')],
  ['zod",{', ['zod",{'], missing('zod",{')],
  ['../a', ['..'], missing('../a')],
  ['..\u0000/a', ['..\u0000'], missing('..\u0000/a')],
];
for (const [specifier, modules, result] of cases) {
  test(`${JSON.stringify(specifier)} with ${modules === undefined ? 'no list' : JSON.stringify(modules)}`, () => {
    assert.equal(find(specifier, modules), result);
  });
}

test('require() gets its own member', () => {
  assert.equal(find('zod', undefined, 'require'), 'packages/a.js#1');
});

test('without a runtime there are no packages', () => {
  const none = new Packages(shelves(), ['zod'], false);
  assert.throws(() => none.find('zod', 'import'), {
    message: `Module "zod" was not found. ${toAdd}`,
  });
});
