/** Every block of the docs is of a known kind and is what its kind says; `programs.test.ts` runs those that are code. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readManifest, root } from '../architecture/sources.support.ts';
import { type Block, readPages } from './markdown.support.ts';
import { noRun } from './no-run.support.ts';
import { commandsOf, unknownWords } from './shell.support.ts';

const languages = new Set(['ts', 'js', 'json', 'sh', 'console', 'text', 'yaml', '']);
const marks = new Set(['no-run', 'script', 'engine', 'params', 'run']);
const blocks = readPages().flatMap((page) => page.blocks);
const of = (...wanted: string[]): Block[] =>
  blocks.filter(({ language }) => wanted.includes(language));
const place = ({ file, line }: Block): string => `${file}:${line}`;

test('blocks are of languages that are looked at, with marks that mean something', () => {
  for (const block of blocks) {
    assert.ok(languages.has(block.language), `${place(block)}: ${block.language}`);
    for (const mark of block.marks.keys()) assert.ok(marks.has(mark), `${place(block)}: ${mark}`);
  }
});

test('a block that is not run says why, and each reason is in use', () => {
  const given = blocks.flatMap(({ marks: own }) => own.get('no-run') ?? []);
  assert.deepEqual([...new Set(given)].toSorted(), Object.keys(noRun).toSorted());
});

test('JSON in the docs parses', () => {
  for (const block of of('json')) {
    assert.doesNotThrow(() => JSON.parse(block.text) as unknown, place(block));
  }
});

test('YAML in the docs parses', () => {
  for (const block of of('yaml')) assert.doesNotThrow(() => void parse(block.text), place(block));
});

test('commands in the docs are commands of a shell', () => {
  for (const block of of('sh', 'console')) {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: commandsOf(block).join('\n') });
    assert.equal(status, 0, `${place(block)}: ${String(stderr)}`);
  }
});

test('npm commands in the docs are scripts of the repository', () => {
  const { scripts } = readManifest('package.json') as { scripts?: Record<string, string> };
  const known = new Set(Object.keys(scripts ?? {}));
  const asked = of('sh', 'console').flatMap((block) =>
    commandsOf(block).flatMap((line) => {
      const [, name] = /^npm (?:run )?(demo|test|start|(?<=run )[\w:]+)\b/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, at: place(block) }];
    }),
  );
  assert.ok(asked.length > 1);
  for (const { name, at } of asked) assert.ok(known.has(name), `${at}: npm run ${name}`);
});

const helps = new Map<string, string | undefined>();

/** What a command says about itself. */
function help(command: string): string | undefined {
  if (!helps.has(command)) {
    const program = join(root, 'packages/cli/dist/castellan.js');
    const { status, stdout } = spawnSync(process.execPath, [program, command, '--help'], {
      encoding: 'utf8',
    });
    helps.set(command, status === 0 ? stdout : undefined);
  }
  return helps.get(command);
}

/** Fails for a call of `castellan` that is none; returns how many there are. */
function checkCalls(lines: readonly { readonly line: string; readonly at: string }[]): number {
  const calls = lines.flatMap(({ line, at }) => {
    const unknown = unknownWords(line, help);
    return unknown === undefined ? [] : [{ unknown, where: `${at}: ${line}` }];
  });
  for (const { unknown, where } of calls) assert.deepEqual(unknown, [], where);
  return calls.length;
}

test('castellan in blocks of the docs is called with commands and flags that exist', () => {
  const lines = of('sh', 'console').flatMap((block) =>
    commandsOf(block).map((line) => ({ line, at: place(block) })),
  );
  assert.ok(checkCalls(lines) > 10);
});

test('castellan in the prose of the docs is called with commands and flags that exist', () => {
  const quoted = readPages().flatMap(({ file, prose }) =>
    prose.flatMap((text, index) =>
      [...text.matchAll(/`([^`]*castellan [a-z][^`]*)`/g)].map(([, line = '']) => ({
        line: line.replaceAll(String.raw`\|`, '|'),
        at: `${file}:${index + 1}`,
      })),
    ),
  );
  assert.ok(checkCalls(quoted) > 10);
});

test('a flag and a command that do not exist are found', () => {
  assert.deepEqual(unknownWords('castellan run a.js --wal 5s --wall=5s', help), ['--wal']);
  assert.deepEqual(unknownWords('castellan rn a.js', help), ['rn']);
  assert.deepEqual(unknownWords('echo 1 | castellan run - --jsn | jq --raw', help), ['--jsn']);
});
