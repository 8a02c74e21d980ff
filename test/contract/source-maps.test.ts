import { forEachEngine } from './contract.support.ts';
import type { Case } from './contract.support.ts';
import assert from 'node:assert/strict';

/** A comment that leads every place of the first two lines to line 10, column 5 of `source`. */
function comment(source: unknown, more: object = {}): string {
  const map = { version: 3, sources: [source], names: [], mappings: 'AASI;AAAA', ...more };
  return `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
}

const failing = '\nthrow new Error("no")';

forEachEngine(({ cases, sandboxForFile }) => {
  const sandbox = sandboxForFile();
  const fails = (name: string, source: Case['source'], at: string): Case => ({
    name,
    source,
    reason: 'uncaught_exception',
    at,
  });

  cases(sandbox, [
    fails(
      'a map in the file leads to its source',
      failing + comment('src/main.ts'),
      'src/main.ts:10:5',
    ),
    fails(
      'a map of an ES module, within another file',
      {
        entry: 'main.mjs',
        files: {
          'main.mjs': 'import { f } from "./lib.mjs"; export default () => f()',
          'lib.mjs': `\nexport const f = () => { null.x }${comment('../lib/lib.ts')}`,
        },
      },
      'lib/lib.ts:10:5',
    ),
    fails(
      'a map of a file in TypeScript that is compiled',
      { entry: 'main.ts', files: { 'main.ts': `enum A { B }${failing}${comment('main.civet')}` } },
      'main.civet:10:5',
    ),
    fails(
      'a map that is percent-encoded, with a root',
      `${failing}\n//# sourceMappingURL=data:application/json,${encodeURIComponent('{"version":3,"sourceRoot":"/home/me","sources":["a.ts"],"names":[],"mappings":"AASI;AAAA"}')}`,
      'home/me/a.ts:10:5',
    ),
    fails(
      'a map in sections',
      failing +
        comment('', {
          sections: [
            {
              offset: { line: 0, column: 0 },
              map: { version: 3, sources: ['s.ts'], names: [], mappings: 'AASI;AAAA' },
            },
          ],
        }),
      's.ts:10:5',
    ),
    ...(
      [
        ['an absolute name', '/etc/passwd', 'etc/passwd'],
        ['a name that leads out', '../../../a/./b.ts', 'a/b.ts'],
        ['a URL', 'webpack://app/./src/a.ts?x#y', 'app/src/a.ts'],
        ['a file: URL', 'file:///home/me/a.ts', 'home/me/a.ts'],
        ['a name of Windows', 'C:\\me\\a.ts', 'me/a.ts'],
      ] as const
    ).map(([name, source, file]) =>
      fails(`${name} in a map becomes a relative path`, failing + comment(source), `${file}:10:5`),
    ),
    ...(
      [
        ['no JSON', '{'],
        ['no map', '[]'],
        ['a wrong version', { version: 4 }],
        ['mappings that are none', { mappings: '!!!' }],
        ['mappings of another type', { mappings: 7 }],
        ['a source that is not there', { mappings: 'AAgggB' }],
        ['no sources', { sources: null }],
        ['a source that is no text', { sources: [{}] }],
        ['a name with a line break', { sources: ['a\n    at b.ts'] }],
        ['a name that is too long', { sources: ['a'.repeat(600)] }],
        ['an empty name', { sources: ['..'] }],
        ['a line that no file has', { mappings: 'AAggggggB;AAAA' }],
        ['sections in sections without end', { sections: 7 }],
      ] as const
    ).map(([name, map]) =>
      fails(
        `a broken map is ignored: ${name}`,
        failing +
          (typeof map === 'string'
            ? `\n//# sourceMappingURL=data:application/json,${encodeURIComponent(map)}`
            : comment('a.ts', map)),
        'script.js:2:7',
      ),
    ),
    fails(
      'a file whose name has a blank',
      { entry: 'my file.js', files: { 'my file.js': failing } },
      'my file.js:2:7',
    ),
    fails('a map with blanks in a name', failing + comment('my file.ts'), 'my file.ts:10:5'),
    fails(
      'a map that is not inside the file is ignored',
      `${failing}\n//# sourceMappingURL=main.js.map`,
      'script.js:2:7',
    ),
    {
      name: 'a syntax error is placed by the map too',
      source: `\nlet a = ;${comment('src/main.ts')}`,
      reason: 'syntax_error',
      at: 'src/main.ts:10:5',
    },
  ]);

  cases(sandbox, [
    {
      name: 'a stack that the script reads has the places of the source',
      source: `\nconsole.log(new Error("no").stack)${comment('src/main.ts')}`,
      check: ({ logs }) =>
        assert.match(logs[0]?.text ?? '', /^Error: no\n {4}at .*src\/main\.ts:10:5\)?$/),
    },
    {
      name: 'a stack that the script reads or prints has the places of its TypeScript',
      source: {
        entry: 'main.ts',
        files: {
          'main.ts':
            'enum A { B }\n\nfunction fail() {\n  return   new Error("no");\n}\nconsole.log(fail());\nconsole.log(fail().stack);',
        },
      },
      check: ({ logs }) => {
        const form = /^Error: no\n {4}at fail \(main\.ts:4:12\)\n {4}at .*main\.ts:[67]:\d+\)?$/;
        assert.match(logs[0]?.text ?? '', form);
        assert.match(logs[1]?.text ?? '', form);
      },
    },
    {
      name: 'a stack through a decorator has no frame of what the compiler added',
      source: {
        entry: 'main.ts',
        files: {
          'main.ts':
            'let seen = "";\nfunction d(v: unknown, c: object) {\n  seen = String(new Error("no").stack);\n}\nclass A {\n  @d m() {}\n}\nconsole.log(seen);',
        },
      },
      check: ({ logs }) => {
        const stack = logs[0]?.text ?? '';
        const frames = stack.split('\n').slice(1);
        assert.match(frames[0] ?? '', /at d \(main\.ts:3:17\)/);
        assert.doesNotMatch(stack, /__esDecorate|castellan|main\.ts:1:/);
      },
    },
    {
      name: 'the cause of an error has its places',
      source: {
        entry: 'main.ts',
        files: {
          'main.ts':
            'enum A { B }\n\nconst inner = () =>   new TypeError("in");\nthrow new Error("out", { cause: inner() });',
        },
      },
      reason: 'uncaught_exception',
      at: 'main.ts:4:7',
      check: ({ error }) => {
        const cause = error?.cause as { line?: number; column?: number } | undefined;
        assert.deepEqual([cause?.line, cause?.column], [3, 23]);
      },
    },
    {
      name: 'the place behind imports on the same line, in a stack that the script reads',
      source: {
        entry: 'main.js',
        files: {
          'main.js': 'import { a } from "./a.js"; console.log(a, new Error("no").stack)',
          'a.js': 'export const a = 1',
        },
      },
      check: ({ logs }) => assert.match(logs[0]?.text ?? '', /main\.js:1:44/),
    },
  ]);
});
