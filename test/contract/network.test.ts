import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forEachEngine } from './contract.support.ts';
import { after, before } from 'node:test';

forEachEngine(({ contract, openSandbox }) => {
  /** What the served pages saw. Everything is on this machine's loopback. */
  const seen: string[] = [];
  const canary: string[] = [];
  let port = 0;
  let canaryPort = 0;

  async function bodyOf(request: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    return text;
  }

  const pages: Record<
    string,
    (request: IncomingMessage, response: ServerResponse) => Promise<void> | void
  > = {
    '/echo': async (request, response) => {
      const { method, headers } = request;
      const body = await bodyOf(request);
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          method,
          body,
          type: headers['content-type'] ?? null,
          length: headers['content-length'] ?? null,
          auth: headers['authorization'] ?? null,
        }),
      );
    },
    '/slow': (_request, response) => void response.write('first'),
    '/big': (_request, response) => void response.end(Buffer.alloc(3_000_000, 'x')),
    // A host that echoes what it was sent, as ordinary ones do.
    '/echoing': ({ headers }, response) => {
      const { authorization = '' } = headers;
      const key = authorization.replace('Bearer ', '');
      const echoed = { 'x-request-id': headers['x-request-id'] ?? '', 'x-key': authorization };
      response.writeHead(200, `Hello ${key}`, { ...echoed, etag: `"${key}"` }).end();
    },
    '/to-echoing': ({ headers }, response) => {
      const key = (headers.authorization ?? '').replace('Bearer ', '');
      response.writeHead(302, { location: `/echoing?key=${encodeURIComponent(key)}` }).end();
    },
    '/key-to-canary': ({ headers }, response) => {
      const key = (headers.authorization ?? '').replace('Bearer ', '');
      response.writeHead(302, { location: `http://127.0.0.1:${canaryPort}/?key=${key}` }).end();
    },
    '/to-canary': (_request, response) =>
      void response.writeHead(302, { location: `http://localhost:${canaryPort}/` }).end(),
  };

  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    void (pages[request.url?.split('?')[0] ?? ''] ?? pages['/echo'])?.(request, response);
  });
  const trap = createServer((request, response) => {
    canary.push(request.url ?? '');
    response.end();
  });

  before(async () => {
    for (const each of [server, trap])
      await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    canaryPort = (trap.address() as AddressInfo).port;
  });
  after(() => {
    for (const each of [server, trap]) {
      each.closeAllConnections();
      each.close();
    }
  });

  async function online(source: string, limits = {}, more: readonly string[] = []) {
    await using sandbox = await openSandbox({
      warm: 0,
      network: {
        allow: [`127.0.0.1:${port}`, ...more],
        allowPrivate: ['127.0.0.1/32'],
        secrets: { '{{API_KEY}}': { value: 'the-secret', hosts: [`127.0.0.1:${port}`] } },
      },
    });
    const handle = sandbox.run(source, {
      params: { base: `http://127.0.0.1:${port}`, canaryPort },
      limits,
    });
    return { run: await handle, network: handle.network, sandbox };
  }

  contract('fetch reaches what the operator allows, and the run tells of it', async () => {
    const { run, network } = await online(
      'const r = await fetch(params.base + "/echo"); return [r.status, r.ok, (await r.json()).method]',
    );
    assert.deepEqual(run.value, [200, true, 'GET'], run.error?.message);
    assert.equal(run.usage.networkRequests, 1);
    assert.ok(run.usage.networkBytes > 100);
    assert.deepEqual(
      network.map(({ outcome, status, method }) => [outcome, status, method]),
      [['ok', 200, 'GET']],
    );
  });

  contract('fetch sends bodies of every kind, with their length when they are short', async () => {
    const { run } = await online(`
    const send = async (body) => (await fetch(params.base + '/echo', { method: 'POST', body })).json();
    const form = new FormData(); form.set('a', 'b');
    return [await send('text'), await send(new Uint8Array([104, 105])), await send(new URLSearchParams({ q: '€' })), await send(new Blob(['blob'], { type: 'x/y' })), (await send(form)).type, (await send('z'.repeat(200000))).body.length]`);
    assert.equal(run.reason, null, run.error?.message);
    const [text, bytes, query, blob, type, long] = run.value as [
      Record<string, string>,
      ...unknown[],
    ];
    assert.deepEqual(
      [text['body'], text['type'], text['length']],
      ['text', 'text/plain;charset=UTF-8', '4'],
    );
    assert.equal((bytes as Record<string, string>)['body'], 'hi');
    assert.equal((query as Record<string, string>)['body'], 'q=%E2%82%AC');
    assert.equal((blob as Record<string, string>)['type'], 'x/y');
    assert.match(String(type), /^multipart\/form-data; boundary=/);
    assert.equal(long, 200_000);
  });

  contract('a response streams, and can be given up', async () => {
    const { run } = await online(`
    const stop = new AbortController();
    const r = await fetch(params.base + '/slow', { signal: stop.signal });
    const reader = r.body.getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    stop.abort();
    const end = await reader.read().then(() => 'read', (e) => e.name);
    const big = (await (await fetch(params.base + '/big')).arrayBuffer()).byteLength;
    return [first, end, big]`);
    assert.deepEqual(run.value, ['first', 'AbortError', 3_000_000], run.error?.message);
  });

  contract(
    'a placeholder becomes the secret at the gateway only, for the host that it is bound to',
    async () => {
      const { run } = await online(
        'const r = await fetch(params.base + "/echo", { headers: { Authorization: "Bearer {{API_KEY}}" } }); const { auth } = await r.json(); return auth.length',
      );
      assert.equal(run.value, 'Bearer the-secret'.length, run.error?.message);
    },
  );

  contract('a secret that a host echoes is its placeholder again in all but the body', async () => {
    canary.length = 0;
    const { run, network } = await online(
      `
    const ask = async (path, headers, redirect = 'follow') => {
      const r = await fetch(params.base + path, { headers, redirect }).catch((e) => e);
      return r instanceof Error ? r.message : [r.status, r.statusText, r.url.replace(params.base, ''), Object.fromEntries(r.headers)];
    };
    const headers = { authorization: 'Bearer {{API_KEY}}' };
    return [
      await ask('/echoing', headers),
      await ask('/echoing', { 'x-request-id': '{{API_KEY}}' }),
      await ask('/to-echoing', headers),
      await ask('/to-echoing', headers, 'manual'),
      await ask('/key-to-canary', headers),
    ]`,
      {},
      [`127.0.0.1:${canaryPort}`],
    );
    assert.equal(run.status, 'succeeded', run.error?.message);
    type Head = readonly [number, string | null, string, Record<string, string>];
    const [echoed, unbound, redirected] = run.value as unknown as readonly Head[];
    // Node's own fetch has no status text behind a proxy.
    assert.equal(echoed?.[1] ?? 'Hello {{API_KEY}}', 'Hello {{API_KEY}}');
    assert.deepEqual(
      [echoed?.[3]['x-key'], echoed?.[3]['etag']],
      ['Bearer {{API_KEY}}', '"{{API_KEY}}"'],
    );
    assert.equal(unbound?.[3]['x-request-id'], '{{API_KEY}}');
    assert.match(decodeURIComponent(redirected?.[2] ?? ''), /^\/echoing\?key=\{\{API_KEY/);
    assert.ok(network.some(({ reason }) => reason?.startsWith('secret_not_bound: {{API_KEY}} ')));
    const stolen = canary.splice(0);
    assert.deepEqual(stolen.map(decodeURIComponent), ['/?key={{API_KEY}}']);
    for (const text of [run, network, stolen].map((each) => JSON.stringify(each))) {
      assert.ok(!text.includes('the-secret'), text);
    }
  });

  contract(
    'everything that is not allowed is one and the same network error, and never a reason',
    async () => {
      const { run, network } = await online(`
    const urls = ['http://localhost:' + params.canaryPort, 'http://127.0.0.1:' + params.canaryPort, 'http://127.1:' + params.canaryPort, 'http://0x7f.1:' + params.canaryPort,
      'http://2130706433:' + params.canaryPort, 'http://[::1]:' + params.canaryPort, 'http://[::ffff:127.0.0.1]:' + params.canaryPort, 'http://169.254.169.254/latest/meta-data', 'http://metadata.google.internal/',
      'http://10.0.0.1/', 'https://example.com/', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'http://user:pw@127.0.0.1/', params.base + '/to-canary', 'http://127.0.0.1:1/'];
    const errors = new Set();
    for (const url of urls) { try { await fetch(url); errors.add('answered ' + url) } catch (e) { errors.add(e.name + ': ' + e.message) } }
    return [...errors]`);
      assert.equal(run.status, 'succeeded', run.error?.message);
      assert.deepEqual(
        (run.value as string[]).filter((text) => !text.startsWith('TypeError')),
        [],
      );
      assert.deepEqual(canary, []);
      assert.ok(
        network.some(({ outcome, reason }) => outcome === 'denied' && (reason ?? '').length > 0),
      );
    },
  );

  contract('a run can narrow the hosts of its sandbox, and never widen them', async () => {
    await using sandbox = await openSandbox({
      warm: 0,
      network: { allow: [`127.0.0.1:${port}`], allowPrivate: ['127.0.0.0/8'] },
    });
    const reach = async (allow: readonly string[]): Promise<unknown> => {
      const urls = [port, canaryPort].map((each) => `http://127.0.0.1:${each}/echo`);
      const run = await sandbox.run(
        'return Promise.all(params.map((url) => fetch(url).then((r) => r.status, (e) => e.message)))',
        { params: urls, network: { allow } },
      );
      return run.value;
    };
    assert.deepEqual(await reach(['*:' + String(port)]), [200, 'fetch failed']);
    assert.deepEqual(await reach(['example.com']), ['fetch failed', 'fetch failed']);
    assert.deepEqual(await reach([`127.0.0.1:${port}`, `127.0.0.1:${canaryPort}`]), [
      200,
      'fetch failed',
    ]);
    assert.deepEqual(canary, []);
    assert.throws(() => sandbox.run('1', { network: { allow: ['http://x/'] } }), /is no host/);
  });

  contract('a fetch that failed shows where the script asked for it, and no cause', async () => {
    await using sandbox = await openSandbox({ warm: 0 });
    const source =
      'const get = async () => {\n  return await fetch("http://a.example/");\n};\nawait get()';
    const { error } = await sandbox.run(source);
    assert.deepEqual(
      [error?.line, error?.column, error?.stack],
      [
        2,
        16,
        'TypeError: fetch failed\n    at get (script.js:2:16)\n    at Object.<anonymous> (script.js:4:7)',
      ],
    );
  });

  contract('without a network nothing is reached, and the attempt is noted', async () => {
    await using sandbox = await openSandbox({ warm: 0 });
    const handle = sandbox.run('return fetch(params.url).catch((e) => e.message)', {
      params: { url: `http://127.0.0.1:${canaryPort}/` },
    });
    const run = await handle;
    assert.equal(run.value, 'fetch failed');
    assert.deepEqual(canary, []);
    assert.deepEqual(
      handle.network.map(({ outcome, reason }) => [outcome, reason]),
      [['denied', 'no network is allowed']],
    );
    const types = [];
    for await (const { type } of handle) types.push(type);
    assert.deepEqual(types, ['run.started', 'network', 'run.finished']);
  });

  contract('networkRequests and networkBytes end in network errors', async () => {
    const many = await online(
      'let n = 0; try { for (;;) { await (await fetch(params.base + "/echo")).text(); n++ } } catch (e) { return [n, e.message] }',
      { networkRequests: 3 },
    );
    assert.deepEqual(many.run.value, [3, 'fetch failed'], many.run.error?.message);
    const large = await online(
      'return fetch(params.base + "/big").then((r) => r.text()).then((t) => t.length, (e) => e.name)',
      { networkBytes: 100_000 },
    );
    assert.equal(large.run.value, 'TypeError');
  });

  contract('a request that is still open when the run ends is ended with it', async () => {
    const { run, network } = await online(
      'fetch(params.base + "/slow").catch(() => {}); await new Promise((r) => setTimeout(r, 100)); return 1',
    );
    assert.equal(run.value, 1);
    assert.deepEqual(
      network.map(({ outcome }) => outcome),
      ['aborted'],
    );
  });

  contract('a host list that makes no sense is refused with the value', async () => {
    await assert.rejects(openSandbox({ network: { allow: ['http://x/'] } }), {
      code: 'invalid_option',
      message: /http:\/\/x\//,
    });
    await assert.rejects(openSandbox({ network: { allow: [], allowPrivate: ['10.0.0.1/99'] } }), {
      code: 'invalid_option',
      message: /10\.0\.0\.1\/99/,
    });
  });
});
