/** What real shells complete with the scripts that the command prints. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { castellan } from '../castellan.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
after(() => rmSync(folder, { recursive: true }));

before(async () => {
  writeFileSync(join(folder, 'report.ts'), '');
  mkdirSync(join(folder, 'reports'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await castellan(['completion', shell]);
    assert.equal(code, 0);
    writeFileSync(join(folder, `castellan.${shell}`), stdout);
  }
});

function output(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Completes a line as each shell does; returns the words that it offers. */
const shells: Readonly<Record<string, (line: string) => string[]>> = {
  bash(line) {
    const words = line.split(' ');
    const quoted = words.map((word) => `'${word}'`).join(' ');
    return output(
      'bash',
      '--norc',
      '-c',
      `source castellan.bash; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}
       _castellan; printf '%s\\n' "\${COMPREPLY[@]}"`,
    )
      .split('\n')
      .filter((word) => word !== '');
  },
  // Its completion runs in its line editor only: what ours calls there prints what it is given.
  zsh(line) {
    const words = line.split(' ');
    const printed = output(
      'zsh',
      '-f',
      '-c',
      `compdef() { [ "$*" = '_castellan castellan' ] || exit 1 }
       _describe() { local rows=$argv[-1]; print -rl -- \${\${(P)rows}%%:*} }
       compadd() { print -rl -- "$@" }
       _files() { if [ "$1" = -/ ]; then print -rl -- *(/N); else print -rl -- *(N); fi }
       source ./castellan.zsh
       words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; _castellan`,
    );
    return printed.split('\n').filter((word) => word !== '' && word.startsWith(words.at(-1) ?? ''));
  },
  fish(line) {
    return output('fish', '--no-config', '-c', `source castellan.fish; complete -C '${line}'`)
      .split('\n')
      .map((word) => word.split('\t')[0] ?? '')
      .filter((word) => word !== '');
  },
};

for (const [shell, complete] of Object.entries(shells)) {
  const missing = spawnSync(shell, ['--version']).error === undefined ? false : `no ${shell} here`;
  test(`castellan completion ${shell} completes in the shell itself`, { skip: missing }, () => {
    for (const [line, words] of [
      ['castellan ru', ['run', 'runtime']],
      ['castellan run --eng', ['--engine']],
      ['castellan run --engine ', ['isolate', 'node']],
      ['castellan run rep', ['report.ts', 'reports']],
      ['castellan run --out rep', ['reports']],
      ['castellan submit --det', ['--detach']],
      ['castellan list --status ca', ['cancelled']],
      ['castellan keys re', ['revoke']],
      ['castellan completion z', ['zsh']],
    ] as const) {
      const offered = complete(line).map((word) => word.replace(/\/$/, ''));
      assert.deepEqual([...new Set(offered)].toSorted(), words, `${shell}: ${line}`);
    }
  });
}

test('castellan completion says which shells it knows', async () => {
  for (const [args, message] of [
    [[], /^castellan: completion needs a shell: bash, zsh, fish\.\n$/],
    [['tcsh'], /must be one of bash, zsh, fish, not "tcsh"\./],
    [['bash', 'zsh'], /takes one shell, not also "zsh"/],
  ] as const) {
    const { code, stderr } = await castellan(['completion', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});
