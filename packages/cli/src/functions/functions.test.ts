/** `castellan functions` and `castellan schedules`, with a real service. */
import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { UsageError } from '../args/usage-error.ts';
import { type Ended, start } from '../castellan.support.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { schedulesCommand } from '../schedules/command.ts';
import { functionsCommand } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
const file = (name: string): string => join(folder, name);
const hello = 'export const hello: string = "Hello";';
let service: ChildProcessWithoutNullStreams;

before(async () => {
  writeFileSync(file('config.json'), '{"policies":{"default":{"calls":{"record":"none"}}}}');
  service = start([
    'serve',
    '--data',
    file('data'),
    '--config',
    file('config.json'),
    '--port',
    '0',
  ]);
  service.stderr.resume();
  const [line] = (await once(createInterface(service.stdout), 'line')) as [string];
  process.env['CASTELLAN_URL'] = /http:\S+/.exec(line)?.[0] ?? assert.fail(line);
  mkdirSync(file('lib'));
  writeFileSync(file('lib/hello.ts'), hello);
  writeFileSync(
    file('greet.ts'),
    `import { hello } from './lib/hello.ts';
     export default ({ name }: { name: string }) => {
       console.log('greeting', name);
       return hello + ' ' + name + (env.MARK ?? '');
     };`,
  );
  writeFileSync(file('bad.ts'), '\nlet a = ;');
  writeFileSync(file('schema.json'), '{"properties":{"name":{"type":"string"}}}');
});
after(async () => {
  service.kill('SIGKILL');
  await once(service, 'exit');
  rmSync(folder, { recursive: true });
});

/** A command in this process, since there are many: what it wrote, and its exit code. */
async function ended(command: typeof functionsCommand, args: readonly string[]): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  const screen = (name: keyof typeof texts) => ({
    write: (text: string) => ((texts[name] += text), true),
  });
  const terminal = { stdout: screen('stdout'), stderr: screen('stderr') } as unknown as Terminal;
  try {
    return { code: await command(args, terminal, new AbortController().signal), ...texts };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { code: exitCodes.usage, stdout: texts.stdout, stderr: error.message };
  }
}
const functions = (...args: string[]): Promise<Ended> => ended(functionsCommand, args);
const saidBy =
  (command: typeof functionsCommand) =>
  async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await ended(command, args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
const said = saidBy(functionsCommand);

test('a function is deployed with its files, called, changed, shown and deleted', async () => {
  const schema = `@${file('schema.json')}`;
  const deployed = await said('deploy', 'greet', file('greet.ts'), '--schema', schema);
  assert.equal(deployed, 'greet version 1 is live\n');
  const params = ['--params', '{"name":"Ada"}'];
  const { code, stdout, stderr } = await functions('invoke', 'greet', ...params);
  assert.deepEqual([code, stdout], [0, '"Hello Ada"\n'], stderr);
  assert.match(stderr, /^run_[0-9a-f]{32} on http:\S+\ngreeting Ada\n$/);
  const more = ['--stored', '--env', 'MARK=!', '--description', 'louder'];
  assert.equal(
    await said('deploy', 'greet', file('greet.ts'), ...more),
    'greet version 2 is stored\n',
  );
  assert.equal(await said('invoke', 'greet', ...params, '--version', '2'), '"Hello Ada!"\n');
  assert.equal(
    await said('alias', 'greet', 'canary', '2', '--percent', '10'),
    'greet: canary 2 (10 %), live 1\n',
  );
  assert.equal(await said('invoke', 'greet', ...params, '--alias', 'canary'), '"Hello Ada!"\n');
  assert.match(
    await said('list'),
    /^FUNCTION +TENANT +UPDATED +RUNS\ngreet +default +\S+Z +canary 2 \(10 %\), live 1\n$/,
  );
  const { versions } = JSON.parse(await said('get', 'greet')) as { versions: unknown[] };
  assert.equal(versions.length, 2);
  const { definition } = JSON.parse(await said('get', 'greet', '--version', '2')) as {
    definition: { entry: string; files: object };
  };
  assert.deepEqual(
    [definition.entry, Object.keys(definition.files)],
    ['greet.ts', ['greet.ts', 'lib/hello.ts']],
  );
  assert.equal(await said('diff', 'greet', '1', 'live'), '');
  writeFileSync(file('lib/hello.ts'), "export const hello: string = 'Hi';");
  const third = await said('deploy', 'greet', file('greet.ts'), '--stored', '--schema', schema);
  assert.equal(third, 'greet version 3 is stored\n');
  writeFileSync(file('lib/hello.ts'), hello);
  assert.equal(
    await said('diff', 'greet', 'live', '3'),
    `--- lib/hello.ts
+++ lib/hello.ts
@@ -1,1 +1,1 @@
-export const hello: string = "Hello";
\\ No newline at end of file
+export const hello: string = 'Hi';
\\ No newline at end of file
`,
  );
  assert.match(await said('diff', 'greet', 'canary', '3'), /-\s+"MARK": "!"/);
  assert.equal(await said('alias', 'greet', 'live', '2'), 'greet: live 2\n');
  assert.equal(await said('rollback', 'greet'), 'greet: live 1\n');
  assert.match(
    await said('logs', 'greet', '--limit', '2'),
    /^\S+Z {2}run_\w+ {2}version 2 {2}succeeded\ngreeting Ada\n\S+Z {2}run_\w+ {2}version 2 {2}succeeded\ngreeting Ada\n$/,
  );
  assert.equal(await said('delete', 'greet'), 'greet is deleted.\n');
  assert.equal(await said('list'), '');
});

test('a function is called for its answer, of which nothing is written down', async () => {
  writeFileSync(
    file('answer.js'),
    `console.warn('asked'); await artifacts.write('a.txt', 'bytes');
     if (params.fails) throw new Error('no'); return params.n;`,
  );
  const deployed = await said('deploy', 'answer', file('answer.js'), '--recorded', 'failures');
  assert.equal(deployed, 'answer version 1 is live\n');
  const out = file('out');
  const params = ['--params', '{"n":7}', '--recorded', 'failures', '--out', out];
  const { code, stdout, stderr } = await functions('invoke', 'answer', ...params);
  assert.deepEqual([code, stdout], [0, '7\n'], stderr);
  assert.equal(stderr, `asked\nwrote ${join(out, 'a.txt')}, 5 B\n`);
  const bad = ['--params', '{"fails":true}', '--recorded', 'failures'];
  const failed = await functions('invoke', 'answer', ...bad);
  assert.deepEqual([failed.code, failed.stdout], [1, '']);
  assert.match(
    failed.stderr,
    /^asked\nnot kept: a\.txt[^]*Error: no[^]*\nrecorded as run_[0-9a-f]{32}\n$/,
  );
  assert.match(await said('logs', 'answer'), /version 1 {2}failed/);
});

for (const [args, message] of [
  [[], /functions needs one of deploy, list, /],
  [['depoly'], /Unknown word after functions "depoly"\. Did you mean deploy\?/],
  [
    ['deploy', 'f', file('bad.ts')],
    /answers 422: bad\.ts:2:9: Unexpected token.*\n.*problems\/script_refused/,
  ],
  [['deploy', 'f'], /deploy takes NAME FILE\|-, not "f"\. Write: castellan functions deploy NAME/],
  [['deploy', 'a b', file('greet.ts')], /answers 422: .*not "a b"/],
  [['deploy', 'f', file('greet.ts'), '--schema', '{'], /--schema \{ is not JSON: /],
  [['deploy', 'f', file('greet.ts'), '--schema', '1'], /--schema must be an object/],
  [['deploy', 'f', file('greet.ts'), '--cpus', '1'], /--cpus is not for functions: on a service/],
  [['list', '--limit', '0'], /--limit must be a whole number from 1 to 200, not 0\./],
  [['get', 'none'], /answers 404: There is no function "none"\./],
  [['logs', 'none'], /answers 404: There is no function "none"\./],
  [['invoke', 'none'], /answers 404: There is no function "none"\./],
  [
    ['invoke', 'f', '--recorded', 'some'],
    /--recorded must be all or failures or none|--recorded must be/,
  ],
  [['invoke', 'f', '--recorded', 'none', '--detach'], /--detach is for calls that are runs/],
  [['invoke', 'f', '--percent', '5'], /--percent is for functions alias, not for invoke\./],
  [['alias', 'f', 'live', 'x'], /VERSION must be a whole number from 1 .*, not "x"/],
  [['alias', 'f', 'live'], /alias takes NAME ALIAS VERSION, not "f live"/],
  [['rollback', 'f', '--version', '1.5'], /--version must be a whole number from 1 .*, not "?1\.5/],
] as const) {
  test(`castellan functions ${args.join(' ').replaceAll(folder, '')} is bad usage`, async () => {
    const { code, stdout, stderr } = await functions(...args);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
  });
}

test('a schedule of it is written, listed, paused, run, shown and deleted', async () => {
  const schedules = saidBy(schedulesCommand);
  await said('deploy', 'greet', file('greet.ts'));
  const cron = '0 0 29 2 *';
  const options = ['--timezone', 'Europe/Vienna', '--params', '{"name":"Ada"}', '--jitter', '5s'];
  assert.match(
    await schedules(
      'put',
      'leap',
      cron,
      'greet',
      ...options,
      '--missed',
      'once',
      '--overlap',
      'skip',
    ),
    /^leap calls greet next at 20\d\d-02-28T23:00:00\.000Z\n$/,
  );
  assert.match(
    await schedules('list'),
    /^SCHEDULE {2}TENANT {3}CALLS {2}CRON {8}ZONE {11}NEXT\nleap +default +greet +0 0 29 2 \* +Europe\/Vienna +20\d\d-\S+Z\n$/,
  );
  assert.equal(await schedules('pause', 'leap'), 'leap is paused\n');
  assert.match(await schedules('list'), / paused\n$/);
  assert.equal(await schedules('run', 'leap'), '"Hello Ada"\n');
  assert.match(await schedules('resume', 'leap'), /next at/);
  const { missed, overlap, jitterMs, next, problem } = JSON.parse(
    await schedules('get', 'leap'),
  ) as {
    readonly missed: string;
    readonly overlap: string;
    readonly jitterMs: number;
    readonly next: readonly string[];
    readonly problem: string | null;
  };
  assert.deepEqual(
    [missed, overlap, jitterMs, next.length, problem],
    ['once', 'skip', 5_000, 5, null],
  );
  assert.equal(await schedules('history', 'leap'), '');
  assert.equal(await schedules('history', 'leap', '--json'), '{"items":[]}\n');
  assert.equal(await schedules('delete', 'leap'), 'leap is deleted.\n');
  assert.equal(await schedules('list'), '');
});

test('a command line of schedules that cannot be is told with what to write', async () => {
  for (const [args, message] of [
    [[], /schedules needs one of put, list, get, /],
    [['puase', 's'], /Unknown word after schedules "puase"\. Did you mean pause\?/],
    [
      ['put', 's', '* * * * *'],
      /put takes NAME CRON FUNCTION, not .* Write: castellan schedules put/,
    ],
    [['put', 's', '* * *', 'greet'], /answers 422: cron: "\* \* \*" has 3 fields: write five/],
    [
      ['put', 's', '* * * * * *', 'greet'],
      /fires 1 s after it has fired, and schedules\.shortestMs/,
    ],
    [
      ['put', 's', '@daily', 'none'],
      /answers 422: function: There is no function "none"\. Deploy it first\./,
    ],
    [
      ['put', 's', '@daily', 'greet', '--missed', 'x'],
      /--missed must be one of skip, once, all, not "x"/,
    ],
    [['put', 's', '@daily', 'greet', '--params', '{'], /--params \{ is not JSON/],
    [['list', '--jitter', '1s'], /--jitter is for schedules put, not for list\./],
    [['history', 'none'], /answers 404: There is no schedule "none"\./],
  ] as const) {
    const { code, stdout, stderr } = await ended(schedulesCommand, args);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
  }
});
