import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseRun, type RunArguments } from './request.ts';

const refuses = (args: string[], message: RegExp): void =>
  assert.throws(() => parseRun(args), { name: 'UsageError', message }, args.join(' '));

test('--record takes names with commas, and may be repeated', () => {
  for (const given of [
    ['--record', 'video,trace'],
    ['--record=video', '--record', 'trace'],
  ]) {
    const parsed = parseRun(['a.ts', ...given]);
    assert.ok(parsed !== 'help');
    assert.deepEqual(parsed.input.record, { video: true, trace: true });
  }
});

test('parseRun reads every option', () => {
  const args = ['a.ts', '--params', '{"a":[1]}', '--env', 'A=1', '--env', 'B=x=y', '--out', 'made'];
  args.push(
    '--cpus',
    '0.5',
    '--runtime',
    'mine',
    '--allow-module',
    '*',
    '--allow-module',
    'node:url',
  );
  args.push('--browser', '--json', '--check', '--engine', 'isolate', '--isolation', 'none');
  args.push(
    '--wall',
    '5s',
    '--cpu=2s',
    '--memory',
    '64mb',
    '--artifact-count',
    '3',
    '--source-size',
    '2mib',
  );
  assert.deepEqual(parseRun(args), {
    file: 'a.ts',
    input: { params: { a: [1] }, env: { A: '1', B: 'x=y' } },
    engine: 'isolate',
    nodeModules: undefined,
    childProcesses: false,
    cpus: 0.5,
    isolation: 'none',
    hardened: false,
    docker: {},
    runtime: 'mine',
    modules: ['*', 'node:url'],
    limits: {
      wallMs: 5_000,
      cpuMs: 2_000,
      memoryBytes: 64e6,
      artifactCount: 3,
      sourceBytes: 2 ** 21,
    },
    hasStdin: false,
    data: [],
    hasBrowser: true,
    chromium: undefined,
    network: undefined,
    out: 'made',
    isJson: true,
    isCheck: true,
  });
});

test('parseRun has defaults for what is left out', () => {
  assert.deepEqual(parseRun(['-']), {
    file: '-',
    input: { params: {}, env: {} },
    engine: 'isolate',
    nodeModules: undefined,
    childProcesses: false,
    cpus: undefined,
    isolation: 'auto',
    hardened: false,
    docker: {},
    runtime: undefined,
    modules: undefined,
    limits: {},
    hasStdin: false,
    data: [],
    hasBrowser: false,
    chromium: undefined,
    network: undefined,
    out: undefined,
    isJson: false,
    isCheck: false,
  });
});

test('parseRun asks for help whatever else is missing', () => {
  assert.equal(parseRun(['--help']), 'help');
  assert.equal(parseRun(['-h']), 'help');
});

test('parseRun reads params from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
  try {
    const file = join(folder, 'params.json');
    writeFileSync(file, '[1, 2]');
    assert.deepEqual(
      (parseRun(['a.ts', '--params', `@${file}`]) as RunArguments).input.params,
      [1, 2],
    );
    writeFileSync(file, '[1,');
    refuses(['a.ts', '--params', `@${file}`], /^--params @.* is not JSON: /);
    refuses(['a.ts', '--params', `@${file}.no`], /^--params @.* cannot be read: ENOENT/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('parseRun names the offending value and what is known', () => {
  refuses([], /No script was named/);
  refuses(['a.ts', 'b.ts'], /not also "b.ts"/);
  refuses(['a.ts', '--foo'], /^Unknown option "--foo". --help lists all of them.$/);
  refuses(['a.ts', '-x'], /^Unknown option "-x"/);
  refuses(['a.ts', '--no-json'], /^Unknown option "--no-json"/);
  refuses(['a.ts', '--constructor'], /^Unknown option "--constructor"/);
  refuses(
    ['a.ts', '--docker-socket', '/s'],
    /^--docker-socket goes with --isolation docker only.$/,
  );
  refuses(['a.ts', '--docker-runtime', 'x'], /^--docker-runtime goes with --isolation docker/);
  refuses(['a.ts', '--cpus', '2s'], /^--cpus must be a number from 0.05 to 1024, not "2s".$/);
  refuses(['a.ts', '--engine', 'deno'], /^--engine must be one of isolate, node, not "deno".$/);
  refuses(
    ['a.ts', '--isolation', 'chroot'],
    /^--isolation must be one of auto, bubblewrap, oci, gvisor, docker, none, not "chroot".$/,
  );
  refuses(
    ['a.ts', '--engine', 'isolat'],
    /^--engine must be one of isolate, node, not "isolat". Did you mean isolate\?$/,
  );
  refuses(['a.ts', '--engin', 'node'], /^Unknown option "--engin". Did you mean --engine\?$/);
  refuses(
    ['a.ts', '--modules', 'util'],
    /^Unknown option "--modules". Did you mean --allow-module or --node-modules\?$/,
  );
  refuses(['a.ts', '--alow-hots=x'], /^Unknown option "--alow-hots". Did you mean --allow-host\?$/);
  refuses(
    ['a.ts', '--allow-hots=x'],
    /^Unknown option "--allow-hots". Did you mean --allow-host\?$/,
  );
  refuses(['a.ts', '--params', '{'], /^--params { is not JSON: /);
  refuses(['a.ts', '--env', 'NAME'], /^--env takes NAME=VALUE, not "NAME".$/);
  refuses(['a.ts', '--env', '1A=2'], /^--env takes NAME=VALUE/);
  refuses(
    ['a.ts', '--timezone', 'Europe/Viena'],
    /^--timezone must be a time zone, perhaps Europe\/Vienna.*, not "Europe\/Viena".$/,
  );
  refuses(['a.ts', '--record', 'film'], /^--record must be one of video, trace, not "film".$/);
  refuses(['-', '--file', 'a.csv'], /^--file goes with a script in a FILE/);
  refuses(['-', '--stdin'], /either the script \(-\) or what the script reads \(--stdin\)/);
  refuses(['a.ts', '--memory', '1mb'], /^--memory 1mb is too little: the least is 8mib.$/);
  refuses(
    ['a.ts', '--memory', '9999999gb'],
    /^--memory 9999999gb is too much: the most is 1024gib/,
  );
  refuses(['a.ts', '--wall', '0ms'], /^--wall 0ms is too little: the least is 1ms.$/);
  refuses(['a.ts', '--json=yes'], /^--json takes no value, not "yes".$/);
  refuses(['a.ts', '--wall'], /^--wall lacks its value: --wall TIME.$/);
  refuses(['a.ts', '--params', '-5'], /written --params=-5$/);
});

test('parseRun takes what goes with the node engine with it only', () => {
  const request = parseRun(['a.ts', '--engine', 'node', '--node-modules', 'x', '--processes', '3']);
  assert.ok(request !== 'help');
  assert.equal(request.engine, 'node');
  assert.equal(request.nodeModules, join(process.cwd(), 'x'));
  assert.equal(request.limits.processes, 3);
  for (const option of ['--node-modules=x', '--allow-child-processes']) {
    refuses(['a.ts', option], /goes with --engine node only/);
  }
});

test('parseRun gathers hosts and private ranges, and refuses a range without a host', () => {
  const request = parseRun([
    'a.ts',
    '--allow-host',
    'a.test:8080',
    '--allow-host',
    '*.b.test',
    '--allow-private',
    '10.0.0.0/8',
  ]);
  assert.ok(request !== 'help');
  assert.deepEqual(request.network, {
    allow: ['a.test:8080', '*.b.test'],
    allowPrivate: ['10.0.0.0/8'],
  });
  refuses(
    ['a.ts', '--allow-private', '10.0.0.0/8'],
    /^--allow-private 10.0.0.0\/8 opens nothing by itself/,
  );
});
