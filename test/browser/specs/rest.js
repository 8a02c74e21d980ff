import { Connection, ProtocolError, Puppeteer } from 'puppeteer';
import { assert, equal, it, once, rejects, runSpecs } from './it.js';

it('a request tells all about itself', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  const [request] = await Promise.all([
    page.waitForRequest(`${origin}/echo`),
    page.evaluate(() => fetch('/echo', { method: 'POST', body: 'sent' }).then((r) => r.text())),
  ]);
  equal(
    [request.hasPostData(), await request.fetchPostData(), request.initiator().type],
    [true, 'sent', 'script'],
  );
  const fetched = await request.asFetchRequest();
  equal([fetched.method, fetched.url, await fetched.text()], ['POST', `${origin}/echo`, 'sent']);
});
it('a response tells all about itself', async ({ page, origin }) => {
  const response = await page.goto(`${origin}/title`);
  equal(
    [response.statusText(), response.fromServiceWorker(), response.securityDetails()],
    ['OK', false, null],
  );
  equal(typeof response.remoteAddress().ip, 'string');
  equal(response.request().response() === response, true);
  equal(response.frame() === page.mainFrame(), true);
  const fetched = await response.asFetchResponse();
  equal([fetched.status, (await fetched.text()).includes('A title')], [200, true]);
});
it('interception in cooperation tells its state', async ({ page, origin }) => {
  await page.setRequestInterception(true);
  const seen = [];
  page.on('request', (request) => {
    void request.continue({ headers: { ...request.headers(), 'x-a': '1' } }, 0);
    seen.push(request.interceptResolutionState().action, request.isInterceptResolutionHandled());
    seen.push(
      Object.keys(request.continueRequestOverrides()),
      request.responseForRequest(),
      request.abortErrorReason(),
    );
  });
  await page.goto(`${origin}/title`);
  equal(seen.slice(0, 5), ['continue', false, ['headers'], null, null]);
});
it('windows of the browser', async ({ page }) => {
  const id = await page.windowId();
  equal(typeof (await browser.getWindowBounds(id)).width, 'number');
  await browser.setWindowBounds(id, { width: 777, height: 555 });
  equal((await browser.getWindowBounds(id)).width, 777);
});
it('page.resize makes the content as large as asked', async ({ page }) => {
  await page.setViewport(null);
  await page.resize({ contentWidth: 500, contentHeight: 400 });
  await page.waitForFunction(() => innerWidth === 500 && innerHeight === 400);
});
it('browser.restrictNetwork', async ({ page, origin, other }) => {
  await browser.restrictNetwork({ blocklist: [`${origin}/*`] });
  try {
    await rejects(page.goto(`${origin}/title`), /blocked by blocklist/);
    equal((await page.goto(`${other}/title`)).status(), 200);
  } finally {
    await browser.restrictNetwork({});
  }
});
it('cookies by what they match, permissions, and a closed context', async ({
  page,
  context,
  origin,
}) => {
  await page.goto(`${origin}/title`);
  await context.setCookie(
    { name: 'a', value: '1', domain: '127.0.0.1' },
    { name: 'b', value: '2', domain: '127.0.0.1' },
  );
  await context.deleteMatchingCookies({ name: 'a' });
  equal(
    (await context.cookies()).map(({ name }) => name),
    ['b'],
  );
  await context.setPermission(origin, { permission: { name: 'geolocation' }, state: 'denied' });
  equal(
    await page.evaluate(() =>
      navigator.permissions.query({ name: 'geolocation' }).then((p) => p.state),
    ),
    'denied',
  );
  const other = await browser.createBrowserContext();
  equal(other.closed, false);
  await other.close();
  equal(other.closed, true);
  equal(Array.isArray(browser.debugInfo.pendingProtocolErrors), true);
});
it('console messages know where they come from', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  const heard = once(page, 'console');
  await page.addScriptTag({ content: 'function f() { console.log("from f") }\nf();' });
  const message = await heard;
  equal([message.location().lineNumber, message.stackTrace().length >= 2], [0, true]);
});
it('element handles: points, scrolling, touching, handles of another kind', async ({ page }) => {
  await page.setContent('<div style="height:5000px"></div><button>b</button>');
  const button = await page.$('button');
  await button.scrollIntoView();
  assert((await page.evaluate(() => scrollY)) > 100);
  assert((await button.clickablePoint()).x > 0);
  assert((await button.backendNodeId()) > 0);
  equal(button.remoteObject().subtype, 'node');
  await page.evaluate(() => {
    window.seen = [];
    for (const name of ['touchstart', 'touchmove', 'touchend'])
      addEventListener(name, () => window.seen.push(name));
  });
  await button.touchStart();
  await button.touchMove();
  await button.touchEnd();
  const touch = await page.touchscreen.touchStart(10, 10);
  await page.touchscreen.touchMove(20, 20);
  await touch.end();
  equal([...new Set(await page.evaluate(() => window.seen))], ['touchstart', 'touchend']);
  await button.asLocator().click();
});
it('locators with each of their settings', async ({ page }) => {
  await page.setContent(
    '<div style="height:3000px;overflow:auto;width:100px"><p style="height:9000px">x</p></div><input>',
  );
  const locator = page
    .locator('input')
    .setTimeout(3_000)
    .setVisibility('visible')
    .setWaitForEnabled(true)
    .setEnsureElementIsInTheViewport(true)
    .setWaitForStableBoundingBox(true);
  equal(locator.timeout, 3_000);
  await locator.clone().fill('x');
  equal(await (await locator.waitHandle()).evaluate((i) => i.value), 'x');
  await page.locator('div').scroll({ scrollTop: 50 });
  await page.waitForFunction(() => document.querySelector('div').scrollTop > 0);
});
it('dragging by the parts, with interception', async ({ page }) => {
  await page.setContent(
    '<div id=a draggable=true style="width:50px;height:50px">a</div><div id=b style="width:90px;height:90px">b</div>',
  );
  await page.evaluate(() => {
    document
      .querySelector('#a')
      .addEventListener('dragstart', (e) => e.dataTransfer.setData('text/plain', 'a'));
    document.querySelector('#b').addEventListener('dragover', (e) => e.preventDefault());
    document.querySelector('#b').addEventListener('drop', (e) => {
      window.dropped = e.dataTransfer.getData('text/plain');
    });
  });
  await page.setDragInterception(true);
  equal(page.isDragInterceptionEnabled(), true);
  const data = await (await page.$('#a')).drag({ x: 30, y: 100 });
  await (await page.$('#b')).dragEnter(data);
  await (await page.$('#b')).dragOver(data);
  await (await page.$('#b')).drop(data);
  await page.waitForFunction(() => window.dropped === 'a');
});
it('times, states and flags of a page', async ({ page }) => {
  page.setDefaultNavigationTimeout(4_321);
  equal([page.getDefaultTimeout(), page.getDefaultNavigationTimeout()], [5_000, 4_321]);
  equal([page.isServiceWorkerBypassed(), page.isJavaScriptEnabled()], [false, true]);
  await page.emulateLocale('fr-FR');
  equal(await page.evaluate(() => new Intl.NumberFormat().resolvedOptions().locale), 'fr-FR');
  await page.emulateFocusedPage(true);
  equal(await page.evaluate(() => document.hasFocus()), true);
  equal(page.mainFrame().isDetached(), false);
  await page.mouse.reset();
});
it('dialogs know whether they were handled', async ({ page }) => {
  const heard = once(page, 'dialog');
  const answered = page.evaluate(() => confirm('x'));
  const dialog = await heard;
  equal(dialog.handled, false);
  await dialog.accept();
  equal([dialog.handled, await answered], [true, true]);
});
it('emitters take listeners off again', async ({ page }) => {
  let count = 0;
  const more = () => {
    count++;
  };
  page.on('load', more);
  equal(page.listenerCount('load'), 1);
  page.off('load', more);
  await page.setContent('x');
  equal([count, page.emit('load'), page.listenerCount('load')], [0, false, 0]);
});
it('protocol errors have a code, and the connection is that of the session', async ({ page }) => {
  const client = await page.createCDPSession();
  const error = await rejects(client.send('Runtime.evaluate', {}), /ProtocolError/);
  equal([error instanceof ProtocolError, typeof error.originalMessage], [true, 'string']);
  equal(client.connection() instanceof Connection, true);
  equal(Connection.fromSession(client) === client.connection(), true);
  equal(client.connection().session(client.id()) === client, true);
});
it('names of custom query handlers', async () => {
  Puppeteer.registerCustomQueryHandler('mine', { queryOne: () => null });
  equal(Puppeteer.customQueryHandlerNames(), ['mine']);
  Puppeteer.unregisterCustomQueryHandler('mine');
  equal(Puppeteer.customQueryHandlerNames(), []);
});
it('targets as pages', async ({ page }) => {
  equal((await page.target().asPage()).url(), 'about:blank');
});
it('many pages at once', async ({ context, origin }) => {
  const pages = await Promise.all(Array.from({ length: 5 }, () => context.newPage()));
  await Promise.all(pages.map((each, index) => each.goto(`${origin}/title?${index}`)));
  equal(await Promise.all(pages.map((each) => each.title())), Array(5).fill('A title'));
});
it('a hundred evaluations at once', async ({ page }) => {
  const all = await Promise.all(
    Array.from({ length: 100 }, (_, n) => page.evaluate((x) => x * 2, n)),
  );
  equal(all.length, 100);
  equal(all[99], 198);
});
it('a large screenshot and a large value come through', async ({ page }) => {
  await page.setViewport({ width: 1600, height: 1200 });
  await page.setContent('<canvas width=1600 height=1200></canvas>');
  await page.evaluate(() => {
    const canvas = document.querySelector('canvas').getContext('2d');
    const image = canvas.createImageData(1600, 1200);
    for (let at = 0; at < image.data.length; at++)
      image.data[at] = at % 4 === 3 ? 255 : Math.random() * 255;
    canvas.putImageData(image, 0, 0);
  });
  assert((await page.screenshot()).length > 3_000_000);
  equal((await page.evaluate(() => 'x'.repeat(5_000_000))).length, 5_000_000);
});
export default () => runSpecs(params.only);
