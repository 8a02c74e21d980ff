// What pages, their frames and their workers say is in the log of the run, once and readable.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../contract/contract.support.ts';
import { stageForFile } from './browser.support.ts';

const script = `
await page.setRequestInterception(true);
page.on('request', (request) =>
  request.url().endsWith('/aborted.png') ? request.abort() : request.continue());
await page.goto(params.origin + '/title');
const loaded = page.waitForResponse((response) => response.url().endsWith('/missing.jpg'));
await page.setContent('<link rel=icon href=/missing.png><img src=/aborted.png><img src=/missing.jpg>' +
  '<iframe src="' + params.other + '/title"></iframe>');
await loaded;
const session = await page.createCDPSession();
await session.send('Runtime.enable');
await session.send('Log.enable');
const frame = page.frames().find((each) => each.url().startsWith(params.other));
await frame.evaluate(() => console.info('%s of %d', 'frame', 2));
await page.evaluate(async () => {
  console.log({ a: 1, deep: { b: 2 } }, [1, 'x'], new Map([['k', 1]]), document.body);
  console.group('group');
  console.warn('inside');
  console.groupEnd();
  const source = "console.log('worker', { w: 1 }); postMessage(0)";
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  await new Promise((resolve) => { worker.onmessage = resolve; });
  // Puppeteer evaluates in a world of its own, whose errors are not the page's.
  const element = document.createElement('script');
  element.textContent = "setTimeout(() => { throw { thrown: 1 }; }) //# sourceURL=http://app.test/late.js";
  document.body.append(element);
  await new Promise((resolve) => addEventListener('error', resolve, { once: true }));
  void fetch('/hang').catch(() => 0);
});
await page.goto(params.origin + '/form');
const second = await browser.newPage();
await second.goto(params.origin + '/title');
await second.evaluate(() => { void fetch('/hang').catch(() => 0); });
await second.close();
return true;`;

forEachEngine(({ openSandbox }) => {
  const stage = stageForFile(openSandbox);

  test('the log has each line of a page once, and no errors of the script’s own making', async () => {
    const { sandbox, site } = stage();
    const { origin, other } = site;
    const run = await sandbox.run(script, { params: { origin, other } });
    assert.equal(run.value, true, run.error?.stack);
    const lines = run.logs.map(({ level, text }) => `${level} ${text.replaceAll(origin, '')}`);
    assert.deepEqual(lines.toSorted(), [
      'error [page error] Uncaught { thrown: 1 } (http://app.test/late.js:1:20)',
      'error [page] Failed to load resource: the server responded with a status of 404 (Not Found) (/missing.jpg)',
      'info [page] frame of 2',
      'info [page] group',
      'info [page] worker { w: 1 }',
      "info [page] { a: 1, deep: {…} } [ 1, 'x' ] Map(1) { 'k' => 1 } <body>",
      'warn [page]   inside',
    ]);
  });
});
