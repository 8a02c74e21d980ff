// How a script comes by its browser, and what the run keeps of it.
import type { Sandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../contract/contract.support.ts';
import type { Site } from './site.support.ts';
import { stageForFile } from './browser.support.ts';

forEachEngine(({ contract, openSandbox }) => {
  const stage = stageForFile(openSandbox);

  test('a tutorial works unchanged, and its launch options are named in a warning', async () => {
    const { sandbox, site } = stage();
    const run = await sandbox.run(
      `import puppeteer from 'puppeteer';
(async () => {
  const browser = await puppeteer.launch({ headless: true, args: ['--no-sandbox'], executablePath: '/usr/bin/x' });
  const page = await browser.newPage();
  await page.goto(params.url);
  const title = await page.title();
  await browser.close();
  return title;
})();`,
      { params: { url: `${site.origin}/title` } },
    );
    assert.equal(run.value, 'A title', run.error?.stack);
    assert.deepEqual(
      run.logs.map(({ level, text }) => [level, text]),
      [
        [
          'warn',
          "puppeteer.launch(): the run's own browser is used as it is; ignored: args, executablePath",
        ],
      ],
    );
  });

  test('puppeteer.launch works again after close, and one close leaves the other launch alone', async () => {
    const run = await stage().sandbox.run(`
    const puppeteer = require('puppeteer');
    const first = await puppeteer.launch();
    const second = await puppeteer.launch();
    await first.close();
    const page = await second.newPage();
    await page.setContent('<p>still</p>');
    const still = await page.$eval('p', (p) => p.textContent);
    await second.close();
    const closed = [second.connected, await second.newPage().catch((error) => error.constructor.name)];
    const third = await puppeteer.launch();
    const pages = await third.pages();
    return [still, closed, pages.length, pages[0].url(), third.connected];`);
    assert.deepEqual(
      run.value,
      ['still', [false, 'ConnectionClosedError'], 1, 'about:blank', true],
      run.error?.stack,
    );
  });

  test('puppeteer.connect gives the browser back after disconnect, with its pages', async () => {
    const run = await stage().sandbox.run(`
    await page.setContent('<title>kept</title>');
    const endpoint = browser.wsEndpoint();
    await browser.disconnect();
    const again = await puppeteer.connect({ browserWSEndpoint: endpoint });
    const titles = await Promise.all((await again.pages()).map((each) => each.title()));
    const two = { browserWSEndpoint: endpoint, browserURL: 'http://127.0.0.1:1' };
    const refusal = await puppeteer.connect(two).catch((error) => error.message.slice(0, 14));
    return [titles, again === browser, again.connected, refusal];`);
    assert.deepEqual(run.value, [['kept'], true, true, 'Exactly one of'], run.error?.stack);
    assert.deepEqual(run.logs, []);
  });

  test('puppeteer.launch honours defaultViewport and slowMo', async () => {
    const run = await stage().sandbox.run(`
    const own = await puppeteer.launch({ defaultViewport: { width: 321, height: 123 }, slowMo: 1 });
    const page = await own.newPage();
    const sizes = await page.evaluate(() => [innerWidth, innerHeight]);
    return [sizes, page.viewport().width];`);
    assert.deepEqual(run.value, [[321, 123], 321], run.error?.stack);
  });

  test('browser settings are what pages see', async () => {
    const { sandbox, site } = stage();
    const run = await sandbox.run(
      `await page.goto(params.url);
     const fresh = await (await browser.createBrowserContext()).newPage();
     await fresh.goto(params.url);
     const look = () => [
       innerWidth, innerHeight, new Date(0).getHours(), new Intl.NumberFormat().format(1234.5), navigator.language,
       navigator.userAgent, matchMedia('(prefers-color-scheme: dark)').matches,
     ];
     const sent = JSON.parse(await page.$eval('body', (body) => body.innerText));
     return [await page.evaluate(look), await fresh.evaluate(look), sent['accept-language'], sent['user-agent']];`,
      {
        params: { url: `${site.origin}/headers` },
        browser: {
          viewport: { width: 640, height: 360 },
          locale: 'de-AT',
          timezone: 'Asia/Tokyo',
          userAgent: 'Mine/2.0',
          colorScheme: 'dark',
        },
      },
    );
    const seen = [640, 360, 9, '1.234,5', 'de-AT', 'Mine/2.0', true];
    assert.equal(run.reason, null, run.error?.stack);
    const [first, second, language, agent] = run.value as [unknown[], unknown[], string, string];
    for (const each of [first, second]) {
      // Some versions of the formats write a narrow space for the point.
      assert.deepEqual(each.toSpliced(3, 1), seen.toSpliced(3, 1));
      assert.match(String(each[3]), /^1.?234,5$/);
    }
    assert.match(language, /^de-AT/);
    assert.equal(agent, 'Mine/2.0');
  });

  test('a module may use the page at its top level', async () => {
    const run = await stage().sandbox.run(
      `import puppeteer, { KnownDevices, TimeoutError } from 'puppeteer-core';
     import * as all from 'puppeteer';
     await page.setContent('<title>early</title>');
     export default async () => [await page.title(), typeof KnownDevices, TimeoutError.name, all.default === puppeteer, typeof all.launch];`,
    );
    assert.deepEqual(
      run.value,
      ['early', 'object', 'TimeoutError', true, 'function'],
      run.error?.stack,
    );
  });

  test('a failed script leaves a picture, and its error names the line of the script', async () => {
    const { sandbox, site } = stage();
    const handle = sandbox.run(
      `await page.goto(params.url);
await page.click('#nowhere');`,
      { params: { url: `${site.origin}/title` } },
    );
    const run = await handle;
    assert.deepEqual([run.status, run.reason], ['failed', 'uncaught_exception']);
    assert.equal(run.error?.message, 'No element found for selector: #nowhere');
    assert.deepEqual([run.error?.file, run.error?.line], ['script.js', 2]);
    assert.doesNotMatch(run.error?.stack ?? '', /castellan:|node_modules/);
    const picture = handle.artifact('failure.png');
    assert.deepEqual(Array.from(picture ?? []).slice(1, 4), [80, 78, 71]);
  });

  test('a page that never loads ends before the time does, and leaves a picture', async () => {
    const { sandbox, site } = stage();
    const run = await sandbox.run(`await page.goto(params.title); await page.goto(params.hang);`, {
      params: { title: `${site.origin}/title`, hang: `${site.origin}/hang` },
      limits: { wallMs: 3_000 },
    });
    assert.deepEqual([run.status, run.error?.name], ['failed', 'TimeoutError']);
    assert.match(run.error?.message ?? '', /^Navigation timeout of \d+ ms exceeded$/);
    assert.deepEqual(
      run.artifacts.map(({ name, contentType }) => [name, contentType]),
      [['failure.png', 'image/png']],
    );
  });

  test('a script that names no browser gets none, nor does one that is told so', async () => {
    const { sandbox } = stage();
    const kind = `typeof globalThis['brow' + 'ser']`;
    assert.equal((await sandbox.run(kind)).value, 'undefined');
    assert.equal((await sandbox.run(`${kind} // browser`)).value, 'object');
    assert.equal((await sandbox.run(`${kind} // browser`, { browser: false })).value, 'undefined');
  });

  test('without browsers, Puppeteer is a module like any other', async () => {
    await using plain = await openSandbox({ modules: ['lodash'] });
    const run = await plain.run("import puppeteer from 'puppeteer'; puppeteer.launch()");
    assert.equal(run.reason, 'module_not_found');
    assert.match(run.error?.message ?? '', /^Module "puppeteer" was not found\. .*--browser/);
    assert.throws(() => plain.run('1', { browser: true }), /createSandbox was not told/);
  });

  const visit = `
  await page.goto(params.url);
  const before = await page.evaluate(() => [document.cookie, localStorage.getItem('name')]);
  await page.evaluate((name) => {
    document.cookie = 'name=' + name;
    localStorage.setItem('name', name);
  }, params.name);
  return [params.name, before, (await browser.pages()).length];`;

  /** What each visit finds of the others: nothing. */
  async function visitThreeTimes(sandbox: Sandbox, site: Site): Promise<void> {
    const as = (name: string) =>
      sandbox.run(visit, { params: { url: `${site.origin}/title`, name }, tenant: 'a' });
    const together = await Promise.all([as('a'), as('b')]);
    const after = await as('c');
    assert.deepEqual(
      [...together, after].map(({ value, error }) => error?.stack ?? value),
      ['a', 'b', 'c'].map((name) => [name, ['', null], 1]),
    );
  }

  test('runs at the same time have browsers of their own', async () => {
    const { sandbox, site } = stage();
    await visitThreeTimes(sandbox, site);
  });

  contract('runs of one tenant in one box have browsers of their own', async () => {
    const { site } = stage();
    await using tenant = await openSandbox({
      browser: true,
      reuse: 'tenant',
      network: { allow: [`127.0.0.1:${site.port}`], allowPrivate: ['127.0.0.0/8'] },
    });
    await visitThreeTimes(tenant, site);
  });

  for (const [browser, message] of [
    [{ viewport: { width: 1 } }, /browser\.viewport\.height must be a number/],
    [
      { viewport: { width: 0, height: 1 } },
      /browser\.viewport\.width must be a number from 1 to 10000, not 0/,
    ],
    [{ timezone: '../x' }, /browser\.timezone must be a time zone/],
    [{ userAgent: 'a\nb' }, /browser\.userAgent must be a line/],
    [{ headless: false }, /browser\.headless.*Known: viewport/],
    ['yes', /browser must be .*true or false, or an object/],
  ] as const) {
    test(`a run refuses ${JSON.stringify(browser)} as its browser`, () => {
      assert.throws(() => stage().sandbox.run('1', { browser: browser as never }), message);
    });
  }
});
