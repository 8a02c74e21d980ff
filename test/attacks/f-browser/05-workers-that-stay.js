// Workers of a page that outlive it, and what they ask of servers: service workers, background fetches, caches.
const { port, site } = params.targets;
const told = [];
let tried = 0;
const attempt = async (label, work) => {
  tried++;
  try { told.push(`${label}: ${String(await work()).slice(0, 2_000)}`); } catch (error) { told.push(`${label}: no, ${String(error.message).slice(0, 200)}`); }
};

const worker = `self.addEventListener('install', (event) => event.waitUntil(Promise.all([fetch('http://127.0.0.1:${port}/', { mode: 'no-cors' }).catch(() => 0), caches.open('x').then((cache) => cache.add(new Request('http://127.0.0.1:${port}/', { mode: 'no-cors' })).catch(() => 0)), skipWaiting()]))); self.addEventListener('fetch', (event) => event.respondWith(fetch('http://127.0.0.1:${port}/')));`;
const page = await browser.newPage();
const home = `http://127.0.0.1:${site}`;
await page.goto(`${home}/page`);
await attempt('a service worker', () => page.evaluate(async (script) => { const registered = await navigator.serviceWorker.register(script); return registered.scope; }, `/page?type=text/javascript&html=${encodeURIComponent(worker)}`));
await attempt('it answers', async () => { await page.goto(`${home}/page?x=1`); return page.content(); });
await attempt('background fetch', () => page.evaluate(async (url) => { const { backgroundFetch } = await navigator.serviceWorker.ready; return backgroundFetch.fetch('x', url); }, `http://127.0.0.1:${port}/`));
await attempt('push', () => page.evaluate(async () => { const { pushManager } = await navigator.serviceWorker.ready; return pushManager.subscribe({ userVisibleOnly: true }); }));
await attempt('sync', () => page.evaluate(async () => { const { sync } = await navigator.serviceWorker.ready; return sync.register('x'); }));
for (const target of browser.targets()) await attempt(`target ${target.type()}`, async () => { const session = await target.createCDPSession(); return JSON.stringify(await session.send('Runtime.evaluate', { expression: `fetch('http://127.0.0.1:${port}/', { mode: 'no-cors' }).then(() => 'reached')`, awaitPromise: true })); });
return { tried, reached: told.filter((line) => /reached/.test(line)), told };
