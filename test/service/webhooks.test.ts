// Webhooks from a request to a receiver: through the box and the gateway, over a crash, and against attackers.
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { until } from '../shared/until.support.ts';
import { type Answer, type Service, startService } from './service.support.ts';

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly omitted?: readonly string[];
  readonly data: Run;
}

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly nextAt: string | null;
  readonly attempts: readonly { readonly status: number | null; readonly detail: string | null }[];
}

let service: Service;
const servers: Server[] = [];
/** What was sent to each path of the receiver. */
const heard = new Map<string, Heard[]>();
/** Requests to what no webhook may reach. */
const inside: string[] = [];
let host = '';
let insideHost = '';
let portless = '';
/** Where the receiver of the example listens. */
let example = '';

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** How each path of the receiver answers its first request; all later ones get 204. */
const answers: Readonly<Record<string, RequestListener>> = {
  '/busy': (_, response) => void response.writeHead(503, { 'retry-after': '2' }).end('later'),
  '/gone': (_, response) => void response.writeHead(410).end(),
  '/moved': (_, response) =>
    void response.writeHead(307, { location: `http://${insideHost}/stolen` }).end(),
  '/endless': (_, response) => {
    response.writeHead(200);
    const more = (): void => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  },
  '/broken': ({ socket }) => void socket.destroy(),
};

before(async () => {
  insideHost = await listen(({ url }, response) => {
    inside.push(`${url}`);
    response.end();
  });
  host = await listen((request, response) => {
    const pieces: string[] = [];
    request.setEncoding('utf8');
    request.on('data', (piece: string) => pieces.push(piece));
    request.on('end', () => {
      const { headers, url = '' } = request;
      const earlier = heard.get(url) ?? [];
      heard.set(url, [...earlier, { headers, body: pieces.join('') }]);
      if (earlier.length === 0 && answers[url] !== undefined) answers[url](request, response);
      else response.writeHead(204).end();
    });
  });
  portless = host.split(':')[0] ?? '';
  example = await listen(() => undefined);
  const taken = servers.pop();
  taken?.close();
  const policies = {
    default: { warm: 1, reuse: 'tenant' },
    loose: { warm: 0, calls: { record: 'none' } },
    hooks: {
      warm: 1,
      network: {
        allow: [host, example, '10.1.2.3', '*.example'],
        allowPrivate: ['127.0.0.1/32'],
      },
    },
  };
  service = await startService({ config: { policies, webhooks: { policy: 'hooks' } } });
});
after(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await service[Symbol.asyncDispose]();
});

const inTree = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const post = (body: object, headers?: Readonly<Record<string, string>>): Promise<Answer> =>
  service.call('POST', '/v1/runs', { body, ...(headers && { headers }) });

async function submit(path: string, code = 'return 1'): Promise<string> {
  const { status, text } = await post({ code, webhook: { url: `http://${host}${path}` } });
  assert.equal(status, 202, text);
  return (JSON.parse(text) as Run).id;
}

async function deliveryOf(id: string): Promise<Delivery> {
  const { text } = await service.call('GET', `/v1/runs/${id}/deliveries`);
  const [found] = (JSON.parse(text) as { items: Delivery[] }).items;
  assert.ok(found !== undefined, text);
  return found;
}

/** The delivery of a run once it is as `isSo` says. */
async function delivery(id: string, isSo: (delivery: Delivery) => boolean): Promise<Delivery> {
  let last: Delivery | undefined;
  await until(`the webhook of ${id} has gone its way`, async () =>
    isSo((last = await deliveryOf(id))),
  );
  return last ?? assert.fail();
}
const isOver = ({ state }: Delivery): boolean => state !== 'waiting';

async function secret(): Promise<{ secret: string; previous: { secret: string } | null }> {
  const { text } = await service.call('GET', '/v1/webhook-secret');
  return JSON.parse(text) as { secret: string; previous: { secret: string } | null };
}

/** What a receiver reads that verifies as the standard's own library does. */
function verified({ headers, body }: Heard, by: string): Message {
  return new Webhook(by).verify(body, headers as Record<string, string>) as Message;
}

test('the end of a run is told once, signed as the library of the standard verifies it', async () => {
  const id = await submit('/plain', 'console.log("a line"); return { n: 2 }');
  const { state, attempts, id: delivered } = await delivery(id, isOver);
  assert.deepEqual([state, attempts.map(({ status }) => status)], ['delivered', [204]]);
  const [message, ...others] = heard.get('/plain') ?? [];
  assert.ok(message !== undefined && others.length === 0);
  const { type, data } = verified(message, (await secret()).secret);
  assert.equal(message.headers['webhook-id'], delivered);
  assert.deepEqual(
    [type, data.id, data.status, data.value, data.logs.map(({ text }) => text)],
    ['run.finished', id, 'succeeded', { n: 2 }, ['a line']],
  );
  const forged = { ...message, body: message.body.replace('"n":2', '"n":3') };
  const { secret: key } = await secret();
  assert.throws(() => verified(forged, key), /signature/i);
});

test('a failed run is told too, and one that is too long without its lines', async () => {
  const failed = await submit('/failed', 'throw new Error("no")');
  await delivery(failed, isOver);
  const long = await submit(
    '/long',
    'for (let n = 0; n < 9; n++) console.log("x".repeat(40_000)); return "y".repeat(1_000)',
  );
  await delivery(long, isOver);
  const key = (await secret()).secret;
  const [[of = assert.fail()] = [], [short = assert.fail()] = []] = [
    heard.get('/failed'),
    heard.get('/long'),
  ];
  assert.deepEqual([verified(of, key).data.error?.message], ['no']);
  const { omitted, data } = verified(short, key);
  assert.deepEqual([omitted, data.logs, (data.value as string).length], [['logs'], [], 1_000]);
});

test('what is refused or cut off is tried again with the same id, and the log says how it went', async () => {
  for (const [path, status, detail] of [
    ['/busy', 503, /^It answered 503\.$/],
    ['/broken', null, /closed|reset/i],
  ] as const) {
    const id = await submit(path);
    const first = await delivery(id, ({ attempts }) => attempts.length === 1);
    assert.equal(first.attempts[0]?.status, status);
    assert.match(first.attempts[0]?.detail ?? '', detail);
    assert.ok(first.nextAt !== null);
    const { status: code } = await service.call('POST', `/v1/runs/${id}/deliveries/replay`);
    assert.equal(code, 202);
    const last = await delivery(id, isOver);
    assert.deepEqual([last.state, last.attempts.at(-1)?.status], ['delivered', 204]);
    const ids = heard.get(path)?.map(({ headers }) => headers['webhook-id']);
    assert.equal(new Set(ids).size, 1, JSON.stringify(ids));
  }
  const gone = await delivery(await submit('/gone'), isOver);
  assert.deepEqual([gone.state, gone.attempts.length], ['failed', 1]);
});

test('a rotated secret signs from then on, and the one before for a day', async () => {
  const first = (await secret()).secret;
  const { status, text } = await service.call('POST', '/v1/webhook-secret/rotate');
  assert.equal(status, 200);
  const now = await secret();
  assert.deepEqual(JSON.parse(text), now);
  assert.notEqual(now.secret, first);
  assert.equal(now.previous?.secret, first);
  await delivery(await submit('/rotated'), isOver);
  const [message = assert.fail()] = heard.get('/rotated') ?? [];
  for (const key of [first, now.secret]) assert.equal(verified(message, key).type, 'run.finished');
});

test('a crash between the answer and the end of a run loses no webhook', async () => {
  const id = await submit('/crash', 'await new Promise((done) => setTimeout(done, 60_000))');
  await service.stop('SIGKILL');
  await service.start();
  const lost = await delivery(id, isOver);
  assert.equal(lost.state, 'delivered');
  const [message = assert.fail()] = heard.get('/crash') ?? [];
  assert.equal(verified(message, (await secret()).secret).data.id, id);
});

test('a webhook that could never be delivered is refused, with the value and what to do', async () => {
  const rows: readonly (readonly [url: string, status: number, RegExp])[] = [
    ['nonsense', 422, /webhook\.url must be a URL\. It is "nonsense"/],
    ['ftp://a.example/', 422, /must begin with https/],
    ['https://a:b@x.example/', 422, /no user name or password/],
    ['https://x.example/#part', 422, /fragment/],
    [`https://x.example/${'x'.repeat(3_000)}`, 422, /at most 2048 characters/],
    ['https://other.test/', 422, /"other\.test", which is not allowed\. Allowed: /],
    [`http://${insideHost}/`, 422, /not allowed/],
    ['http://10.1.2.3/', 422, /10\.1\.2\.3", which is no public address/],
    ['http://0x0a010203/', 422, /10\.1\.2\.3", which is no public address/],
    [`http://${portless}:1/`, 422, /not allowed/],
  ];
  for (const [url, status, detail] of rows) {
    const answer = await post({ code: '1', webhook: { url } });
    const { detail: said } = JSON.parse(answer.text) as { detail: string };
    assert.equal(answer.status, status, answer.text);
    assert.match(said, detail);
  }
  const none = await post({ code: '1' }, { prefer: 'wait=20' });
  const { id } = JSON.parse(none.text) as Run;
  const { text } = await service.call('GET', `/v1/runs/${id}/deliveries`);
  assert.deepEqual(JSON.parse(text), { items: [] });
  for (const [method, path] of [
    ['POST', `/v1/runs/${id}/deliveries/replay`],
    ['GET', '/v1/runs/run_0199e1a47d8c7e31a5b2c3d4e5f60718/deliveries'],
  ] as const) {
    assert.equal((await service.call(method, path)).status, 404);
  }
});

test('calls of a function tell of their ends, where they are written down', async () => {
  const put = (body: object): Promise<Answer> =>
    service.call('PUT', '/v1/functions/greet', { body: { code: 'return params.name', ...body } });
  const refused = await put({ webhook: { url: 'https://other.test/' } });
  assert.equal(refused.status, 422, refused.text);
  const webhook = { url: `http://${host}/called` };
  const unrecorded = await put({ webhook, policy: 'loose' });
  assert.match(unrecorded.text, /"status":422.*calls that are written down.*record \\"none\\"/);
  const calls = { record: 'all' };
  assert.equal((await put({ webhook, policy: 'loose', calls })).status, 201);
  const call = (body: object): Promise<Answer> =>
    service.call('POST', '/v1/functions/greet/invoke', { body });
  const { status, text } = await call({ params: { name: 'Ada' } });
  assert.equal(status, 202, text);
  await delivery((JSON.parse(text) as Run).id, isOver);
  const [message = assert.fail()] = heard.get('/called') ?? [];
  const { data } = verified(message, (await secret()).secret);
  assert.deepEqual([data.value, data.labels['castellan/function']], ['Ada', 'greet']);
});

test('the example of a receiver believes the service, and the command line shows what came of it', async () => {
  const env = { ...process.env, CASTELLAN_URL: service.url, RECEIVER: example };
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, args, { env, timeout: 40_000 });
  const { stdout, stderr } = await run(inTree('examples/service/webhook.ts'));
  assert.match(stdout, /^(run_\S+) is submitted\n\1 succeeded: \[ 4, 2 \]\n$/, stderr);
  const id = /run_\S+/.exec(stdout)?.[0] ?? '';
  const castellan = inTree('packages/cli/dist/castellan.js');
  await delivery(id, isOver);
  const shown = await run(castellan, 'webhooks', 'show', id);
  assert.match(
    shown.stdout,
    /^delivered: http:\S+\/runs\nATTEMPT .*\n\S+Z +204 +\d+ ms +delivered\n$/,
  );
  const told = await run(castellan, 'webhooks', 'secret');
  assert.equal(told.stdout.trim(), (await secret()).secret);
  const wrong = await run(
    castellan,
    'submit',
    inTree('examples/hello.ts'),
    '--webhook',
    'https://x',
  ).catch((error: { stderr: string; code: number }) => error);
  assert.match(wrong.stderr, /the host "x", which is not allowed/);
});

test('no receiver leads a message astray, holds the service up, or is answered with a secret', async () => {
  const moved = await delivery(await submit('/moved'), ({ attempts }) => attempts.length > 0);
  assert.match(moved.attempts[0]?.detail ?? '', /307: redirects are not followed/);
  const endless = await delivery(await submit('/endless'), isOver);
  assert.equal(endless.state, 'delivered');
  const { secret: key, previous } = await secret();
  const said = [...heard.values()].flat().map((each) => JSON.stringify(each));
  for (const each of [key, previous?.secret ?? '']) {
    assert.ok(each !== '' && ![...said, ...service.log].join().includes(each));
  }
  assert.deepEqual(inside, []);
});
