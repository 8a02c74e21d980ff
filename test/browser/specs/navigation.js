import puppeteer, { TimeoutError } from 'puppeteer';
import { assert, equal, it, once, rejects, runSpecs } from './it.js';

it('page.goto gives the response', async ({ page, origin }) => {
  const response = await page.goto(`${origin}/title`);
  equal([response.status(), response.ok(), response.url()], [200, true, `${origin}/title`]);
  equal(await page.title(), 'A title');
  assert((await response.text()).includes('A title'));
  equal(response.headers()['content-type'], 'text/html; charset=utf-8');
  equal(response.request().isNavigationRequest(), true);
});
it('page.goto waits as it is told', async ({ page, origin }) => {
  for (const waitUntil of ['load', 'domcontentloaded', 'networkidle0', 'networkidle2']) {
    equal((await page.goto(`${origin}/form`, { waitUntil })).status(), 200);
  }
});
it('page.goto throws a TimeoutError', async ({ page, origin }) => {
  const error = await rejects(
    page.goto(`${origin}/hang`, { timeout: 100 }),
    /^TimeoutError: Navigation timeout of 100 ms exceeded/,
  );
  assert(error instanceof TimeoutError);
  assert(error instanceof puppeteer.TimeoutError);
});
it('page.goto tells of an address that is none', ({ page }) =>
  rejects(page.goto('not an address'), /Cannot navigate to invalid URL/));
it('page.goto tells of a status, and of nobody there', async ({ page, origin }) => {
  equal((await page.goto(`${origin}/missing`)).status(), 404);
  const gone = await page.goto('http://127.0.0.1:1/').catch((error) => error);
  assert(gone instanceof Error || gone.status() >= 400);
});
it('page.goto follows redirects and shows them', async ({ page, origin }) => {
  const response = await page.goto(`${origin}/redirect`);
  const chain = response.request().redirectChain();
  equal(
    chain.map((request) => request.url()),
    [`${origin}/redirect`, `${origin}/redirect2`],
  );
  equal(page.url(), `${origin}/title`);
});
it('page.goto sends a referrer', async ({ page, origin }) => {
  await page.goto(`${origin}/headers`, { referer: 'http://referrer.test/' });
  equal(JSON.parse(await page.$eval('body', (b) => b.innerText)).referer, 'http://referrer.test/');
});
it('page.goBack, goForward and reload', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  await page.goto(`${origin}/form`);
  await page.goBack();
  equal(page.url(), `${origin}/title`);
  await page.goForward();
  equal(page.url(), `${origin}/form`);
  await rejects(page.goForward(), /History entry to navigate to not found/);
  await page.evaluate(() => (window.mark = 1));
  await page.reload();
  equal(await page.evaluate(() => window.mark ?? null), null);
});
it('page.waitForNavigation hears of a click, and of the history', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  await page.setContent(`<a href="${origin}/form">go</a>`);
  const [response] = await Promise.all([page.waitForNavigation(), page.click('a')]);
  equal(response.url(), `${origin}/form`);
  const [none] = await Promise.all([
    page.waitForNavigation(),
    page.evaluate(() => history.pushState({}, '', 'pushed')),
  ]);
  equal(none, null);
  equal(page.url(), `${origin}/pushed`);
});
it('page.setContent and content', async ({ page }) => {
  await page.setContent('<title>t</title><p>x</p>');
  equal(await page.content(), '<html><head><title>t</title></head><body><p>x</p></body></html>');
});
it('page.setContent takes a megabyte', async ({ page }) => {
  await page.setContent(`<p>${'x'.repeat(1_000_000)}</p>`);
  equal(await page.$eval('p', (p) => p.textContent.length), 1_000_000);
});
it('a single-page app is followed', async ({ page, origin }) => {
  await page.goto(`${origin}/spa`);
  await page.click('#to-list');
  await page.waitForSelector('li:nth-child(3)');
  equal(await page.$$eval('li', (all) => all.map((li) => li.textContent)), ['one', 'two', 'three']);
  equal(page.url(), `${origin}/spa/list`);
});
it('page events come: domcontentloaded, load, framenavigated', async ({ page, origin }) => {
  const seen = [];
  for (const name of ['domcontentloaded', 'load', 'framenavigated']) {
    page.on(name, () => seen.push(name));
  }
  await page.goto(`${origin}/title`);
  equal(seen.sort(), ['domcontentloaded', 'framenavigated', 'load']);
});
it('page.waitForNetworkIdle', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  await Promise.all([
    page.waitForNetworkIdle({ idleTime: 100 }),
    page.evaluate(() => fetch('/form').then(() => fetch('/title'))),
  ]);
});
it('forbidden addresses do not open', async ({ page }) => {
  for (const url of ['file:///etc/passwd', 'chrome://version', 'view-source:http://x/']) {
    await page.goto(url).then(
      () =>
        page.content().then((html) => assert(!/root:|Chromium<\/|profile_path/i.test(html), url)),
      () => undefined,
    );
  }
});
it('data and blob addresses open', async ({ page, origin }) => {
  await page.goto('data:text/html,<title>data</title>');
  equal(await page.title(), 'data');
  await page.goto(`${origin}/title`);
  const url = await page.evaluate(() =>
    URL.createObjectURL(new Blob(['<title>blob</title>'], { type: 'text/html' })),
  );
  await Promise.all([once(page, 'load'), page.evaluate((u) => void (location.href = u), url)]);
  equal(await page.title(), 'blob');
});
it('page.close ends what waits', async ({ page }) => {
  const waiting = rejects(page.waitForSelector('never'), /Waiting for selector `never` failed/);
  await page.close();
  await waiting;
  equal(page.isClosed(), true);
});

export default () => runSpecs(params.only);
