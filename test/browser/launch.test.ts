// How a script comes by its browser, and what the run keeps of it.
import type { Sandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../contract/contract.support.ts';
import type { Site } from './site.support.ts';
import { chromiumFlags } from '../../packages/sandbox/src/boxes/browser/flags.ts';
import { alreadySo } from '../../packages/runner/src/entry/browser/launch-args.ts';
import { stageForFile } from './browser.support.ts';

test('launch leaves unsaid only the args that are so for every browser', () => {
  const ours = new Set(chromiumFlags.map((flag) => flag.replace(/^--/, '')));
  const elsewhere = ['headless=new', 'headless=true', 'incognito', 'force-device-scale-factor=1'];
  assert.deepEqual(
    [...alreadySo].filter((flag) => !ours.has(flag)),
    elsewhere,
  );
});

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
          "puppeteer.launch(): the run's own browser is used as it is; ignored: --no-sandbox, executablePath",
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

  test('puppeteer.connect gives a connection of its own, which ends alone', async () => {
    const run = await stage().sandbox.run(`
    await page.setContent('<title>kept</title>');
    const options = { browserWSEndpoint: browser.wsEndpoint() };
    const [one, two] = await Promise.all([puppeteer.connect(options), puppeteer.connect(options)]);
    const different = new Set([browser, one, two]).size;
    const fresh = await two.newPage();
    const seen = [];
    for (const each of [browser, one]) each.on('targetdestroyed', (target) => seen.push(target.type()));
    await one.disconnect();
    await one.disconnect();
    const alive = [browser.connected, one.connected, two.connected, fresh.isClosed()];
    { await using three = await puppeteer.connect(options); await three.version(); }
    { using four = await puppeteer.connect(options); }
    const titles = await Promise.all((await two.pages()).map((each) => each.title()));
    await fresh.close();
    const error = await one.newPage().catch(({ name }) => name);
    return [different, alive, titles, await page.title(), seen, error];`);
    const alive = [true, false, true, false];
    assert.deepEqual(
      run.value,
      [3, alive, ['kept', ''], 'kept', ['page'], 'ConnectionClosedError'],
      run.error?.stack,
    );
    assert.deepEqual(run.logs, []);
  });

  test('close ends every connection to what it closes, and nothing else', async () => {
    const run = await stage().sandbox.run(`
    const first = await puppeteer.launch();
    const second = await puppeteer.launch();
    const remote = await puppeteer.connect({ browserWSEndpoint: second.wsEndpoint() });
    const kept = await first.newPage();
    const far = await remote.newPage();
    const waiting = far.waitForRequest('http://never.test/').catch(({ name }) => name);
    const heard = [];
    second.on('disconnected', () => heard.push('second'));
    await remote.close();
    const after = [await waiting, heard, [first, second, remote].map((each) => each.connected), kept.isClosed()];
    await first.close();
    const filtered = await puppeteer.launch({ targetFilter: (target) => target.type() !== 'page' });
    return [...after, first.connected, (await filtered.pages()).length, typeof page];`);
    assert.deepEqual(
      run.value,
      ['TargetCloseError', ['second'], [true, false, false], false, false, 0, 'undefined'],
      run.error?.stack,
    );
  });

  test('what names URLs that a browser may not load is honoured, and whether requests are told', async () => {
    const { sandbox, site } = stage();
    const run = await sandbox.run(
      `const { origin } = params;
    const pattern = (path) => origin.replace(/:\\d+$/, ':*') + path;
    const visit = async (options) => {
      const own = await puppeteer.connect({ browserURL: 'http://any', ...options });
      const page = await own.newPage();
      const requests = [];
      page.on('request', (request) => requests.push(new URL(request.url()).pathname));
      const title = await page.goto(origin + '/title').then((r) => r?.status() ?? null, ({ message }) => message.replace(/http.*title/, 'it'));
      await page.goto(origin + '/form');
      const fetched = await page.evaluate(() => fetch('/json').then(({ status }) => status, ({ message }) => message));
      await page.close();
      await own.disconnect();
      return [title, fetched, requests.length > 0];
    };
    return [
      await visit({ blocklist: [pattern('/title'), pattern('/json')] }),
      await visit({ allowlist: [pattern('/form')] }),
      await visit({ networkEnabled: false }),
      await puppeteer.launch({ blocklist: ['*'], allowlist: ['*'] }).catch(({ message }) => message),
      await puppeteer.launch({ blocklist: ['http://[:1'] }).catch(({ name }) => name),
    ];`,
      { params: { origin: site.origin } },
    );
    const blocked = 'Navigation to it is blocked by blocklist/allowlist rules';
    assert.deepEqual(
      run.value,
      [
        [blocked, 'Failed to fetch', true],
        [blocked, 'Failed to fetch', true],
        [null, 200, false],
        'Cannot specify both blocklist and allowlist',
        'TypeError',
      ],
      run.error?.stack,
    );
    assert.deepEqual(
      run.logs.filter(({ level }) => level !== 'error').map(({ text }) => text),
      [],
    );
  });

  test('puppeteer.launch honours args that only change pages, and names each other', async () => {
    const { sandbox, site } = stage();
    const run = await sandbox.run(
      `const args = ['--window-size=1400,900', '--user-agent=X/1', '--lang=de', '--disable-gpu', '--no-sandbox', '--proxy-server=x'];
    const own = await puppeteer.launch({ defaultViewport: null, args });
    const look = () => [outerWidth, outerHeight, innerWidth, navigator.userAgent, navigator.language];
    const [first] = await own.pages();
    const second = await own.newPage();
    await second.goto(params.url);
    const sent = JSON.parse(await second.$eval('body', (body) => body.innerText));
    return [await first.evaluate(look), await second.evaluate(look), await own.userAgent(), sent['user-agent'], sent['accept-language'].slice(0, 2)];`,
      { params: { url: `${site.origin}/headers` } },
    );
    const look = [1_400, 900, 1_400, 'X/1', 'de'];
    assert.deepEqual(run.value, [look, look, 'X/1', 'X/1', 'de'], run.error?.stack);
    assert.deepEqual(
      run.logs.map(({ text }) => text),
      [
        "puppeteer.launch(): the run's own browser is used as it is; ignored: --no-sandbox, --proxy-server=x",
      ],
    );
  });

  test('scripts and styles are added from any file that the run was given', async () => {
    const { sandbox } = stage();
    const code = `await page.setContent('<h1>x</h1>');
    const red = () => page.$eval('h1', (h1) => getComputedStyle(h1).color.match(/\\d+/)[0]);
    const seen = [];
    for (const path of ['style.css', './sub/bytes.css']) {
      await page.addStyleTag({ path });
      seen.push(await red());
    }
    for (const path of ['lib.js', 'lib.txt']) {
      await page.addScriptTag({ path });
      seen.push(await page.evaluate(() => window.lib));
    }
    return [...seen, await page.addStyleTag({ path: 'none.css' }).catch(({ message }) => message)];`;
    const files = {
      'script.js': code,
      'style.css': 'h1 { color: rgb(1, 0, 0) }',
      'sub/bytes.css': { base64: Buffer.from('h1 { color: rgb(2, 0, 0) }').toString('base64') },
      'lib.js': 'window.lib = 3',
      'lib.txt': 'window.lib = 4',
    };
    const run = await sandbox.run({ files, entry: 'script.js' });
    const [one, two, three, four, message] = run.value as unknown[];
    assert.deepEqual([one, two, three, four], ['1', '2', 3, 4], run.error?.stack);
    assert.match(String(message), /no.* file/);
    assert.match(String(message), /none\.css/);
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
