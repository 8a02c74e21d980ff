import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { asNobody, castellan, ended, noOrdinaryUser, start } from '../castellan.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
const data = join(folder, 'data');
const config = join(folder, 'castellan.config.ts');
let service: ChildProcessWithoutNullStreams;
let url: string;

writeFileSync(
  config,
  `import { defineConfig } from ${JSON.stringify(import.meta.resolve('@castellan/server/config'))};
   export default defineConfig({
     queue: { drainMs: 20_000 },
     policies: {
       default: { warm: 1, helpers: { greet: (name: string) => 'hello ' + name } },
       playground: { warm: 0 },
     },
   });`,
);

/** Starts the service on a free port; resolves when it prints its address. */
async function serve(): Promise<void> {
  service = start(['serve', '--data', data, '--config', config, '--port', '0']);
  const end = once(service, 'exit');
  const lines = createInterface(service.stdout);
  const line = await Promise.race([once(lines, 'line'), end]);
  url = /^Castellan listens on (http:\S+)$/.exec(String(line[0]))?.[1] ?? assert.fail(String(line));
}

before(serve);
after(async () => {
  if (service.exitCode === null) {
    service.kill('SIGKILL');
    await once(service, 'exit');
  }
  rmSync(folder, { recursive: true });
});

async function call(
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

test('castellan serve runs a script in a box, with the helpers of its policy', async () => {
  const { status, json } = await call('POST', '/v1/runs', {
    body: { code: "return greet('you')" },
    headers: { prefer: 'wait=20' },
  });
  assert.deepEqual([status, json['status'], json['value']], [200, 'succeeded', 'hello you']);
  assert.equal((json['isolation'] as { driver: string }).driver, 'bubblewrap');
});

test('castellan backup copies a service that runs, and castellan restore makes a folder of it', async () => {
  const [copy, other] = [join(folder, 'copy'), join(folder, 'restored')];
  const made = await castellan(['backup', copy, '--data', data]);
  assert.match(made.stdout, /copy: [1-9]\d* runs, 0 keys, 0 artifacts\n$/, made.stderr);
  const restored = await castellan(['restore', copy, '--data', other, '--json']);
  assert.ok((JSON.parse(restored.stdout) as { runs: number }).runs > 0, restored.stderr);
  assert.ok(existsSync(join(other, 'castellan.sqlite')));
  const nothing = await castellan(['backup', join(folder, 'none'), '--data', folder]);
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /holds no records\.\n  fix: name the data folder/);
});

test('castellan serve refuses a folder that another process owns, and names that process', async () => {
  const { code, stderr } = await castellan(['serve', '--data', data, '--port', '0']);
  assert.equal(code, 2);
  assert.match(stderr, new RegExp(`in use by process ${service.pid}\\.\n  fix: stop that process`));
});

test('castellan serve refuses to listen elsewhere as long as there is no key', async () => {
  const { code, stderr } = await castellan([
    'serve',
    '--data',
    join(folder, 'other'),
    '--port',
    '0',
    '--host',
    '0.0.0.0',
  ]);
  assert.equal(code, 2);
  assert.match(stderr, /Without a key the service listens on loopback only, not on "0\.0\.0\.0"/);
});

test('castellan serve refuses to let others run scripts without walls, and shouts at home', async () => {
  const open = join(folder, 'open.json');
  writeFileSync(open, '{"policies":{"open":{"isolation":"none","floor":[]}}}');
  const args = ['serve', '--data', join(folder, 'open'), '--port', '0', '--config', open];
  const { code, stderr } = await castellan([...args, '--host', '0.0.0.0']);
  assert.equal(code, 2);
  assert.match(stderr, /policies\.open\.isolation is "none".*not on "0\.0\.0\.0"/);
  assert.match(stderr, /WARNING: the policy open has isolation "none"/);
});

test('castellan serve does not start where a box of a policy cannot be built, and says how to', async () => {
  const walled = join(folder, 'walled.json');
  writeFileSync(walled, '{"policies":{"shop":{"isolation":["bubblewrap","gvisor"]}}}');
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  for (const name of ['bwrap', 'prlimit', 'unshare', 'mount', 'sh']) {
    symlinkSync(`/usr/bin/${name}`, join(tools, name));
  }
  const args = ['serve', '--data', join(folder, 'walled'), '--port', '0', '--config', walled];
  const { code, stderr } = await castellan(args, { env: { ...process.env, PATH: tools } });
  assert.equal(code, 4, stderr);
  assert.match(stderr, /policies\.shop: The program runsc was not found\./);
  assert.match(stderr, /apt-get install runsc/);
});

test('castellan serve names the option of the policy, and shows the fix on its own line', async () => {
  const unbuilt = join(folder, 'unbuilt.json');
  writeFileSync(unbuilt, JSON.stringify({ policies: { shop: { runtime: folder } } }));
  const args = ['serve', '--data', join(folder, 'unbuilt'), '--port', '0', '--config', unbuilt];
  const { code, stderr } = await castellan(args);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^castellan: policies\.shop: .* is no built runtime\.\n  fix: castellan runtime build FOLDER$/m,
  );
});

for (const [args, message] of [
  [['serve', '--port', 'x'], /--port must be a whole number from 0 to 65535, not "x"/],
  [['serve', '--config', '/nowhere.json'], /The config file \/nowhere\.json does not exist/],
  [['serve', '--prot', '1'], /^castellan: Unknown option "--prot"\. Did you mean --port\?$/m],
  [['serve', 'now'], /serve takes no argument, not "now"/],
  [['keys'], /keys needs one of create, list, revoke\.$/m],
  [['keys', 'revoke'], /lacks the id of a key/],
  [['keys', 'create', '--policy', 'x'], /Unknown policy "x"\. Known: default/],
  [['keys', 'create', '--scope', 'root'], /Unknown scope "root"\. Known: runs:write/],
  [['keys', 'create', '--expires', 'soon'], /--expires must be a time like/],
  [['keys', 'create', '--tenant', 'a b'], /tenant/],
] as const) {
  test(`castellan ${args.join(' ')} is bad usage`, async () => {
    const { code, stderr } = await castellan([...args, '--data', join(folder, 'none')]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  });
}

test('castellan keys list tells keys that are over from those in force', async () => {
  const own = ['--data', join(folder, 'keys')];
  const create = ['keys', 'create', ...own, '--name'];
  await castellan([...create, 'old', '--expires', '2020-01-01T00:00:00Z']);
  await castellan([...create, 'new', '--expires', '2120-01-01T00:00:00Z']);
  const { stdout } = await castellan(['keys', 'list', ...own]);
  assert.match(stdout, /  over  .*  old\n.*  in force  .*  new\n$/);
});

const damaged = join(folder, 'damaged');
for (const name of ['castellan.sqlite', 'keys.sqlite']) {
  mkdirSync(join(damaged, name), { recursive: true });
  writeFileSync(join(damaged, name, name), 'This is no database. '.repeat(100));
}
const newer = join(folder, 'newer');
mkdirSync(newer);
{
  using store = new DatabaseSync(join(newer, 'castellan.sqlite'));
  store.exec('PRAGMA user_version = 99');
}
for (const [what, args, message] of [
  ['a data folder that is a file', ['--data', config], /data folder .* is no folder\./],
  ['a place where nothing can be made', ['--data', '/proc/castellan'], /cannot be used: ENOENT/],
  [
    'a damaged store',
    ['--data', join(damaged, 'castellan.sqlite')],
    /castellan\.sqlite cannot be read: .*backup/,
  ],
  ['damaged keys', ['--data', join(damaged, 'keys.sqlite')], /keys in .* cannot be read: .*backup/],
  ['a store of a newer version', ['--data', newer], /version 99.*Start the newer/],
  [
    'a host that is none',
    ['--data', join(folder, 'hosts'), '--host', 'no.such.localhost'],
    /host "no\.such\.localhost" is no address of this machine/,
  ],
  ['a host of others', ['--host', '192.0.2.1'], /host "192\.0\.2\.1" is no address of this/],
  [
    'a Chromium that is not there',
    ['--data', join(folder, 'browser'), '--browser', '--chromium', '/nowhere/chromium'],
    /^castellan: Chromium was not found\. Looked for \/nowhere\/chromium\.$/,
  ],
  [
    'a module that is not there',
    ['--data', join(folder, 'module'), '--allow-module', 'lodasch'],
    /^castellan: --allow-module: "lodasch" does not exist here/,
  ],
  [
    'a host with a scheme',
    ['--data', join(folder, 'scheme'), '--allow-host', 'http://a.example'],
    /^castellan: --allow-host: "http:\/\/a\.example" is no host/,
  ],
] as const) {
  test(`castellan serve says in one line that it cannot use ${what}`, async () => {
    const { code: exit, stderr } = await castellan(['serve', '--port', '0', ...args]);
    assert.equal(exit, 2, stderr);
    const said = stderr.split('\n').filter((line) => line.startsWith('castellan: '));
    assert.equal(said.length, 1, stderr);
    assert.match(said[0] ?? '', message);
    assert.doesNotMatch(stderr, /\n    at |fault of castellan itself/);
  });
}

/** Folders that an ordinary user may read and not write to: of root, and on a disk that is read-only. */
const strangers = join(folder, 'strangers');
mkdirSync(strangers);
chmodSync(folder, 0o755);
const rootsOwn = join(folder, 'roots-own');
mkdirSync(rootsOwn);
writeFileSync(join(rootsOwn, 'keys.sqlite'), '');
chmodSync(rootsOwn, 0o777);
for (const [what, path, message] of [
  [
    'a folder of root',
    strangers,
    /data folder \S+strangers cannot be written to by the user nobody \(65534\)\.\n  fix: .*--data/,
  ],
  [
    'a file of root',
    rootsOwn,
    /In the data folder \S+keys\.sqlite cannot be written to by the user nobody/,
  ],
  [
    'a system folder',
    '/sys',
    /data folder \/sys (?:is on a file system that is read-only|cannot be written to)/,
  ],
] as const) {
  test(
    `castellan serve tells an ordinary user that ${what} cannot be written to`,
    { skip: noOrdinaryUser },
    async () => {
      const args = ['serve', '--port', '0', '--data', path];
      const { code, stderr } = await castellan(args, { before: asNobody });
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n    at |fault of castellan itself|warning/i);
    },
  );
}

test('castellan serve asks for its port before it opens the store', async () => {
  const { port } = new URL(url);
  const untouched = join(folder, 'untouched');
  const { code, stderr } = await castellan(['serve', '--data', untouched, '--port', port]);
  assert.equal(code, 2, stderr);
  const next = Number(port) + 1;
  assert.equal(
    stderr,
    `castellan: The port ${port} of 127.0.0.1 is in use.\n  fix: stop the program that listens there, or listen on another port: --port ${next}\n`,
  );
  assert.equal(existsSync(untouched), false);
});

test('castellan logs, get, cancel and artifacts ask the service', async () => {
  const code = "console.log('a line'); await artifacts.write('a.txt', 'text'); return 7";
  const id = String((await call('POST', '/v1/runs', { body: { code } })).json['id']);
  const env = { CASTELLAN_URL: url };
  const logs = await castellan(['logs', id], { env });
  assert.deepEqual([logs.code, logs.stdout.includes('a line\n')], [0, true], logs.stderr);
  const got = await castellan(['get', id], { env });
  assert.equal((JSON.parse(got.stdout) as { value: unknown }).value, 7);
  const out = join(folder, 'out');
  const artifacts = await castellan(['artifacts', id, '--out', out], { env });
  assert.match(artifacts.stdout, /^a\.txt {2}4 B {2}\S+ {2}\S+a\.txt$/m);
  assert.equal(readFileSync(join(out, 'a.txt'), 'utf8'), 'text');
  const ended409 = await castellan(['cancel', id], { env });
  assert.equal(ended409.code, 2);
  assert.match(ended409.stderr, /answers 409/);
  const endless = await call('POST', '/v1/runs', { body: { code: 'for (;;);' } });
  const cancelled = await castellan(['cancel', String(endless.json['id'])], { env });
  assert.match(cancelled.stdout, /is cancelled/);
  const nowhere = await castellan(['get', id], { env: { CASTELLAN_URL: 'http://127.0.0.1:9' } });
  assert.equal(nowhere.code, 4);
  assert.match(nowhere.stderr, /http:\/\/127\.0\.0\.1:9 cannot be reached/);
  assert.equal((await castellan(['get', 'run_1'], { env })).code, 2);
});

test('castellan serve lets runs end when it gets SIGTERM, and exits 0', async () => {
  const submitted = await call('POST', '/v1/runs', {
    body: { code: "await new Promise((r) => setTimeout(r, 1500)); return 'whole'" },
  });
  assert.equal(submitted.status, 202);
  const waiting = call('GET', '/readyz');
  assert.equal((await waiting).status, 200);
  const id = String(submitted.json['id']);
  service.kill('SIGTERM');
  const { code, stderr } = await ended(service);
  assert.equal(code, 0, stderr);
  const line = stderr.split('\n').find((each) => each.includes(id) && each.includes('run ended'));
  assert.match(line ?? stderr, /"status":"succeeded".*"attempt":1/);
  const told = stderr
    .split('\n')
    .filter((each) => /"msg":"(?:draining|drained|stopped)/.test(each))
    .map((each) => JSON.parse(each) as Record<string, unknown>);
  assert.deepEqual(
    told.map(({ msg, signal, running, queued }) => [msg, signal, running, queued]),
    [
      ['draining', 'SIGTERM', 1, 0],
      ['drained', undefined, 0, 0],
      ['stopped', undefined, undefined, undefined],
    ],
  );
  await serve();
  const { json } = await call('GET', `/v1/runs/${id}`);
  assert.deepEqual([json['status'], json['value'], json['attempt']], ['succeeded', 'whole', 1]);
});

test('castellan serve logs that a second signal ended it with work under way', async () => {
  await call('POST', '/v1/runs', {
    body: { code: 'await new Promise(() => setTimeout(() => {}, 9_000))' },
  });
  service.kill('SIGINT');
  while ((await call('GET', '/readyz')).status === 200);
  service.kill('SIGTERM');
  const { code, stderr } = await ended(service);
  assert.equal(code, 130);
  assert.match(stderr, /"signal":"SIGINT".*"msg":"draining"/);
  assert.match(stderr, /"level":"warn".*"msg":"stopped at once/);
  await serve();
});

test('castellan keys works while the service runs, and takes effect at once', async () => {
  const create = ['keys', 'create', '--data', data, '--config', config];
  const made = await castellan([...create, '--name', 'ci', '--policy', 'playground', '--json']);
  assert.equal(made.code, 0, made.stderr);
  const { id, key } = JSON.parse(made.stdout) as { id: string; key: string };
  assert.match(key, /^ck_/);
  assert.equal((await call('GET', '/v1/status')).status, 401);
  const headers = { authorization: `Bearer ${key}` };
  assert.equal((await call('GET', '/v1/status', { headers })).status, 200);
  const list = await castellan(['keys', 'list', '--data', data]);
  assert.match(list.stdout, new RegExp(`^${id}  in force  default  playground .*ci$`, 'm'));
  assert.ok(!list.stdout.includes(key));
  const revoked = await castellan(['keys', 'revoke', id, '--data', data]);
  assert.equal(revoked.code, 0);
  assert.equal((await call('GET', '/v1/status', { headers })).status, 401);
  const audit = readFileSync(join(data, 'audit.jsonl'), 'utf8');
  const kept = audit
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    kept.map((entry) => [entry['call'], entry['keyId']]),
    [
      ['castellan keys create', id],
      ['castellan keys revoke', id],
    ],
  );
  assert.match(String(kept[0]?.['caller']), /\(\d+\)$/);
  assert.ok(!audit.includes(key));
});
