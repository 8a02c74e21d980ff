/** Every `ts` and `js` block of the docs is run, and prints what its page says. */
import { createSandbox, type Json } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../architecture/sources.support.ts';
import { readPage, readPages } from './markdown.support.ts';
import {
  isAsShown,
  isScript,
  makeFolder,
  moduleOf,
  outputOf,
  programsOf,
  stepsOf,
} from './programs.support.ts';
import { sessionOf } from './shell.support.ts';

let folder = '';
before(() => {
  folder = makeFolder();
});
after(() => rmSync(folder, { recursive: true, force: true }));

const pages = readPages();
const programs = pages.flatMap(programsOf);

for (const [index, program] of programs.entries()) {
  test(program.name, async () => {
    const file = join(folder, `program-${index}.ts`);
    writeFileSync(file, moduleOf(program));
    const printed = await outputOf(file);
    assert.equal(printed.length, program.steps.length, printed.join('\n'));
    for (const [at, { block, expected }] of program.steps.entries()) {
      if (isAsShown(printed[at] ?? '', expected)) continue;
      assert.equal(printed[at], expected, `${block.file}:${block.line}`);
    }
  });
}

for (const { block, expected } of pages.flatMap((page) => stepsOf(page, isScript))) {
  test(`${block.file}:${block.line} is a script that runs`, async () => {
    const engine = block.marks.get('engine') === 'node' ? 'node' : 'isolate';
    await using sandbox = await createSandbox({ engine });
    const params = JSON.parse(block.marks.get('params') ?? '{}') as Json;
    const run = await sandbox.run(block.text, { params });
    assert.equal(run.error, null);
    const printed = [...run.logs.map(({ text }) => text), JSON.stringify(run.value)].join('\n');
    if (expected !== '') assert.equal(printed, expected);
  });
}

for (const block of pages.flatMap(({ blocks }) => blocks)) {
  if (!block.marks.has('run')) continue;
  test(`${block.file}:${block.line} prints what it shows`, () => {
    const program = join(root, 'packages/cli/dist/castellan.js');
    const { commands, output } = sessionOf(block);
    const script = ['exec 2>&1', 'castellan() { "$NODE" "$PROGRAM" "$@"; }', ...commands].join(
      '\n',
    );
    const env = { ...process.env, NODE: process.execPath, PROGRAM: program };
    const printed = execFileSync('bash', ['-c', script], { cwd: root, env, encoding: 'utf8' });
    assert.ok(isAsShown(printed, output.join('\n')), printed);
  });
}

test('the programs of the docs have no errors of types', () => {
  const files = programs.map((program, index) => {
    const file = `typed-${index}.ts`;
    writeFileSync(join(folder, file), `// ${program.name}\n${moduleOf(program)}`);
    return file;
  });
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'esnext',
    module: 'nodenext',
    lib: ['esnext', 'esnext.disposable'],
    types: ['node'],
    skipLibCheck: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  } catch (error) {
    assert.fail(String((error as { stdout?: Buffer }).stdout));
  }
});

const page = (text: string): string => text.replaceAll("'''", '```');

for (const [name, text] of [
  ['fails', "'''ts\nthrow new Error('broken');\n'''"],
  ['prints something else', "'''ts\nconsole.log(1);\n'''\n'''text\n2\n'''"],
  ['prints what is not shown', "'''ts\nconsole.log(1);\n'''"],
  ['prints more than is shown', "'''ts\nconsole.log('1\\n2');\n'''\n'''text\n1\n'''"],
] as const) {
  test(`a block that ${name} is found`, async () => {
    const [program] = programsOf(readPage('page.md', page(text)));
    assert.ok(program !== undefined);
    const file = join(folder, 'broken.ts');
    writeFileSync(file, moduleOf(program));
    const isRight = await outputOf(file).then(
      ([printed = '']) => isAsShown(printed, program.steps[0]?.expected ?? ''),
      () => false,
    );
    assert.equal(isRight, false);
  });
}
