import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import type { Egress } from './launcher/egress.ts';
import { openBoxed } from './fixtures/open.ts';
import { NetworkError } from './launcher/request.ts';
import { ask, loopback } from './fixtures/ask.ts';
import { certificate } from './fixtures/certificate.ts';
import { type NameServer, openNameServer } from './fixtures/dns.ts';
import { serve, type Served, serveTls } from './fixtures/serve.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers `/302?to=…` with that, and everything else with what it was asked. */
function mirror(open: typeof serve): Promise<Served> {
  return open((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const status = Number(pathname.slice(1));
    void text(request).then((body) => {
      const seen = { method: request.method, url: request.url, headers: request.headers, body };
      if (status > 0) response.writeHead(status, { location: searchParams.get('to') ?? '' });
      response.end(JSON.stringify(seen));
    });
  });
}

describe('a redirect', () => {
  let egress: Egress;
  let names: NameServer;
  let here: Served;
  let there: Served;
  let secure: Served;
  const secret = '{{api-key}}';

  before(async () => {
    names = await openNameServer((name) => (name.endsWith('.test') ? ['127.0.0.1'] : 'nxdomain'));
    egress = await openBoxed({ resolver: [names.server], ca: certificate });
    [here, there, secure] = await Promise.all([mirror(serve), mirror(serve), mirror(serveTls)]);
  });
  after(async () => {
    await Promise.all(
      [egress, names, here, there, secure].map((open) => open[Symbol.asyncDispose]()),
    );
  });

  const open = () =>
    egress.forRun(
      loopback([here.port, there.port, secure.port], {
        secrets: {
          [secret]: {
            value: 'sk-very-secret',
            hosts: [`*.test:${secure.port}`, `*.test:${here.port}`],
          },
        },
      }),
    );
  const seenBy = ({ text: json }: { text: string }): Seen => JSON.parse(json) as Seen;

  const rows: readonly (readonly [number, string, string, boolean])[] = [
    [301, 'POST', 'GET', false],
    [302, 'POST', 'GET', false],
    [303, 'POST', 'GET', false],
    [307, 'POST', 'POST', true],
    [308, 'POST', 'POST', true],
    [301, 'PUT', 'PUT', true],
    [302, 'DELETE', 'DELETE', true],
    [303, 'PUT', 'GET', false],
  ];
  for (const [status, method, then, hasBody] of rows) {
    test(`${status} of ${method} goes on as ${then}, ${hasBody ? 'with' : 'without'} the body`, async () => {
      await using run = open();
      const headers = [
        ['content-type', 'text/plain'],
        ['content-language', 'la'],
        ['x-kept', 'yes'],
      ] as const;
      const asked = await ask(
        run,
        `${here.url}/${status}?to=/end`,
        { method, headers },
        'the body',
      );
      const seen = seenBy(asked);
      assert.deepEqual(
        [seen.method, seen.url, seen.body],
        [then, '/end', hasBody ? 'the body' : ''],
      );
      assert.equal(seen.headers['content-type'], hasBody ? 'text/plain' : undefined);
      assert.equal(seen.headers['content-language'], hasBody ? 'la' : undefined);
      assert.equal(seen.headers['x-kept'], 'yes');
      assert.deepEqual(
        run.log.map((entry) => [entry.method, entry.status]),
        [
          [method, status],
          [then, 200],
        ],
      );
    });
  }

  test('of HEAD stays HEAD, whatever the status', async () => {
    await using run = open();
    const { head } = await ask(run, `${here.url}/303?to=/end`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.deepEqual(
      run.log.map(({ method }) => method),
      ['HEAD', 'HEAD'],
    );
  });

  test('asks for a long body again in vain', async () => {
    await using run = open();
    const body = 'x'.repeat(300_000);
    await assert.rejects(
      ask(run, `${here.url}/307?to=/end`, { method: 'POST' }, body),
      NetworkError,
    );
    assert.match(run.log.at(-1)?.reason ?? '', /too long to be kept/);
    assert.equal(
      seenBy(await ask(run, `${here.url}/303?to=/end`, { method: 'POST' }, body)).method,
      'GET',
    );
  });

  test('takes credentials along on one origin, and to no other', async () => {
    await using run = open();
    const headers = [
      ['Authorization', 'Bearer x'],
      ['Cookie', 'a=b'],
      ['Proxy-Authorization', 'y'],
      ['X-Mine', 'z'],
    ] as const;
    const same = seenBy(await ask(run, `${here.url}/302?to=/end`, { headers }));
    assert.deepEqual([same.headers.authorization, same.headers.cookie], ['Bearer x', 'a=b']);
    assert.equal(same.headers['proxy-authorization'], undefined);
    for (const to of [
      `${there.url}/end`,
      `http://a.test:${here.port}/end`,
      `${there.url}/302?to=${here.url}/end`,
    ]) {
      const other = seenBy(
        await ask(run, `${here.url}/302?to=${encodeURIComponent(to)}`, { headers }),
      );
      assert.deepEqual(
        [other.url, other.headers.authorization, other.headers.cookie, other.headers['x-mine']],
        ['/end', undefined, undefined, 'z'],
      );
    }
  });

  test('leaves the placeholder and the secret behind when it leaves the origin', async () => {
    await using run = open();
    const headers = [['x-api-key', `key ${secret}`]] as const;
    const from = `https://api.test:${secure.port}`;
    const same = seenBy(await ask(run, `${from}/302?to=/end`, { headers }));
    assert.equal(same.headers['x-api-key'], 'key sk-very-secret');
    const other = seenBy(
      await ask(
        run,
        `${from}/302?to=${encodeURIComponent(`https://www.test:${secure.port}/end`)}`,
        { headers },
      ),
    );
    assert.equal(other.headers['x-api-key'], undefined, 'bound, but another origin');
    await assert.rejects(
      ask(run, `${from}/302?to=${encodeURIComponent(`${there.url}/end`)}`, { headers }),
      NetworkError,
    );
    assert.match(run.log.at(-1)?.reason ?? '', /from https to http of a request with a secret/);
    const without = await ask(run, `${from}/302?to=${encodeURIComponent(`${there.url}/end`)}`);
    assert.equal(without.head.url, `${there.url}/end`, 'without a secret http will do');
  });

  test('is shown, or fails, as the script wants', async () => {
    await using run = open();
    const manual = await ask(run, `${here.url}/302?to=/end`, { redirect: 'manual' });
    assert.deepEqual([manual.head.status, manual.head.redirected], [302, false]);
    await assert.rejects(ask(run, `${here.url}/302?to=/end`, { redirect: 'error' }), NetworkError);
    const nowhere = await ask(run, `${here.url}/304`);
    assert.equal(nowhere.head.status, 304);
  });

  test('is checked anew: what is not allowed is not reached on the way either', async () => {
    await using canary = await serve((_request, response) => response.end('canary'));
    await using run = open();
    for (const status of [301, 302, 303, 307, 308]) {
      const to = encodeURIComponent(`${canary.url}/`);
      await assert.rejects(ask(run, `${here.url}/${status}?to=${to}`), NetworkError);
      assert.deepEqual([run.log.at(-1)?.outcome, run.log.at(-1)?.address], ['denied', null]);
    }
    assert.equal(canary.connections.length, 0);
  });
});
