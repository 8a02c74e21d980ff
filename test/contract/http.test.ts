import assert from 'node:assert/strict';
import type { Run } from '@castellan/sandbox';
import { forEachEngine, texts } from './contract.support.ts';
import { type Client, clientOf } from './http.support.ts';

forEachEngine(({ contract, sandboxForFile }) => {
  const sandbox = sandboxForFile();
  const serve = async (
    code: string,
    client: Client = clientOf(),
    options: { readonly env?: Record<string, string> } = {},
  ): Promise<Run> => await sandbox().run(code, { ...options, exchange: client.exchange });

  contract('a request with a body is answered, with every header in both directions', async () => {
    const client = clientOf(
      {
        method: 'POST',
        url: 'http://a.example/x?y=%20',
        headers: [
          ['cookie', 'a=b'],
          ['host', 'a.example'],
          ['sec-fetch-site', 'none'],
          ['accept', 'a'],
          ['accept', 'b'],
        ],
      },
      ['he', 'llo'],
    );
    const run = await serve(
      `export default {
        async fetch(request, env, ctx) {
          const { url, method, headers } = request;
          const got = { url, method, headers: [...headers], text: await request.text(), env };
          const answer = Response.json(got, { status: 201, statusText: 'Made' });
          answer.headers.append('Set-Cookie', 'a=1');
          answer.headers.append('Set-Cookie', 'b=2');
          return answer;
        },
      }`,
      client,
      { env: { A: 'b' } },
    );
    assert.deepEqual([run.status, run.value, run.error], ['succeeded', { status: 201 }, null]);
    assert.deepEqual(client.heads, [
      {
        status: 201,
        statusText: 'Made',
        headers: [
          ['content-type', 'application/json'],
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ],
      },
    ]);
    assert.deepEqual(JSON.parse(client.text()), {
      url: 'http://a.example/x?y=%20',
      method: 'POST',
      headers: [
        ['accept', 'a, b'],
        ['cookie', 'a=b'],
        ['host', 'a.example'],
        ['sec-fetch-site', 'none'],
      ],
      text: 'hello',
      env: { A: 'b' },
    });
    assert.equal(client.ends, 1);
  });

  for (const [name, code] of [
    ['an export named fetch', 'export const fetch = () => new Response("x");'],
    [
      'a method that uses this',
      'export default { x: "x", fetch() { return new Response(this.x); } };',
    ],
    ['module.exports', 'module.exports = { fetch: async () => new Response("x") };'],
    ['exports.fetch', 'exports.fetch = async () => new Response("x");'],
    ['TypeScript', 'export default { fetch(_: Request): Response { return new Response("x"); } };'],
  ] as const) {
    contract(`${name} answers`, async () => {
      const client = clientOf();
      const run = await serve(code, client);
      assert.deepEqual([run.error, client.text(), client.ends], [null, 'x', 1]);
    });
  }

  contract('an answer streams, no faster than its client takes it', async () => {
    const steps = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const began = Promise.withResolvers<void>();
    let writes = 0;
    const client = clientOf({}, [], async () => {
      began.resolve();
      await steps[writes++]?.promise;
    });
    const running = serve(
      `export const fetch = () => {
        let pulled = 0;
        return new Response(new ReadableStream({
          pull(controller) {
            console.log('pulled', ++pulled);
            controller.enqueue(new TextEncoder().encode('piece '));
            if (pulled === 2) controller.close();
          },
        }, { highWaterMark: 0 }));
      }`,
      client,
    );
    await began.promise;
    assert.deepEqual([client.heads.length, client.pieces.length, client.ends], [1, 0, 0]);
    steps[0].resolve();
    steps[1].resolve();
    const run = await running;
    assert.deepEqual([client.text(), client.ends], ['piece piece ', 1]);
    assert.deepEqual(texts(run), ['pulled 1', 'pulled 2']);
  });

  contract('a request streams, and what is not read is not asked for', async () => {
    const asked: number[] = [];
    async function* endless() {
      for (let n = 0; ; n++) {
        asked.push(n);
        yield `${n}`;
      }
    }
    const client = clientOf({ method: 'PUT' }, endless());
    const run = await serve(
      `export const fetch = async ({ body }) => {
        const reader = body.getReader();
        const two = [await reader.read(), await reader.read()];
        return new Response(two.map(({ value }) => new TextDecoder().decode(value)).join());
      }`,
      client,
    );
    assert.deepEqual([run.error, client.text()], [null, '0,1']);
    assert.deepEqual(asked, [0, 1]);
  });

  contract('the run ends with the last promise of waitUntil, whose failure is a line', async () => {
    const client = clientOf();
    const run = await serve(
      `export const fetch = (request, env, ctx) => {
        ctx.waitUntil((async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          ctx.waitUntil(Promise.reject(new Error('late')));
          console.log('done');
        })());
        return new Response('x');
      }`,
      client,
    );
    assert.deepEqual([run.status, client.ends], ['succeeded', 1]);
    assert.equal(texts(run)[0], 'done');
    assert.match(texts(run)[1] ?? '', /waitUntil\(\) was given has failed: Error: late/);
  });

  contract('a client that leaves aborts the signal and the body, and not waitUntil', async () => {
    const client = clientOf({}, [], () => client.leave());
    const run = await serve(
      `export const fetch = ({ signal }, env, ctx) => {
        signal.addEventListener('abort', () => console.log('gone', signal.reason.name));
        ctx.waitUntil(new Promise((resolve) => signal.addEventListener('abort', resolve)));
        return new Response(new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(1)),
          cancel: () => console.log('cancelled'),
        }));
      }`,
      client,
    );
    assert.deepEqual([run.status, run.value, client.ends], ['succeeded', { status: null }, 0]);
    assert.deepEqual(texts(run).toSorted(), ['cancelled', 'gone AbortError']);
  });

  for (const [name, code, reason, message] of [
    [
      'no fetch',
      'export default () => 1',
      'no_entry',
      /answered by fetch.*the default export is a func/,
    ],
    ['no export at all', 'const a = 1', 'no_entry', /there is no fetch/],
    [
      'no Response',
      'export const fetch = () => "x"',
      'value_not_serializable',
      /gave string; a Res/,
    ],
    [
      'what it throws',
      'export const fetch = () => { throw new Error("x") }',
      'uncaught_exception',
      /x/,
    ],
    ['what never comes', 'export const fetch = () => new Promise(() => {})', 'unsettled', /./],
    [
      'a body that was read',
      'export const fetch = async () => { const r = new Response("x"); await r.text(); return r; }',
      'uncaught_exception',
      /has been read already/,
    ],
    [
      'passThroughOnException',
      'export const fetch = (r, e, ctx) => ctx.passThroughOnException()',
      'uncaught_exception',
      /no server stands behind/,
    ],
  ] as const) {
    contract(`a call over HTTP fails by ${name}, without an answer`, async () => {
      const client = clientOf();
      const run = await serve(code, client);
      assert.equal(run.reason, reason, run.error?.message);
      assert.match(run.error?.message ?? '', message);
      assert.deepEqual([client.heads, client.ends], [[], 0]);
    });
  }

  contract('HEAD and statuses without a body send none', async () => {
    for (const [method, init] of [
      ['HEAD', '"x"'],
      ['GET', 'null, { status: 304 }'],
    ] as const) {
      const client = clientOf({ method });
      const run = await serve(`export const fetch = () => new Response(${init})`, client);
      assert.deepEqual([run.error, client.pieces.length, client.ends], [null, 0, 1], method);
    }
  });
});
