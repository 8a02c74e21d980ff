// A web page as a client of the service: a real Chromium, a page of another origin, and what CORS and
// run tokens let it do.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { type Service, startService } from './service.support.ts';

const program = fileURLToPath(new URL('../../packages/cli/dist/castellan.js', import.meta.url));
/** A picture of one pixel. */
const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

/** Serves the pages. By two names it is two origins, and the config names one of them. */
const site = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>A shop</title>');
});
let named = '';
let foreign = '';
let service: Service;
let key = '';
let browser: Browser;

before(async () => {
  await once(site.listen(0, '127.0.0.1'), 'listening');
  const { port } = site.address() as AddressInfo;
  named = `http://127.0.0.1:${port}`;
  foreign = `http://localhost:${port}`;
  service = await startService({
    config: { cors: { origins: [named] }, policies: { default: {} } },
  });
  const create = [program, 'keys', 'create', '--data', service.data, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, create);
  ({ key } = JSON.parse(stdout) as { key: string });
  browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    // The pages are the test's own. Names that are not of this machine lead nowhere.
    args: [
      '--no-sandbox',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
});
after(async () => {
  await browser.close();
  await service[Symbol.asyncDispose]();
  site.close();
});

async function openAt(origin: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(origin);
  return page;
}

/** What the server of a shop does for its page: it has the key, and submits the run. */
async function runWithToken(code: string): Promise<{ api: string; id: string; token: string }> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const submit = { method: 'POST', headers, body: JSON.stringify({ code }) };
  const run = await fetch(new URL('/v1/runs', service.url), submit);
  const { id } = (await run.json()) as { id: string };
  const ask = { method: 'POST', headers: { authorization: `Bearer ${key}` } };
  const answer = await fetch(new URL(`/v1/runs/${id}/token`, service.url), ask);
  const { token } = (await answer.json()) as { token: string };
  return { api: service.url, id, token };
}

/** Types of the events that an `EventSource` of the page gets until the run ends, or `refused`. */
const listen = (page: Page, given: { api: string; id: string; token: string }): Promise<string[]> =>
  page.evaluate(async ({ api, id, token }) => {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const seen: string[] = [];
    const source = new EventSource(new URL(`/v1/runs/${id}/events?token=${token}`, api));
    for (const type of ['run.queued', 'run.started', 'log', 'artifact', 'run.finished']) {
      source.addEventListener(type, () => {
        seen.push(type);
        if (type !== 'run.finished') return;
        source.close();
        resolve(seen);
      });
    }
    source.addEventListener('error', () => {
      source.close();
      resolve([...seen, 'refused']);
    });
    return promise;
  }, given);

const making = `console.log('made'); await artifacts.write('dot.gif', Uint8Array.from(atob('${gif}'), (c) => c.charCodeAt(0)))`;

test('a page of a named origin follows a run, and shows what it made, by a token', async () => {
  const page = await openAt(named);
  const given = await runWithToken(making);
  const seen = await listen(page, given);
  assert.deepEqual([seen[0], seen.at(-1)], ['run.queued', 'run.finished']);
  assert.ok(seen.includes('log') && seen.includes('artifact'), seen.join());
  const { api, id, token } = given;
  const url = new URL(`/v1/runs/${id}/artifacts/dot.gif?token=${token}`, api).href;
  const shown = await page.evaluate(`(async () => {
    const bytes = await (await fetch('${url}')).arrayBuffer();
    const image = Object.assign(new Image(), { crossOrigin: 'anonymous', src: '${url}' });
    await image.decode();
    return [bytes.byteLength, image.naturalWidth];
  })()`);
  assert.deepEqual(shown, [42, 1]);
  const statusOf = (path: string): Promise<number> =>
    page.evaluate(async (asked) => (await fetch(asked)).status, new URL(path, service.url).href);
  assert.equal(await statusOf(`/v1/runs/${given.id}?token=${given.token}`), 401);
  const other = await runWithToken('return 1');
  assert.equal(await statusOf(`/v1/runs/${other.id}/events?token=${given.token}`), 401);
});

test('a page of another origin reads nothing, with a token or with a key', async () => {
  const page = await openAt(foreign);
  const given = await runWithToken(making);
  assert.deepEqual(await listen(page, given), ['refused']);
  const tried = await page.evaluate(
    async ({ api, key: bearer }) => {
      const headers = { authorization: `Bearer ${bearer}` };
      const url = new URL('/v1/runs', api);
      return fetch(url, { headers }).then(
        ({ status }) => `read ${status}`,
        (error: Error) => error.name,
      );
    },
    { api: service.url, key },
  );
  assert.equal(tried, 'TypeError');
});

test('a page of a named origin submits with a key, after a preflight, and reads the headers', async () => {
  const page = await openAt(named);
  const got = await page.evaluate(
    async ({ api, key: bearer }) => {
      const response = await fetch(new URL('/v1/runs', api), {
        method: 'POST',
        headers: {
          authorization: `Bearer ${bearer}`,
          'content-type': 'application/json',
          prefer: 'wait=20',
        },
        body: JSON.stringify({ code: 'return params.a + 1', params: { a: 41 } }),
      });
      const { value } = (await response.json()) as { value: unknown };
      const { headers } = response;
      return [response.status, value, headers.has('location'), headers.has('ratelimit')];
    },
    { api: service.url, key },
  );
  assert.deepEqual(got, [200, 42, true, true]);
});

test('a page that follows a run goes on where it was when the service was killed and started', async () => {
  const page = await openAt(named);
  const code = `for (let n = 0; ; n++) { console.log(n); await new Promise((r) => setTimeout(r, 20)); }`;
  const { api, id, token } = await runWithToken(code);
  const url = new URL(`/v1/runs/${id}/events?token=${token}`, api).href;
  await page.evaluate(`
    globalThis.seen = [];
    globalThis.source = new EventSource('${url}');
    for (const type of ['run.queued', 'run.started', 'log', 'run.finished']) {
      source.addEventListener(type, ({ lastEventId }) => {
        seen.push(Number(lastEventId));
        if (type === 'run.finished') { source.close(); seen.isWhole = true; }
      });
    }`);
  await page.waitForFunction('seen.length > 5');
  await service.stop('SIGKILL');
  await service.start();
  await page.waitForFunction('seen.isWhole');
  const seen = (await page.evaluate('seen')) as number[];
  assert.deepEqual(
    seen,
    seen.map((_seq, at) => at + 1),
    'each event once, in order',
  );
});
