import { assert, equal, it, once, rejects, runSpecs } from './it.js';

const kind = (bytes) => {
  const head = String.fromCharCode(...bytes.slice(0, 12));
  if (head.startsWith('\x89PNG')) return 'png';
  if (head.startsWith('\xff\xd8')) return 'jpeg';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'webp';
  return head.startsWith('%PDF') ? 'pdf' : head;
};
const sizeOf = (png) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

it('page.screenshot in each format, clipped, whole, without background, as base64', async ({
  page,
}) => {
  await page.setViewport({ width: 300, height: 200 });
  await page.setContent('<body style="margin:0;height:900px;background:#abc">x');
  for (const type of ['png', 'jpeg', 'webp']) equal(kind(await page.screenshot({ type })), type);
  equal(sizeOf(await page.screenshot()), [300, 200]);
  equal(sizeOf(await page.screenshot({ fullPage: true })), [300, 900]);
  equal(sizeOf(await page.screenshot({ clip: { x: 10, y: 10, width: 50, height: 40 } })), [50, 40]);
  assert((await page.screenshot({ encoding: 'base64' })).startsWith('iVBOR'));
  const bytes = await page.screenshot();
  equal(
    [bytes.toString('base64').slice(0, 5), bytes.slice(0, 4).toString('hex')],
    ['iVBOR', '89504e47'],
  );
  await page.screenshot({ omitBackground: true, optimizeForSpeed: true });
});
it('path options become artifacts', async ({ page }) => {
  await page.setContent('<h1>x</h1>');
  await page.screenshot({ path: 'shots/one.png' });
  await page.screenshot({ path: 'two.jpeg' });
  await page.pdf({ path: 'three.pdf' });
});
it('page.pdf and createPDFStream', async ({ page }) => {
  await page.setContent('<h1>Paper</h1>');
  equal(
    kind(
      await page.pdf({
        format: 'A4',
        printBackground: true,
        margin: { top: '1cm' },
        displayHeaderFooter: true,
        headerTemplate: '<b>h</b>',
      }),
    ),
    'pdf',
  );
  const reader = (await page.createPDFStream({ landscape: true })).getReader();
  equal(kind((await reader.read()).value), 'pdf');
  await reader.cancel();
});
it('viewport, media, features, time zone, sight, idleness, processor', async ({ page }) => {
  await page.setViewport({ width: 500, height: 400, deviceScaleFactor: 2 });
  equal(page.viewport().width, 500);
  equal(await page.evaluate(() => [innerWidth, innerHeight, devicePixelRatio]), [500, 400, 2]);
  await page.emulateMediaType('print');
  equal(await page.evaluate(() => matchMedia('print').matches), true);
  await page.emulateMediaType();
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: 'dark' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  equal(
    await page.evaluate(
      () => matchMedia('(prefers-color-scheme: dark) and (prefers-reduced-motion: reduce)').matches,
    ),
    true,
  );
  await page.emulateTimezone('America/Jamaica');
  assert(
    (await page.evaluate(() => new Date(1479579154987).toString())).includes(
      'Eastern Standard Time',
    ),
  );
  await page.emulateVisionDeficiency('achromatopsia');
  await page.emulateVisionDeficiency('none');
  await page.emulateIdleState({ isUserActive: false, isScreenUnlocked: false });
  await page.emulateCPUThrottling(2);
  await page.emulateCPUThrottling(null);
});
it('geolocation and permissions', async ({ page, context, origin }) => {
  await page.goto(`${origin}/title`);
  await context.overridePermissions(origin, ['geolocation']);
  await page.setGeolocation({ latitude: 10, longitude: 20 });
  equal(
    await page.evaluate(
      () =>
        new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(({ coords }) =>
            resolve([coords.latitude, coords.longitude]),
          ),
        ),
    ),
    [10, 20],
  );
  equal(
    await page.evaluate(() =>
      navigator.permissions.query({ name: 'geolocation' }).then((p) => p.state),
    ),
    'granted',
  );
  await context.clearPermissionOverrides();
});
it('page.setJavaScriptEnabled', async ({ page }) => {
  await page.setJavaScriptEnabled(false);
  await page.goto('data:text/html,<script>document.title="on"</script>');
  equal(await page.title(), '');
});
it('frames: tree, evaluate, elements, events', async ({ page, origin }) => {
  const seen = [];
  page.on('frameattached', () => seen.push('attached'));
  page.on('framedetached', () => seen.push('detached'));
  await page.goto(`${origin}/frames`);
  equal(page.frames().length, 3);
  const [one, two] = page.mainFrame().childFrames();
  equal(await one.evaluate(() => document.title), 'A title');
  equal(two.parentFrame() === page.mainFrame(), true);
  equal(await (await one.frameElement()).evaluate((f) => f.name), 'one');
  const handle = await page.$('iframe[name=two]');
  equal((await handle.contentFrame()) === two, true);
  await two.type('[name=name]', 'in a frame');
  equal(await two.$eval('[name=name]', (i) => i.value), 'in a frame');
  await handle.evaluate((f) => f.remove());
  assert(two.detached);
  equal(seen.sort(), ['attached', 'attached', 'detached']);
});
it('frames of another site', async ({ page, origin, other }) => {
  await page.goto(`${origin}/title`);
  await page.setContent(`<iframe src="${other}/form"></iframe>`);
  const frame = await page.waitForFrame((f) => f.url().endsWith('/form'));
  await frame.waitForSelector('[name=name]');
  await frame.type('[name=name]', 'far');
  equal(await frame.$eval('[name=name]', (i) => i.value), 'far');
  assert((await (await frame.$('form')).boundingBox()).width > 0);
});
it('a frame of another site is navigated, at any depth', async ({ page, origin, other }) => {
  await page.goto(`${origin}/title`);
  const inner = async (parent, url) => {
    const added = page.waitForFrame((f) => f.url() === url);
    await parent.waitForSelector('body');
    await parent.evaluate((src) => {
      document.body.append(Object.assign(document.createElement('iframe'), { src }));
    }, url);
    return added;
  };
  const far = await inner(page.mainFrame(), `${other}/title`);
  equal((await far.goto(`${other}/json`)).status(), 200);
  await rejects(far.goto('file:///etc/passwd'), /Page.navigate/);
  const near = await inner(far, `${origin}/title`);
  equal((await near.goto(`${origin}/json`)).status(), 200);
  equal(await near.evaluate(() => document.body.textContent.includes('✓')), true);
});
it('a PDF is shown, and leaves the page around it alone', async ({
  page,
  context,
  origin,
  other,
}) => {
  const paper = `${origin}/paper.pdf`;
  for (const shown of [
    `<iframe src="${paper}"></iframe>`,
    `<iframe src="${other}/paper.pdf"></iframe>`,
    `<embed type="application/pdf" src="${paper}">`,
    `<object type="application/pdf" data="${paper}"></object>`,
    '<iframe src="data:application/pdf;base64,JVBERi0xLjQK"></iframe>',
  ]) {
    await page.goto(`${origin}/title`);
    // The viewer comes after the page is loaded; a frame of it that is not the script's goes.
    const gone = once(page, 'framedetached');
    await page.setContent(`<h1>Report</h1>${shown}`);
    await gone;
    equal(await page.$eval('h1', (h1) => h1.textContent), 'Report');
    for (const frame of page.frames()) await frame.evaluate(() => 1);
  }
  const response = await page.goto(paper);
  equal([response.status(), response.headers()['content-type']], [200, 'application/pdf']);
  equal([page.url(), await page.evaluate(() => document.contentType)], [paper, 'application/pdf']);
  await page.goto(`${origin}/title`);
  await page.setContent(`<a href="${paper}">PDF</a>`);
  await Promise.all([page.waitForNavigation(), page.click('a')]);
  equal(page.url(), paper);
  const [popup] = await Promise.all([
    once(page, 'popup'),
    page.evaluate((u) => void window.open(u), paper),
  ]);
  await popup.waitForFunction(() => document.contentType === 'application/pdf');
  equal([popup.isClosed(), page.isClosed(), (await context.pages()).length], [false, false, 2]);
});
it('a service worker appears as a target, and goes', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  const created = once(browser, 'targetcreated');
  await page.evaluate(() => navigator.serviceWorker.register('/sw.js'));
  const target = await created;
  equal([target.type(), target.url()], ['service_worker', `${origin}/sw.js`]);
  const destroyed = once(browser, 'targetdestroyed');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).unregister());
  await page.goto('about:blank');
  equal((await destroyed) === target, true);
});
it('browser.target is the browser itself', async () => {
  const target = browser.target();
  equal([target.type(), target.url()], ['browser', '']);
  equal(browser.targets().filter((each) => each.type() === 'browser').length, 1);
  const client = await target.createCDPSession();
  assert(/Chrom/.test((await client.send('Browser.getVersion')).product));
  await client.detach();
  equal(browser.connected, true);
});
it('workers', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  const created = once(page, 'workercreated');
  await page.evaluate(() => {
    window.w = new Worker(
      URL.createObjectURL(
        new Blob(['self.answer = () => 42; console.log("of the worker")'], {
          type: 'text/javascript',
        }),
      ),
    );
  });
  const worker = await created;
  equal(await worker.evaluate(() => self.answer()), 42);
  equal(page.workers().length, 1);
  const gone = once(page, 'workerdestroyed');
  await page.evaluate(() => window.w.terminate());
  await gone;
});
it('popups, targets, openers', async ({ page, context, origin }) => {
  await page.goto(`${origin}/title`);
  const [popup] = await Promise.all([
    once(page, 'popup'),
    page.evaluate((u) => {
      window.open(u);
    }, `${origin}/form`),
  ]);
  await popup.waitForSelector('form');
  equal(popup.url(), `${origin}/form`);
  equal((await context.pages()).length, 2);
  equal((await popup.target().opener().page()) === page, true);
  equal(context.targets().filter((t) => t.type() === 'page').length, 2);
  await popup.close();
  await page.bringToFront();
});
it('accessibility', async ({ page }) => {
  await page.setContent(
    '<title>Acc</title><h1>Head</h1><button disabled>B</button><input type=checkbox checked aria-label=C>',
  );
  const tree = await page.accessibility.snapshot();
  equal([tree.role, tree.name], ['RootWebArea', 'Acc']);
  equal(
    tree.children.map(({ role, name }) => [role, name]),
    [
      ['heading', 'Head'],
      ['button', 'B'],
      ['checkbox', 'C'],
    ],
  );
});
it('coverage of scripts and styles', async ({ page, origin }) => {
  await Promise.all([page.coverage.startJSCoverage(), page.coverage.startCSSCoverage()]);
  await page.goto(`${origin}/assets`);
  const [js, css] = await Promise.all([
    page.coverage.stopJSCoverage(),
    page.coverage.stopCSSCoverage(),
  ]);
  equal([js.some(({ url }) => url.endsWith('/script.js')), css.length], [true, 1]);
});
it('a CDP session of the script', async ({ page }) => {
  const client = await page.createCDPSession();
  await client.send('Runtime.enable');
  const heard = once(client, 'Runtime.consoleAPICalled');
  equal(
    (await client.send('Runtime.evaluate', { expression: 'console.log(1); 6 * 7' })).result.value,
    42,
  );
  await heard;
  await rejects(client.send('Nothing.here'), /ProtocolError|not allowed|wasn't found/);
  await client.detach();
});
it('page.metrics', async ({ page }) => {
  assert((await page.metrics()).Nodes > 0);
});
it('a download is let go of by the page', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  await page.evaluate(() => {
    const a = document.createElement('a');
    a.href = '/download';
    a.click();
  });
  await page.waitForResponse((r) => r.url().endsWith('/download')).catch(() => {});
});
it('storage: IndexedDB and session', async ({ page, origin }) => {
  await page.goto(`${origin}/title`);
  equal(
    await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const open = indexedDB.open('db', 1);
          open.onupgradeneeded = () => open.result.createObjectStore('s').put('stored', 'k');
          open.onsuccess = () => {
            const get = open.result.transaction('s').objectStore('s').get('k');
            get.onsuccess = () => resolve(get.result);
          };
          open.onerror = () => reject(open.error);
        }),
    ),
    'stored',
  );
});
it('browser: version, user agent, contexts, no process', async () => {
  assert(/^(Headless)?Chrom(e|ium)\//.test(await browser.version()));
  assert((await browser.userAgent()).includes('Mozilla'));
  equal(
    [browser.connected, browser.process(), typeof browser.wsEndpoint()],
    [true, null, 'string'],
  );
  equal(browser.defaultBrowserContext() === browser.browserContexts()[0], true);
});
it('what is not available says so', async ({ page }) => {
  await page.setContent('<input>');
  const input = await page.$('input');
  for (const [call, why] of [
    [
      () => page.screencast(),
      /^Error: page\.screencast\(\) is not available: .*docs\/guide\/browser\.md/,
    ],
    [() => page.record(), /page\.record\(\) is not available/],
    [() => page.tracing.start(), /tracing\.start\(\) is not available: sees all/],
    [() => page.tracing.stop(), /tracing\.stop/],
    [() => page.openDevTools(), /more rights than pages/],
    [() => page.waitForDevicePrompt(), /there are no devices/],
    [() => page.mainFrame().waitForDevicePrompt(), /there are no devices/],
    [() => page.bluetooth.emulateAdapter('powered-on'), /there are no devices/],
    [() => page.triggerExtensionAction({}), /there are no extensions/],
    [() => browser.installExtension('/x'), /browser\.installExtension\(\) is not available/],
    [() => browser.launchPWA({ manifestId: 'x' }), /nothing is installed/],
    [() => browser.addScreen({ width: 1, height: 1 }), /one screen/],
    [() => input.autofill({}), /elementHandle\.autofill/],
  ]) {
    await rejects(call(), why);
  }
  equal([await page.hasDevTools(), (await browser.extensions()).size], [false, 0]);
  equal([page.extensionRealms(), page.mainFrame().extensionRealms()], [[], []]);
  equal(page.webmcp.tools(), []);
  equal(
    [
      await puppeteer.defaultBrowser(),
      await puppeteer.lastLaunchedBrowser(),
      await puppeteer.configuration(),
    ],
    ['chrome', 'chrome', {}],
  );
  puppeteer.setFollowSymlinks(false);
});
it('a hostile page cannot harm an exposed function', async ({ page }) => {
  const got = [];
  await page.exposeFunction('take', (...values) => {
    got.push(values);
    return 1;
  });
  await page.evaluate(async () => {
    try {
      await window.take({
        toJSON() {
          throw new Error('no');
        },
      });
    } catch {}
  });
  await page.evaluate(() => window.take({ __proto__: { x: 1 }, constructor: 1 }));
  equal({}.x, undefined);
});
export default () => runSpecs(params.only);
