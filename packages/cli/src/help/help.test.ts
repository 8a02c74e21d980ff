import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { errorTable, namesOf, reasons } from '@castellan/protocol';
import { commandPages } from '../args/commands.ts';
import { castellan } from '../castellan.support.ts';
import type { Terminal } from '../output/terminal.ts';
import { helpCommand } from './command.ts';

for (const name of namesOf(commandPages)) {
  test(`castellan help ${name} says what castellan ${name} --help says`, async () => {
    const own = await castellan([name, '--help']);
    assert.deepEqual([own.code, own.stderr], [0, '']);
    // In this process, since there are many.
    let help = '';
    const stdout = { write: (text: string) => ((help += text), true) };
    await helpCommand([name], { stdout } as unknown as Terminal);
    assert.equal(help, own.stdout);
  });
}

test('castellan help alone is the page of all commands, and more than a topic is its page', async () => {
  assert.deepEqual(await castellan(['help']), await castellan(['--help']));
  assert.match((await castellan(['help', 'keys', 'create'])).stdout, /^castellan keys/);
});

test('castellan help explains every reason and every error, and the reference does', async () => {
  const page = (name: string): string =>
    readFileSync(new URL(`../../../../docs/reference/${name}.md`, import.meta.url), 'utf8');
  const [ofReasons, ofErrors] = [page('reasons'), page('errors')];
  for (const reason of namesOf(reasons)) assert.ok(ofReasons.includes(`\n### \`${reason}\`\n`));
  for (const code of namesOf(errorTable)) assert.ok(ofErrors.includes(`\n### Error \`${code}\`\n`));
  const { code, stdout } = await castellan(['help', 'output_limit']);
  assert.equal(code, 0);
  assert.match(stdout, /exit code 3\n\n.*--output-size/s);
  assert.match(stdout, /docs\/reference\/reasons\.md#output_limit\n$/);
  assert.match((await castellan(['help', 'invalid_option'])).stdout, /errors\.md#error-invalid_/);
});

for (const [args, message] of [
  [['help', 'rnu'], /^castellan: Unknown topic "rnu"\. Did you mean run\?\n$/],
  [['help', 'wall'], /Did you mean wall_timeout\?/],
  [['help', 'run', 'list'], /help takes one topic, not also "list"/],
  [['lits'], /^castellan: Unknown command "lits"\. Did you mean list\?\n$/],
  [['complet'], /Did you mean completion\?/],
  [['nonsense'], /Known: run, dev, .*, version\.\n$/],
  [['list', '--statsu', 'x'], /Unknown option "--statsu"\. Did you mean --status\?/],
  [['run', '-', '--host', 'x'], /Unknown option "--host"\. Did you mean --allow-host\?/],
  [['version', 'x'], /version takes no argument, not "x"/],
] as const) {
  test(`castellan ${args.join(' ')} says what was meant`, async () => {
    const { code, stdout, stderr } = await castellan(args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
  });
}

test('castellan version, --version and -v say the same', async () => {
  const said = await castellan(['version']);
  assert.match(said.stdout, /^\d+\.\d+\.\d+\S*\n$/);
  assert.deepEqual(await castellan(['--version']), said);
  assert.deepEqual(await castellan(['-v']), said);
});

const manual = fileURLToPath(new URL('../../man/castellan.1', import.meta.url));
const isHere = spawnSync('mandoc', ['-h'], { input: '' }).error === undefined;

test(
  'mandoc finds nothing wrong with the manual page',
  { skip: isHere ? false : 'no mandoc here' },
  () => {
    const { stdout, stderr, status } = spawnSync(
      'mandoc',
      ['-T', 'lint', '-W', 'warning', manual],
      {
        encoding: 'utf8',
      },
    );
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
    const { stdout: read } = spawnSync('mandoc', ['-T', 'utf8', manual], { encoding: 'utf8' });
    for (const name of namesOf(commandPages)) assert.ok(read.includes(name), name);
  },
);
