import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { castellan, ended, start } from '../../packages/cli/src/castellan.support.ts';

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/service/${name}`, import.meta.url));
const config = example('castellan.config.ts');
const data = mkdtempSync(join(tmpdir(), 'castellan-test-'));
let service: ChildProcessWithoutNullStreams;
const shop = createServer((_, answer) => answer.end('<ul><li>tea: 3.5<li>salt: 1</ul>'));
let page = '';
const env: Record<string, string> = {};

before(async () => {
  const scopes = ['runs:write', 'runs:read', 'functions:write'].flatMap((scope) => [
    '--scope',
    scope,
  ]);
  const create = ['keys', 'create', ...scopes, '--data', data, '--config', config];
  env['CASTELLAN_KEY'] = (await castellan(create)).stdout.trim();
  await once(shop.listen(0, '127.0.0.1'), 'listening');
  const { port } = shop.address() as AddressInfo;
  page = `http://127.0.0.1:${port}/`;
  const reach = ['--allow-host', `127.0.0.1:${port}`, '--allow-private', '127.0.0.1/32'];
  service = start(['serve', '--data', data, '--config', config, '--port', '0', ...reach]);
  const line = await Promise.race([
    once(createInterface(service.stdout), 'line'),
    once(service, 'exit'),
  ]);
  env['CASTELLAN_URL'] = /http:\S+/.exec(String(line[0]))?.[0] ?? assert.fail(String(line));
});
after(async () => {
  service.kill('SIGTERM');
  await once(service, 'exit');
  rmSync(data, { recursive: true });
  shop.close();
});

const run = (command: string, ...args: string[]) => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, timeout: 40_000 });
  child.stdin.end();
  return ended(child);
};

test('examples/service/run.ts follows a run to its value', async () => {
  const { code, stdout, stderr } = await run(process.execPath, example('run.ts'));
  assert.deepEqual([code, stdout, stderr], [0, '42\n', 'line 1\nline 2\nline 3\n']);
});

test('examples/service/schedule.ts has a page read by the clock, and once now', async () => {
  const { code, stdout, stderr } = await run(process.execPath, example('schedule.ts'), page);
  assert.deepEqual([code, stdout], [0, '{"tea":3.5,"salt":1}\n'], stderr);
  assert.match(stderr, /^next at 20\d\d-\S+Z$/m);
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;
test(
  'examples/service/run.sh does it with curl',
  { skip: !hasCurl && 'no curl here' },
  async () => {
    const { code, stdout, stderr } = await run('sh', example('run.sh'));
    assert.equal(code, 0, stderr);
    assert.deepEqual((JSON.parse(stdout) as { value: unknown }).value, { sum: 42 });
    assert.match(stderr, /^event: log$/m);
    assert.match(stderr, /"text":"at work"/);
  },
);

test('examples/service/castellan.config.ts lets visitors in, within the playground', async () => {
  const post = (body: object): Promise<Response> =>
    fetch(new URL('/v1/runs', env['CASTELLAN_URL']), {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=30' },
      body: JSON.stringify(body),
    });
  const answered = await post({ code: 'return typeof price' });
  const { policy, value } = (await answered.json()) as { policy: string; value: unknown };
  assert.deepEqual([policy, value], ['playground', 'undefined']);
  assert.equal((await post({ code: '1', limits: { wallMs: 60_000 } })).status, 422);
});
