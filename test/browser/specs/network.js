import { PredefinedNetworkConditions } from 'puppeteer';
import { assert, equal, it, once, rejects, runSpecs } from './it.js';

it('request and response events', async ({ page, origin }) => {
  const seen = [];
  page.on('request', (request) =>
    seen.push([
      'request',
      new URL(request.url()).pathname,
      request.method(),
      request.resourceType(),
    ]),
  );
  page.on('requestfinished', (request) => seen.push(['finished', new URL(request.url()).pathname]));
  await page.goto(`${origin}/assets`);
  assert(
    seen.some(
      ([what, path, , type]) => what === 'request' && path === '/script.js' && type === 'script',
    ),
  );
  assert(seen.some(([what, path]) => what === 'finished' && path === '/style.css'));
});
it('requestfailed tells why', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  const failed = once(page, 'requestfailed');
  await page.evaluate(() => fetch('/broken').catch(() => 0));
  assert((await failed).failure().errorText.startsWith('net::ERR_'));
});
it('response bodies: text, json, buffer, content', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  const get = async (path) => {
    const [response] = await Promise.all([
      page.waitForResponse((r) => r.url().endsWith(path)),
      page.evaluate((p) => fetch(p).then((r) => r.text()), path),
    ]);
    return response;
  };
  equal(await (await get('/json')).json(), { a: [1, 2], ü: '✓' });
  equal((await (await get('/json')).buffer()).toString('utf8').length, 19);
  const image = await (await get('/pixel.png')).buffer();
  equal(
    [image instanceof Uint8Array, image.length, image.toString('base64').slice(0, 5)],
    [true, 68, 'iVBOR'],
  );
  equal((await get('/json')).fromCache(), false);
  assert((await get('/json')).timing() !== undefined);
});
it('page.waitForRequest and its body', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  const [request] = await Promise.all([
    page.waitForRequest(`${origin}/echo`),
    page.evaluate(() =>
      fetch('/echo', { method: 'POST', body: 'sent', headers: { 'x-own': '1' } }),
    ),
  ]);
  equal([request.method(), request.postData(), request.headers()['x-own']], ['POST', 'sent', '1']);
});
it('request interception: abort, respond, continue', async ({ page, origin }) => {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === '/script.js') void request.abort();
    else if (pathname === '/style.css')
      void request.respond({
        status: 200,
        contentType: 'text/css',
        body: 'body{color:rgb(9,9,9)}',
      });
    else if (pathname === '/headers')
      void request.continue({ headers: { ...request.headers(), 'x-put-in': 'yes' } });
    else if (pathname === '/mock')
      void request.respond({
        status: 201,
        headers: { 'x-m': 'm' },
        contentType: 'application/json',
        body: JSON.stringify({ mocked: true }),
      });
    else if (pathname === '/bytes')
      void request.respond({
        body: new Uint8Array([1, 2, 255]),
        contentType: 'application/octet-stream',
      });
    else if (pathname === '/echo') void request.continue({ method: 'POST', postData: 'changed' });
    else void request.continue();
  });
  await page.goto(`${origin}/assets`);
  equal(
    await page.evaluate(() => [window.fromServer ?? null, getComputedStyle(document.body).color]),
    [null, 'rgb(9, 9, 9)'],
  );
  equal((await page.evaluate(() => fetch('/headers').then((r) => r.json())))['x-put-in'], 'yes');
  equal(
    await page.evaluate(() =>
      fetch('/mock').then(async (r) => [r.status, r.headers.get('x-m'), await r.json()]),
    ),
    [201, 'm', { mocked: true }],
  );
  equal(
    await page.evaluate(() =>
      fetch('/bytes').then(async (r) => [...new Uint8Array(await r.arrayBuffer())]),
    ),
    [1, 2, 255],
  );
  equal(await page.evaluate(() => fetch('/echo').then((r) => r.text())), 'changed');
});
it('request interception in cooperation, and by address', async ({ page, origin }) => {
  await page.setRequestInterception(true);
  page.on('request', (request) => void request.continue({}, 0));
  page.on(
    'request',
    (request) =>
      void (request.url().endsWith('/json')
        ? request.respond({ body: '"mine"' }, 10)
        : request.continue({}, 0)),
  );
  await page.goto(`${origin}/title`);
  equal(await page.evaluate(() => fetch('/json').then((r) => r.json())), 'mine');
  page.removeAllListeners('request');
  await page.setRequestInterception(false);
  equal((await page.evaluate(() => fetch('/json').then((r) => r.json()))).a, [1, 2]);
});
it('page.setExtraHTTPHeaders and setUserAgent', async ({ page, origin }) => {
  await page.setExtraHTTPHeaders({ 'x-extra': 'e' });
  await page.setUserAgent({ userAgent: 'Mine/1.0' });
  await page.goto(`${origin}/headers`);
  const sent = JSON.parse(await page.$eval('body', (b) => b.innerText));
  equal(
    [sent['x-extra'], sent['user-agent'], await page.evaluate(() => navigator.userAgent)],
    ['e', 'Mine/1.0', 'Mine/1.0'],
  );
});
it('page.authenticate answers a server', async ({ page, origin }) => {
  equal((await page.goto(`${origin}/secret`).catch(() => null))?.status() ?? 401, 401);
  await page.authenticate({ username: 'user', password: 'pass' });
  const response = await page.goto(`${origin}/secret`);
  equal([response.status(), await response.text()], [200, 'let in']);
});
it('page.setOfflineMode and emulateNetworkConditions', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  await page.setOfflineMode(true);
  equal(await page.evaluate(() => [navigator.onLine]), [false]);
  await rejects(page.goto(`${origin}/form`), /ERR_INTERNET_DISCONNECTED/);
  await page.setOfflineMode(false);
  await page.emulateNetworkConditions(PredefinedNetworkConditions['Fast 4G']);
  equal((await page.goto(`${origin}/form`)).status(), 200);
  await page.emulateNetworkConditions(null);
});
it('page.setCacheEnabled', async ({ page, origin }) => {
  const again = () => page.reload().then((r) => r.request().headers()['if-none-match']);
  await page.goto(`${origin}/cached`);
  await again();
  await page.setCacheEnabled(false);
  equal((await page.reload()).status(), 200);
});
it('cookies of a page, a context and the browser', async ({ page, context, origin }) => {
  await page.goto(`${origin}/title`);
  await page.setCookie({ name: 'a', value: '1' }, { name: 'b', value: '2', httpOnly: true });
  equal((await page.cookies()).map(({ name, value }) => [name, value]).sort(), [
    ['a', '1'],
    ['b', '2'],
  ]);
  equal(await page.evaluate(() => document.cookie), 'a=1');
  await page.deleteCookie({ name: 'a' });
  await context.setCookie({ name: 'c', value: '3', domain: '127.0.0.1', path: '/' });
  equal((await context.cookies()).map(({ name }) => name).sort(), ['b', 'c']);
  await context.deleteCookie(...(await context.cookies()));
  equal(await context.cookies(), []);
});
it('contexts share nothing', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  await page.evaluate(() => {
    document.cookie = 'x=1';
    localStorage.setItem('k', 'v');
  });
  const other = await browser.createBrowserContext();
  const second = await other.newPage();
  await second.goto(`${origin}/title`);
  equal(await second.evaluate(() => [document.cookie, localStorage.getItem('k')]), ['', null]);
  await other.close();
});
it('a login is kept by its cookie', async ({ page, origin }) => {
  await page.goto(`${origin}/account`);
  equal(page.url(), `${origin}/login`);
  await page.type('[name=user]', 'ada');
  await page.type('[name=password]', 'secret');
  await Promise.all([page.waitForNavigation(), page.click('button')]);
  equal(
    [page.url(), await page.$eval('h1', (h) => h.textContent)],
    [`${origin}/account`, 'Hello ada'],
  );
});
it('a service worker answers, and is a target', async ({ page, context, origin }) => {
  await page.goto(`${origin}/sw`);
  const target = context.waitForTarget((t) => t.type() === 'service_worker');
  await page.evaluate(() => window.registered);
  const worker = await (await target).worker();
  equal(await worker.evaluate(() => self.constructor.name), 'ServiceWorkerGlobalScope');
  await page.reload();
  equal(await page.evaluate(() => fetch('/from-sw').then((r) => r.text())), 'of the worker');
});
it('a web socket', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  const answer = await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.onmessage = ({ data }) => resolve(data);
        socket.onerror = () => resolve('error');
      }),
    `${origin.replace('http', 'ws')}/socket`,
  );
  equal(answer, 'hello over a socket');
});
it('a server-sent event and a slow body', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  equal(
    await page.evaluate(
      () =>
        new Promise((r) => {
          const s = new EventSource('/events');
          s.onmessage = (e) => {
            s.close();
            r(e.data);
          };
        }),
    ),
    'tick',
  );
});
it('page.setBypassServiceWorker and setBypassCSP', async ({ page, origin }) => {
  await page.goto(`${origin}/csp`);
  await rejects(
    page.addScriptTag({ content: 'window.x=1' }).then(() =>
      page.evaluate(() => {
        if (!window.x) throw new Error('blocked');
      }),
    ),
    /blocked|Could not load|Content Security/,
  );
  await page.setBypassCSP(true);
  await page.reload();
  await page.addScriptTag({ content: 'window.x=1' });
  equal(await page.evaluate(() => window.x), 1);
  await page.setBypassServiceWorker(true);
});
export default () => runSpecs(params.only);
