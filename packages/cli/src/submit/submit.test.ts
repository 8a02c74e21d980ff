/** `castellan submit` and `castellan list`, with a real service. */
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { castellan, type Ended, start } from '../castellan.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
let service: ChildProcessWithoutNullStreams;
let env: { CASTELLAN_URL: string };

before(async () => {
  const data = join(folder, 'data');
  service = start(['serve', '--data', data, '--port', '0', '--allow-module', 'lodash']);
  service.stderr.resume();
  const [line] = (await once(createInterface(service.stdout), 'line')) as [string];
  env = { CASTELLAN_URL: /http:\S+/.exec(line)?.[0] ?? assert.fail(line) };
});
after(async () => {
  service.kill('SIGKILL');
  await once(service, 'exit');
  rmSync(folder, { recursive: true });
});

const submit = (stdin: string, ...args: string[]): Promise<Ended> =>
  castellan(['submit', '-', ...args], { stdin, env });

const said = /^run_[0-9a-f]{32} on http:\S+\n/;

test('castellan submit gives what castellan run gives: logs, value, exit code', async () => {
  const code = 'console.log("hi", params.n); progress(0.5, "half"); return params.n + 1';
  const there = await submit(code, '--params', '{"n":41}');
  const here = await castellan(['run', '-', '--params', '{"n":41}'], { stdin: code });
  assert.match(there.stderr, said);
  assert.deepEqual({ ...there, stderr: there.stderr.replace(said, '') }, here);
});

test('castellan submit takes along the files of the script, and fetches artifacts', async () => {
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib/price.ts'), 'export const price: number = 7;');
  const file = join(folder, 'main.ts');
  writeFileSync(
    file,
    `import { price } from './lib/price.ts';
     await artifacts.write('a.txt', 'text');
     export default async () => [price, stdin, env.NAME, await files.read('b.csv', 'utf8')];`,
  );
  const out = join(folder, 'out');
  writeFileSync(join(folder, 'b.csv'), '1;2');
  const given = ['--file', join(folder, 'b.csv')];
  const { code, stdout, stderr } = await castellan(
    ['submit', file, ...given, '--out', out, '--env', 'NAME=x', '--stdin'],
    { env, stdin: 'typed' },
  );
  assert.deepEqual([code, stdout], [0, '[7,"typed","x","1;2"]\n'], stderr);
  assert.match(stderr, /^wrote \S+a\.txt, 4 B$/m);
  assert.equal(readFileSync(join(out, 'a.txt'), 'utf8'), 'text');
});

for (const [what, code, args, exit, message] of [
  [
    'an error',
    '\nthrow new Error("mine")',
    [],
    1,
    /uncaught_exception.*\n\n {2}Error: mine\n\n {2}script\.js:2:7/,
  ],
  ['a limit', 'for (;;);', ['--wall', '200ms'], 3, /longer than --wall\.\n\n.*--wall 400ms/s],
] as const) {
  test(`castellan submit reports ${what} as castellan run does`, async () => {
    const { code: exitCode, stdout, stderr } = await submit(code, ...args);
    assert.deepEqual([exitCode, stdout], [exit, '']);
    assert.match(stderr, message);
  });
}

test('castellan submit --json prints the run, and --check the problems', async () => {
  const { stdout, stderr } = await submit('console.log(1); return 2', '--json');
  const { value, logs } = JSON.parse(stdout) as Run;
  assert.deepEqual([value, logs.length, stderr], [2, 1, '']);
  const checked = await submit("import 'dayjs';\nnope", '--check');
  assert.equal(checked.code, 1);
  assert.match(checked.stdout, /^script\.js:1:\d+  Module "dayjs" is not allowed/m);
});

for (const [args, message] of [
  [
    ['--wall', '500s'],
    /answers 422: .*--wall.* 500000.*\n {2}more: http:\S+\/problems\/limit_above_ceiling\n$/,
  ],
  [['--engine', 'node'], /answers 422: .*engine.*\n {2}more: http:\S+\/problems\/not_supported\n/],
  [['--policy', 'nope'], /answers 403: .*"nope".*\n/],
  [
    ['--isolation', 'gvisor'],
    /answers 422: .*isolation "gvisor" is not offered .*It offers auto, bubblewrap\..*\n/,
  ],
  [
    ['--allow-private', '10.0.0.0/8'],
    /^castellan: --allow-private is not for submit: on a service its operator/,
  ],
  [['--label', 'x'], /--label takes NAME=VALUE, not "x"/],
  [['--priority=200'], /--priority must be a whole number from -100 to 100, not "200"/],
  [['--attempts', '0'], /--attempts must be a whole number from 1 to 10, not 0\.$/m],
  [['--detatch'], /Unknown option "--detatch"\. Did you mean --detach\?/],
] as const) {
  test(`castellan submit ${args.join(' ')} is bad usage, exit code 2`, async () => {
    const { code, stdout, stderr } = await submit('return 1', ...args);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
  });
}

test('a module that the policy does not allow is refused with its place, exit code 2', async () => {
  const { code, stderr } = await submit("\nimport dayjs from 'dayjs'; return dayjs");
  assert.equal(code, 2);
  assert.match(
    stderr,
    /script\.js:2:\d+: Module "dayjs" is not allowed.*\n.*problems\/module_denied/,
  );
});

test('Ctrl-C cancels the run, and what it says until then still comes', async () => {
  const child = start(['submit', '-'], {
    stdin: 'console.log("here"); await new Promise((r) => setTimeout(r, 60_000))',
    env: { ...env },
  });
  let seen = '';
  for await (const chunk of child.stderr.setEncoding('utf8')) {
    seen += String(chunk);
    if (seen.includes('here\n')) break;
  }
  const id = /run_[0-9a-f]{32}/.exec(seen)?.[0] ?? assert.fail(seen);
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  assert.deepEqual(await exit, [130, null]);
  const { stdout } = await castellan(['get', id], { env });
  assert.equal((JSON.parse(stdout) as Run).status, 'cancelled');
});

test('castellan submit --detach leaves the run to itself, and list finds it', async () => {
  const ids: string[] = [];
  for (const n of [1, 2, 3]) {
    const labels = ['--label', 'team=shop', '--label', `n=${n}`];
    const { code, stdout } = await submit(`return ${n}`, '--detach', ...labels);
    assert.equal(code, 0);
    assert.match(stdout, /^run_[0-9a-f]{32}\n$/);
    ids.push(stdout.trim());
    assert.equal((await castellan(['logs', stdout.trim()], { env })).code, 0);
  }
  const [first = '', , last = ''] = ids;
  const all = await castellan(['list', '--label', 'team=shop', '--status', 'succeeded'], { env });
  assert.equal(all.code, 0, all.stderr);
  const [head = '', ...rows] = all.stdout.trimEnd().split('\n');
  assert.match(head, /^RUN +STATUS +REASON +CREATED +TOOK +POLICY +TENANT +LABELS$/);
  assert.deepEqual(
    rows.map((row) => row.split(' ')[0]),
    ids.toReversed(),
  );
  assert.match(rows[0] ?? '', / succeeded .* ago .* default +default +team=shop n=3$/);

  const page = await castellan(['list', '--label', 'team=shop', '--limit', '2'], { env });
  const cursor = /^more with: castellan list --cursor (\S+)\n$/.exec(page.stderr)?.[1] ?? '';
  const rest = ['list', '--label', 'team=shop', '--cursor', cursor, '--json'];
  const { items } = JSON.parse((await castellan(rest, { env })).stdout) as { items: Run[] };
  assert.deepEqual([page.stdout.includes(last), items.map(({ id }) => id)], [true, [first]]);
  const none = await castellan(['list', '--label', 'team=none'], { env });
  assert.deepEqual(none, { code: 0, stdout: '', stderr: '' });
});

for (const [args, message] of [
  [['--status', 'ended'], /--status must be one of queued, .*, not "ended"/],
  [['--limit', '0'], /--limit must be a whole number from 1 to 200, not 0\.$/m],
  [['--cursor', 'x'], /answers 422: .*cursor/],
  [['all'], /list takes no argument, not "all"/],
] as const) {
  test(`castellan list ${args.join(' ')} is bad usage`, async () => {
    const { code, stderr } = await castellan(['list', ...args], { env });
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  });
}

test('a service that is not there, or wants a key, is named with what to do', async () => {
  const away = { CASTELLAN_URL: 'http://127.0.0.1:9' };
  for (const args of [['list'], ['submit', '-']]) {
    const { code, stderr } = await castellan(args, { stdin: 'return 1', env: away });
    assert.equal(code, 4);
    assert.match(
      stderr,
      /127\.0\.0\.1:9 cannot be reached: .*\n {2}fix: start it with castellan serve/,
    );
  }
  const guarded = createServer((_, answer) => {
    answer.writeHead(401, { 'content-type': 'application/problem+json' });
    answer.end('{"code":"unauthorized","detail":"This service needs a key."}');
  }).listen(0, '127.0.0.1');
  await once(guarded, 'listening');
  after(() => guarded.close());
  const { port } = guarded.address() as AddressInfo;
  const { code, stderr } = await castellan(['list'], {
    env: { CASTELLAN_URL: `http://127.0.0.1:${port}` },
  });
  assert.equal(code, 2);
  assert.match(stderr, /answers 401: This service needs a key\.\n {2}fix: .*CASTELLAN_KEY/);
});
