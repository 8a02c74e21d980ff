const { assert, equal, it, once, rejects, runSpecs } = await import('./it.js');
const puppeteer = require('puppeteer-core');

it('page.evaluate takes functions of every kind, with arguments', async ({ page }) => {
  equal(await page.evaluate((a, b) => a + b, 1, 2), 3);
  equal(await page.evaluate(async (a) => (await Promise.resolve(a)) + 1, 1), 2);
  equal(
    await page.evaluate(
      function named(x) {
        return x.deep.list[1];
      },
      { deep: { list: [1, 'two'] } },
    ),
    'two',
  );
  equal(await page.evaluate('1 + 5'), 6);
  equal(
    await page.evaluate(
      {
        sum(a, b) {
          return a + b;
        },
      }.sum,
      3,
      4,
    ),
    7,
  );
  equal(
    await page.evaluate(() =>
      import('data:text/javascript,export default 9').then((m) => m.default),
    ),
    9,
  );
});
it('page.evaluate brings values back as they are', async ({ page }) => {
  equal(await page.evaluate(() => [1, null, 'x', { a: [true] }]), [1, null, 'x', { a: [true] }]);
  equal(await page.evaluate(() => undefined), undefined);
  assert(Object.is(await page.evaluate(() => -0), -0));
  assert(Number.isNaN(await page.evaluate(() => NaN)));
  assert((await page.evaluate(() => Infinity)) === Infinity);
  equal(String(await page.evaluate(() => 10n)), '10');
  equal(await page.evaluate(() => 'ü𝄞\ud800').then((s) => s.length), 4);
});
it('page.evaluate throws what the page throws', async ({ page }) => {
  const error = await rejects(
    page.evaluate(() => {
      throw new TypeError('of the page');
    }),
    /of the page/,
  );
  equal(error.name, 'TypeError');
  await rejects(
    page.evaluate(() => notThere),
    /notThere is not defined/,
  );
  equal(
    await page
      .evaluate(() => {
        throw 'text';
      })
      .catch((thrown) => thrown),
    'text',
  );
});
it('a variable of the script is not there in the page', ({ page }) => {
  const outer = 1;
  return rejects(
    page.evaluate(() => outer),
    /outer is not defined/,
  );
});
it('page.evaluateHandle, handles as arguments, properties', async ({ page }) => {
  const handle = await page.evaluateHandle(() => ({ a: 1, el: document.body }));
  equal(await page.evaluate((h) => h.a, handle), 1);
  equal((await handle.getProperties()).size, 2);
  const body = (await handle.getProperty('el')).asElement();
  equal(await body.evaluate((el) => el.tagName), 'BODY');
  equal(await (await handle.getProperty('a')).jsonValue(), 1);
  equal(handle.toString(), 'JSHandle@object');
  await handle.dispose();
  await rejects(
    page.evaluate((h) => h, handle),
    /disposed/,
  );
});
it('page.exposeFunction calls the script', async ({ page, origin }) => {
  await page.exposeFunction('twice', (x) => x * 2);
  await page.exposeFunction('later', async (x) => ({ got: x }));
  await page.exposeFunction('bad', () => {
    throw new Error('of the script');
  });
  equal(await page.evaluate(() => window.twice(4)), 8);
  equal(await page.evaluate(() => window.later([1])), { got: [1] });
  equal(await page.evaluate(() => window.bad().catch((e) => e.message)), 'of the script');
  await page.goto(`${origin}/title`);
  equal(await page.evaluate(() => window.twice(5)), 10);
  await page.removeExposedFunction('twice');
});
it('page.evaluateOnNewDocument', async ({ page, origin }) => {
  const { identifier } = await page.evaluateOnNewDocument((v) => {
    window.early = v;
  }, 7);
  await page.goto(`${origin}/title`);
  equal(await page.evaluate(() => window.early), 7);
  await page.removeScriptToEvaluateOnNewDocument(identifier);
  await page.reload();
  equal(await page.evaluate(() => window.early), undefined);
});
it('page.addScriptTag and addStyleTag, by content, address and file of the run', async ({
  page,
  origin,
}) => {
  await page.goto(`${origin}/title`);
  await page.addScriptTag({ content: 'window.one = 1' });
  await page.addScriptTag({ url: `${origin}/script.js` });
  await page.addScriptTag({ path: 'injected.js' });
  equal(await page.evaluate(() => [window.one, window.fromServer, window.injected]), [1, 2, 3]);
  await page.addStyleTag({ content: 'body { color: rgb(1, 2, 3) }' });
  equal(await page.$eval('body', (b) => getComputedStyle(b).color), 'rgb(1, 2, 3)');
  await rejects(page.addScriptTag({ path: 'none.js' }), /no (?:such )?file.*none\.js/);
});
it('page.waitForFunction polls by frame, by mutation and by time', async ({ page }) => {
  await page.setContent('<p></p>');
  const waits = ['raf', 'mutation', 50].map((polling) =>
    page.waitForFunction((n) => document.querySelector('p').textContent === n, { polling }, 'x'),
  );
  await page.$eval('p', (p) => {
    p.textContent = 'x';
  });
  await Promise.all(waits);
  await rejects(page.waitForFunction('false', { timeout: 60 }), /TimeoutError/);
  const aborter = new AbortController();
  const aborted = rejects(page.waitForFunction('false', { signal: aborter.signal }), /abort/i);
  aborter.abort();
  await aborted;
});
it('page.queryObjects', async ({ page }) => {
  await page.evaluate(() => {
    window.Kind = class Kind {};
    window.all = [new window.Kind(), new window.Kind()];
  });
  const prototype = await page.evaluateHandle(() => window.Kind.prototype);
  equal(await page.evaluate((all) => all.length, await page.queryObjects(prototype)), 2);
});
it('console messages carry their arguments', async ({ page }) => {
  const heard = once(page, 'console');
  await page.evaluate(() => console.warn('text', 5, { a: 1 }));
  const message = await heard;
  equal([message.type(), message.text().startsWith('text 5')], ['warn', true]);
  equal(await Promise.all(message.args().map((a) => a.jsonValue())), ['text', 5, { a: 1 }]);
});
it('pageerror tells what the page did not catch', async ({ page }) => {
  const heard = once(page, 'pageerror');
  await page.evaluate(() => {
    setTimeout(() => {
      throw new RangeError('uncaught');
    });
  });
  const error = await heard;
  assert(error instanceof Error && /uncaught/.test(error.message));
});
it('require and import give the same Puppeteer, with its names', async ({ page }) => {
  const imported = await import('puppeteer');
  assert(
    imported.default === puppeteer &&
      require('puppeteer') === puppeteer &&
      globalThis.puppeteer === puppeteer,
  );
  const handle = await page.$('body');
  equal(
    [page, browser, page.mainFrame(), handle].map((each) => each.constructor.name),
    ['CdpPage', 'CdpBrowser', 'CdpFrame', 'CdpElementHandle'],
  );
  assert(imported.KnownDevices['iPhone 13'] && typeof imported.launch === 'function');
});

it('more commands at once than are sent wait for their turn', async ({ page }) => {
  const client = await page.createCDPSession();
  const ask = (expression) =>
    client.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  const numbers = await Promise.all(Array.from({ length: 8_500 }, (_, number) => ask(`${number}`)));
  assert(numbers.every(({ result }, number) => result.value === number));
});

return runSpecs(params.only);
