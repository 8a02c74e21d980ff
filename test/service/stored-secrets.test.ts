// Secrets that the service stores: where their values go, and where they never are.
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { after, before, test } from 'node:test';
import { type Answer, type Service, startService } from './service.support.ts';

const program = fileURLToPath(new URL('../../packages/cli/dist/castellan.js', import.meta.url));
const key = randomBytes(32).toString('base64');
let service: Service;
/** What requests to each server had in their headers. */
const heard: IncomingHttpHeaders[] = [];
const heardElsewhere: IncomingHttpHeaders[] = [];
const servers: Server[] = [];
let host = '';
let elsewhere = '';

async function listen(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

before(async () => {
  elsewhere = await listen(({ headers }, response) => {
    heardElsewhere.push(headers);
    response.end();
  });
  host = await listen(({ headers, url }, response) => {
    heard.push(headers);
    if (url === '/away') response.writeHead(302, { location: `http://${elsewhere}/` });
    response.end(`${headers.authorization}`);
  });
  const network = { allow: [host, elsewhere], allowPrivate: ['127.0.0.1/32'] };
  const policies = {
    default: { network, warm: 1 },
    opened: { network, warm: 0, secrets: { env: true } },
  };
  const env = { CASTELLAN_SECRETS_KEYS: key };
  service = await startService({ config: { policies }, env });
});
after(async () => {
  await service[Symbol.asyncDispose]();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const put = (name: string, body: object): Promise<Answer> =>
  service.call('PUT', `/v1/secrets/${name}`, { body });
const newValue = (): string => `value-${randomBytes(12).toString('hex')}`;

/** The texts of the whole data folder, and of the log. */
function everythingKept(): string {
  const files = readdirSync(service.data, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
  return [...texts, ...service.log].join('\n');
}

const ask = `const answer = await fetch(params, { headers: { authorization: 'Bearer ' + env.API_KEY } });
  const body = await answer.text();
  console.log('sent', env.API_KEY, 'heard', body, btoa(body));
  progress(0.5, body);
  if (params.endsWith('/throw')) throw new Error('no ' + body, { cause: { body } });
  return { [body]: body };`;

/** `castellan secrets …` as an operator types it. */
async function secretsCommand(stdin: string, ...args: string[]): Promise<string> {
  const env = { CASTELLAN_URL: service.url, PATH: process.env['PATH'] };
  const running = promisify(execFile)(process.execPath, [program, 'secrets', ...args], { env });
  running.child.stdin?.end(stdin);
  const { stdout, stderr } = await running;
  assert.equal(stderr, '');
  return stdout;
}

test('the gateway sends a value where it is bound, and nothing that is told of the run has it', async () => {
  const value = newValue();
  const set = await secretsCommand(`${value}\n`, 'set', 'API_KEY', '--host', host);
  assert.match(set, /^API_KEY is set, \S+Z\n$/);
  for (const path of ['/', '/throw']) {
    const secrets = ['API_KEY'];
    const run = await service.run({ code: ask, params: `http://${host}${path}`, secrets });
    assert.equal(heard.at(-1)?.authorization, `Bearer ${value}`, JSON.stringify(run.error));
    assert.equal(run.status, path === '/' ? 'succeeded' : 'failed');
    const events = await service.call('GET', `/v1/runs/${run.id}/events`);
    const network = await service.call('GET', `/v1/runs/${run.id}/network`);
    const told = JSON.stringify(run) + events.text + network.text;
    assert.match(told, /sent castellan-secret-API_KEY heard Bearer castellan-secret-API_KEY/);
    assert.ok(!told.includes(value) && !told.includes(btoa(`Bearer ${value}`)), told);
  }
  const next = newValue();
  assert.equal((await put('API_KEY', { value: next, hosts: [host] })).status, 200);
  await service.run({ code: ask, params: `http://${host}/`, secrets: ['API_KEY'] });
  assert.equal(heard.at(-1)?.authorization, `Bearer ${next}`);
  const listed = await secretsCommand('', 'list');
  assert.match(listed, /^SECRET .*\nAPI_KEY +default +\S+Z +127\.0\.0\.1:\d+ +any run\n$/);
  assert.equal(await secretsCommand('', 'rotate'), '0 sealed anew, 0 left.\n');
  const kept = everythingKept();
  assert.ok(!kept.includes(value) && !kept.includes(next) && !kept.includes(key));
  assert.ok(service.launcherPid !== undefined);
  const environment = readFileSync(`/proc/${service.launcherPid}/environ`, 'latin1');
  assert.ok(!environment.includes(key), 'the process that makes boxes has the key');
});

test('no other host and no redirect gets a value', async () => {
  const value = newValue();
  await put('API_KEY', { value, hosts: [host], headers: ['x-own'] });
  const code = `const headers = { authorization: env.API_KEY, 'x-own': env.API_KEY, 'x-other': env.API_KEY };
    await fetch(params[0], { headers });
    await fetch(params[1], { headers });`;
  const params = [`http://${elsewhere}/`, `http://${host}/away`];
  const run = await service.run({ code, params, secrets: ['API_KEY'] });
  assert.equal(run.status, 'succeeded', run.error?.message);
  const { authorization, 'x-own': own, 'x-other': other } = heard.at(-1) ?? {};
  assert.deepEqual([authorization, own, other], [value, value, 'castellan-secret-API_KEY']);
  assert.equal(heardElsewhere.length, 2);
  assert.ok(!JSON.stringify(heardElsewhere).includes(value));
});

test('a function has the secrets that are bound to it, in env where the policy lets them in', async () => {
  const value = newValue();
  const deploy = (name: string, policy = 'opened'): Promise<Answer> =>
    service.call('PUT', `/v1/functions/${name}`, {
      body: { code: 'console.log(env.TOKEN); return env.TOKEN.length', secrets: ['TOKEN'], policy },
    });
  const early = await deploy('charge');
  assert.equal(early.status, 422, early.text);
  assert.match(early.text, /has no secret \\"TOKEN\\".*castellan secrets set TOKEN/);
  assert.equal((await put('TOKEN', { value, env: true, functions: ['charge'] })).status, 201);
  for (const [answer, why] of [
    [await deploy('charge', 'default'), /policies\.default\.secrets\.env/],
    [await deploy('other'), /bound to the functions charge, and not \\"other\\"/],
  ] as const) {
    assert.equal(answer.status, 422);
    assert.match(answer.text, why);
  }
  await assert.rejects(
    service.run({ code: 'return env.TOKEN', secrets: ['TOKEN'], policy: 'opened' }),
    /bound to the functions charge, and this run is of none/,
  );
  assert.equal((await deploy('charge')).status, 201);
  const call = (): Promise<Answer> =>
    service.call('POST', '/v1/functions/charge/invoke', {
      body: {},
      headers: { prefer: 'wait=60' },
    });
  const { text } = await call();
  const run = JSON.parse(text) as Run;
  assert.equal(run.value, value.length, text);
  assert.equal(run.labels['castellan/env-secrets'], 'TOKEN');
  assert.equal(run.logs[0]?.text, 'castellan-secret-TOKEN');
  assert.equal(await secretsCommand('', 'delete', 'TOKEN'), 'TOKEN is deleted.\n');
  const late = await call();
  assert.equal(late.status, 422);
  assert.match(late.text, /castellan secrets set TOKEN/);
  assert.ok(!everythingKept().includes(value));
});
