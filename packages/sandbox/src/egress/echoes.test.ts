import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Egress } from './launcher/egress.ts';
import { openBoxed } from './fixtures/open.ts';
import { NetworkError } from './launcher/request.ts';
import { ask, header, loopback } from './fixtures/ask.ts';
import { type NameServer, openNameServer } from './fixtures/dns.ts';
import { serve, type Served, serveRaw } from './fixtures/serve.ts';
import type { EgressRequestHead } from './messages.ts';

/** Each character of it may be in the name of a header. */
const value = 'sk-Live|4b+Hidden~1';
const placeholder = '{{api-key}}';
const base64 = Buffer.from(`user:${value}:x`).toString('base64');
const inBase64 = new RegExp(
  `${Buffer.from(value).toString('base64').slice(4, 16)}|${base64.slice(8, 24)}`,
);

/** What a host that means no harm puts into the head of an answer. `SECRET` is what it was sent. */
const heads: readonly (readonly [string, string])[] = [
  ['x-request-id', 'x-request-id: SECRET'],
  ['idempotency-key', 'Idempotency-Key: "SECRET"'],
  ['an ETag', 'ETag: W/"SECRET"'],
  ['the origin of CORS', 'Access-Control-Allow-Origin: https://SECRET.example'],
  ['a cookie', 'Set-Cookie: id=SECRET; Path=/\r\nSet-Cookie: other=SECRET'],
  ['a link', 'Link: </next?key=SECRET>; rel="next"'],
  ['a challenge', 'WWW-Authenticate: Bearer error_description="no such token: SECRET"'],
  ['a content type', 'Content-Type: text/plain; boundary=SECRET'],
  ['a content coding', 'Content-Encoding: SECRET'],
  ['a name of a header', 'SECRET: x'],
  ['lower case', 'x-echo: LOWER'],
  ['a URL', 'x-echo: https://a.example/?key=ENCODED'],
  ['JSON', 'x-echo: {"key":"ESCAPED"}'],
  ['base64', 'x-echo: Basic BASE64'],
  ['hexadecimal digits', 'x-echo: HEX'],
  ['many headers', 'x-a: SECRET\r\nx-b: SECRETSECRET\r\nx-c: Bearer SECRET, SECRET'],
];

describe('a value that a bound host sends back', () => {
  let egress: Egress;
  let names: NameServer;
  let canary: Served;
  const stolen: string[] = [];

  before(async () => {
    names = await openNameServer((name) => {
      stolen.push(name);
      return name.endsWith('.test') ? ['127.0.0.1'] : 'nxdomain';
    });
    egress = await openBoxed({ resolver: [names.server] });
    canary = await serve(({ url, headers }, response) => {
      stolen.push(`${url} ${JSON.stringify(headers)}`);
      response.end('the canary');
    });
  });
  after(async () => {
    await Promise.all([egress, names, canary].map((open) => open[Symbol.asyncDispose]()));
  });

  const arrived = (): number => stolen.filter((each) => each.startsWith('/')).length;
  const written = (answer: string): string =>
    answer
      .replaceAll('SECRET', value)
      .replaceAll('LOWER', value.toLowerCase())
      .replaceAll('ENCODED', encodeURIComponent(value))
      .replaceAll('ESCAPED', value.replaceAll('+', '\\u002b'))
      .replaceAll('BASE64', base64)
      .replaceAll('HEX', Buffer.from(value).toString('hex'))
      .replaceAll('CANARY', `${canary.port}`);

  /** Asks a host that answers so once it got the secret. Its second answer is empty. */
  async function answered(answer: string, rest: Partial<EgressRequestHead> = {}) {
    const heard: string[] = [];
    const reply = (socket: Socket) => (data: Buffer) => {
      heard.push(data.toString('latin1'));
      const knows = heard[0]?.includes(`authorization: Bearer ${value}\r\n`);
      const isFirst = heard.length === 1 && knows === true;
      socket.write(isFirst ? written(answer) : 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    };
    await using server = await serveRaw((socket) => void socket.on('data', reply(socket)));
    await using run = egress.forRun(
      loopback([server.port, canary.port], {
        secrets: { [placeholder]: { value, hosts: [`127.0.0.1:${server.port}`] } },
      }),
    );
    const headers = [['authorization', `Bearer ${placeholder}`]] as const;
    const asked = await ask(run, `${server.url}/start`, { headers, ...rest }).catch(
      (error: unknown) => error as NetworkError,
    );
    return { asked, heard, log: run.log };
  }

  /** Nobody but the host has the value: not the script, the log, another host or a name server. */
  function isSafe(...seen: unknown[]): void {
    for (const text of [...seen, stolen].map((each) => JSON.stringify(each))) {
      const lower = text.toLowerCase();
      assert.ok(!lower.includes('hidden') && !lower.includes('sk-live'), text);
      assert.ok(!lower.includes(Buffer.from(value).toString('hex')), text);
      assert.doesNotMatch(text, inBase64);
    }
  }

  for (const [what, head] of heads) {
    test(`in ${what} is its placeholder again`, async () => {
      const { asked, log } = await answered(
        `HTTP/1.1 200 OK\r\n${head}\r\nx-other: kept\r\ncontent-length: 2\r\n\r\nok`,
      );
      assert.ok(!(asked instanceof Error), log.at(-1)?.reason ?? '');
      assert.deepEqual([asked.text, header(asked, 'x-other')], ['ok', 'kept']);
      if (what !== 'a name of a header') {
        assert.match(decodeURIComponent(JSON.stringify(asked.head)), /\{\{api-key\}\}/);
      }
      isSafe(asked.head, log);
    });
  }

  test('in the status text is its placeholder again', async () => {
    const { asked, log } = await answered('HTTP/1.1 200 Hello SECRET\r\ncontent-length: 0\r\n\r\n');
    assert.ok(!(asked instanceof Error));
    assert.equal(asked.head.statusText, `Hello ${placeholder}`);
    isSafe(asked.head, log);
  });

  test('in the ETag of a 304, informational answers and trailers does not reach the script', async () => {
    const { asked, log } = await answered(
      [
        'HTTP/1.1 103 Early Hints\r\nLink: </SECRET>\r\n\r\n',
        'HTTP/1.1 304 Not Modified\r\nETag: "SECRET"\r\n\r\n',
      ].join(''),
    );
    assert.ok(!(asked instanceof Error));
    assert.deepEqual([asked.head.status, header(asked, 'etag')], [304, `"${placeholder}"`]);
    const trailing = await answered(
      'HTTP/1.1 200 OK\r\nTrailer: x-echo\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-echo: SECRET\r\n\r\n',
    );
    assert.ok(!(trailing.asked instanceof Error) && trailing.asked.text === 'ok');
    isSafe(asked.head, log, trailing.asked.head, trailing.log);
  });

  const redirect = (location: string): string =>
    `HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`;

  test('in a location is its placeholder again, whether it is shown or followed', async () => {
    for (const location of ['/next?key=SECRET', '/next?key=ENCODED', '/SECRET/next']) {
      const shown = await answered(redirect(location), { redirect: 'manual' });
      assert.ok(!(shown.asked instanceof Error));
      assert.match(decodeURIComponent(header(shown.asked, 'location') ?? ''), /\{\{api-key\}\}/);
      const followed = await answered(redirect(location));
      assert.ok(!(followed.asked instanceof Error), followed.log.at(-1)?.reason ?? '');
      assert.match(decodeURIComponent(followed.asked.head.url), /\{\{api-key\}\}/);
      const [line = ''] = (followed.heard[1] ?? '').split('\r\n');
      assert.match(decodeURIComponent(line), /\{\{api-key\}\}/);
      assert.match(followed.heard[1] ?? '', /authorization: Bearer sk-Live/);
      assert.match(followed.log[1]?.reason ?? '', /^secret_not_bound: .* in the URL/);
      isSafe(shown.asked.head, shown.log, followed.asked.head, followed.log, line);
    }
  });

  test('does not follow a redirect to another host, in no part of its URL', async () => {
    for (const location of [
      'http://127.0.0.1:CANARY/?key=SECRET',
      'http://127.0.0.1:CANARY/SECRET',
      'http://127.0.0.1:CANARY/?key=ENCODED',
      'http://127.0.0.1:CANARY/?key=BASE64',
      'http://127.0.0.1:CANARY/?key=HEX',
      'http://x.test:CANARY/#SECRET',
    ]) {
      const { asked, log } = await answered(redirect(location));
      assert.ok(!(asked instanceof Error), log.at(-1)?.reason ?? '');
      assert.equal(asked.text, 'the canary');
      isSafe(asked.head, log);
    }
  });

  test('that makes a host name of it, or hides it from the first look, ends the redirect', async () => {
    const earlier = arrived();
    for (const location of [
      'http://SECRET.test:CANARY/',
      'http://HEX.test:CANARY/',
      'http://SECRET@127.0.0.1:CANARY/',
      `http://127.0.0.1:CANARY/${value.slice(0, 5)}\t${value.slice(5)}`,
    ]) {
      const { asked, log } = await answered(redirect(location));
      assert.ok(asked instanceof NetworkError, location);
      assert.notEqual(log.at(-1)?.outcome, 'ok', location);
      isSafe(log);
    }
    assert.equal(arrived(), earlier, 'the canary was not asked');
  });

  test('in very many headers fails the answer, and leaves the gateway alive', async () => {
    const { pid } = egress;
    const { asked, log } = await answered(
      `HTTP/1.1 200 OK\r\nx-echo: ${'SECRET'.repeat(1_500)}\r\ncontent-length: 0\r\n\r\n`,
    );
    assert.ok(!(asked instanceof Error));
    isSafe(asked.head, log);
    const long = 'p'.repeat(256);
    await using server = await serve((request, response) => {
      response.writeHead(200, { 'x-echo': `${request.headers.authorization}`.repeat(1_500) }).end();
    });
    await using run = egress.forRun(
      loopback([server.port], {
        secrets: { [long]: { value, hosts: [`127.0.0.1:${server.port}`] } },
      }),
    );
    await assert.rejects(
      ask(run, server.url, { headers: [['authorization', long]] }),
      NetworkError,
    );
    assert.match(run.log[0]?.reason ?? '', /headers that are too long/);
    await assert.rejects(ask(run, `${server.url}/${'€'.repeat(15_000)}`), NetworkError);
    assert.match(run.log[1]?.reason ?? '', /a URL that is too long/);
    assert.equal(egress.pid, pid);
  });
});
