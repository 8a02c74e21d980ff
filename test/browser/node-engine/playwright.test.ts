// Playwright, from packages of the operator's, drives the run's Chromium over the same relay.
import { createSandbox, type Sandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSite, type Site } from '../site.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-playwright-'));
const nodeModules = join(folder, 'node_modules');
const core = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
const stack = new AsyncDisposableStack();
let sandbox: Sandbox;
let site: Site;

before(async () => {
  stack.defer(() => rmSync(folder, { recursive: true }));
  cpSync(core, join(nodeModules, 'playwright-core'), { recursive: true });
  // As the package of that name does it.
  const wrapper = join(nodeModules, 'playwright');
  mkdirSync(wrapper);
  writeFileSync(join(wrapper, 'package.json'), '{"name":"playwright","main":"index.js"}');
  writeFileSync(join(wrapper, 'index.js'), "module.exports = require('playwright-core');");
  site = stack.use(await openSite());
  const allow = [`127.0.0.1:${site.port}`, `localhost:${site.port}`];
  sandbox = stack.use(
    await createSandbox({
      engine: 'node',
      nodeModules,
      browser: true,
      network: { allow, allowPrivate: ['127.0.0.0/8', '::1/128'] },
      limits: { cpuMs: 60_000, networkRequests: 5_000 },
    }),
  );
});
after(() => stack.disposeAsync());

/** Runs a script and expects it to succeed. */
async function valueOf(source: string, options: object = {}): Promise<unknown> {
  const { origin, other } = site;
  const files = { 'main.mjs': source };
  const params = { origin, other };
  const run = await sandbox.run({ files, entry: 'main.mjs' }, { params, ...options });
  assert.equal(
    run.reason,
    null,
    `${run.error?.stack}\n${run.logs.map(({ text }) => text).join('\n')}`,
  );
  return run.value;
}

test('pages are driven as with a Chromium of its own', async () => {
  const value = await valueOf(`
import { chromium, devices, errors } from 'playwright-core';
import { readFileSync, writeFileSync } from 'node:fs';
export default async function ({ origin, other }) {
  const browser = await chromium.launch({ headless: true });
  const out = {};
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, locale: 'de-AT' });
  await context.addCookies([{ name: 'a', value: 'b', url: origin }]);
  await context.addInitScript(() => { window.early = 5; });
  const page = await context.newPage();
  await page.goto(origin + '/form');
  out.looks = await page.evaluate(() => [innerWidth, navigator.language, early, document.cookie]);
  await page.locator('[name=name]').fill('Ada');
  await page.selectOption('select', 'red');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Send' }).click();
  out.sent = await page.locator('pre').textContent();
  out.late = await page.locator('#never').click({ timeout: 100 }).catch((error) => error instanceof errors.TimeoutError);
  await page.route('**/json', (route) => route.fulfill({ json: { a: 42 } }));
  out.routed = await page.evaluate((url) => fetch(url).then((answer) => answer.json()), origin + '/json');
  await page.unroute('**/json');
  const [answer] = await Promise.all([
    page.waitForResponse('**/json'),
    page.evaluate((url) => void fetch(url), origin + '/json'),
  ]);
  out.answer = [answer.status(), (await answer.json()).a];
  await page.goto(origin + '/frames');
  out.frame = await page.frameLocator('iframe[name=one]').locator('h1').textContent();
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate((url) => void window.open(url), other + '/title'),
  ]);
  out.popup = await popup.title();
  page.on('dialog', (dialog) => dialog.accept('yes'));
  out.dialog = await page.evaluate(() => prompt('?'));
  await page.exposeFunction('add', (a, b) => a + b);
  out.exposed = await page.evaluate(() => add(1, 2));
  writeFileSync('up.txt', 'uploaded');
  await page.setContent('<input type=file>');
  await page.setInputFiles('input', 'up.txt');
  out.file = await page.evaluate(() => document.querySelector('input').files[0].text());
  await page.setContent('<a href="' + origin + '/download">get</a>');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('get').click()]);
  await download.saveAs('saved.txt');
  out.saved = [download.suggestedFilename(), readFileSync('saved.txt', 'utf8')];
  const shot = await page.screenshot({ path: 'shot.png' });
  out.shot = readFileSync('shot.png').equals(shot);
  out.pdf = String((await page.pdf()).subarray(0, 4));
  const { result } = await (await context.newCDPSession(page)).send('Runtime.evaluate', { expression: '1+1' });
  out.cdp = result.value;
  const phone = await (await browser.newContext(devices['iPhone 13'])).newPage();
  out.phone = await phone.evaluate(() => navigator.userAgent.includes('iPhone'));
  await browser.close();
  const again = await chromium.launch();
  const second = await again.newPage();
  await second.goto(origin + '/title');
  out.again = await second.title();
  return out;
}`);
  assert.deepEqual(value, {
    looks: [1000, 'de-AT', 5, 'a=b'],
    sent: 'name=Ada&colour=red&agree=on',
    late: true,
    routed: { a: 42 },
    answer: [200, [1, 2]],
    frame: 'Hello',
    popup: 'A title',
    dialog: 'yes',
    exposed: 3,
    file: 'uploaded',
    saved: ['report.txt', 'downloaded'],
    shot: true,
    pdf: '%PDF',
    cdp: 2,
    phone: true,
    again: 'A title',
  });
});

test('every way to a browser gives the run’s, with the run’s settings', async () => {
  const browser = { viewport: { width: 640, height: 480 }, timezone: 'Asia/Tokyo' };
  const value = await valueOf(
    `
import playwright from 'playwright';
import { chromium, firefox, webkit } from 'playwright-core';
export default async function () {
  const looks = [];
  const look = async (page) => looks.push(await page.evaluate(() => [innerWidth, Intl.DateTimeFormat().resolvedOptions().timeZone]));
  for (const open of [
    () => chromium.launch({ args: ['--no-sandbox'], headless: false }),
    () => chromium.connect('ws://somewhere:1'),
    () => chromium.connectOverCDP({ endpointURL: 'http://somewhere:2' }),
  ]) {
    const browser = await open();
    await look(await browser.newPage());
    await browser.close();
  }
  const context = await chromium.launchPersistentContext('/tmp/x', { viewport: { width: 300, height: 300 } });
  await look(await context.newPage());
  const refused = [];
  for (const type of [firefox, webkit]) await type.launch().catch((error) => refused.push(error.message));
  return { looks, refused, same: playwright.chromium === chromium, path: chromium.executablePath() };
}`,
    { browser },
  );
  assert.deepEqual(value, {
    looks: [
      [640, 'Asia/Tokyo'],
      [640, 'Asia/Tokyo'],
      [640, 'Asia/Tokyo'],
      [300, 'Asia/Tokyo'],
    ],
    refused: ['firefox', 'webkit'].map(
      (name) => `${name} is not available: a run has a Chromium. Use chromium.launch()`,
    ),
    same: true,
    path: 'chromium',
  });
});

test('what a context cannot have is left out, with a line each', async () => {
  const source = `import { chromium } from 'playwright-core';
    export default async () => {
      const browser = await chromium.launch({ args: ['--x'], executablePath: '/y' });
      const page = await browser.newPage({ ignoreHTTPSErrors: true, proxy: { server: 'http://p:1' }, recordVideo: { dir: 'v' } });
      return page.url();
    };`;
  const run = await sandbox.run({ files: { 'main.mjs': source }, entry: 'main.mjs' });
  assert.equal(run.value, 'about:blank', run.error?.stack);
  const lines = run.logs.map(({ text }) => text).filter((text) => !text.startsWith('Dropped'));
  assert.deepEqual(lines, [
    "chromium.launch(): the run's own browser is used as it is; ignored: args, executablePath",
    'browser.newPage(): ignoreHTTPSErrors is left out: certificates are checked',
    'browser.newPage(): proxy is left out: the way out is the run’s',
    'browser.newPage(): recordVideo is left out: record: { video: true } of the run makes a film',
  ]);
});

test('it has no more power over Chromium than Puppeteer has', async () => {
  const canary = join(folder, 'canary.txt');
  writeFileSync(canary, 'castellan-canary-playwright');
  let reached = 0;
  const listener = createServer(() => reached++).listen(0, '127.0.0.1');
  stack.defer(() => void listener.close());
  await new Promise((resolve) => listener.once('listening', resolve));
  const { port } = listener.address() as { port: number };
  const value = await valueOf(
    `
import { chromium } from 'playwright-core';
const { canary, inner } = env;
export default async function () {
  const browser = await chromium.launch();
  const context = await browser.newContext({ proxy: { server: inner }, acceptDownloads: true });
  const page = await context.newPage();
  const got = [];
  const tried = async (name, work) => {
    const value = await work().then((value) => 'passed ' + JSON.stringify(value), (error) => error.message);
    got.push(name + ': ' + value);
  };
  for (const url of ['file://' + canary, 'view-source:file://' + canary, 'chrome://version', 'devtools://devtools/bundled/inspector.html', inner])
    await tried(url.slice(0, 12), async () => { await page.goto(url, { timeout: 5_000 }); return page.content(); });
  await tried('upload', async () => {
    await page.setContent('<input type=file>');
    await page.setInputFiles('input', canary);
    return page.evaluate(() => document.querySelector('input').files[0].text());
  });
  const session = await context.newCDPSession(page);
  const whole = await browser.newBrowserCDPSession();
  for (const each of [session, whole])
    for (const [method, params] of [
      ['Target.createBrowserContext', { proxyServer: inner, proxyBypassList: '*' }],
      ['Target.createTarget', { url: 'file://' + canary }],
      ['Target.exposeDevToolsProtocol', { targetId: 'x' }],
      ['Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: '/tmp' }],
      ['Tracing.start', {}],
      ['SystemInfo.getProcessInfo', {}],
      ['Extensions.loadUnpacked', { path: '/tmp' }],
      ['IO.read', { handle: 'blob:x' }],
      ['Page.navigate', { url: 'file://' + canary }],
      ['DOM.setFileInputFiles', { files: [canary], objectId: 'x' }],
    ]) await tried(method, () => each.send(method, params));
  return got;
}`,
    { env: { canary, inner: `http://127.0.0.1:${port}` } },
  );
  const lines = value as string[];
  assert.ok(lines.length >= 26, `${lines.length} attacks`);
  assert.ok(!lines.join().includes('castellan-canary'), lines.join('\n'));
  assert.equal(reached, 0);
  for (const line of lines.slice(0, 6)) assert.doesNotMatch(line, /: passed/);
  assert.equal(readFileSync(canary, 'utf8'), 'castellan-canary-playwright');
});

test('a film and requests are recorded for it too', async () => {
  const source = `import { chromium } from 'playwright-core';
    export default async ({ origin }) => {
      const page = await (await chromium.launch()).newPage();
      await page.goto(origin + '/title');
    };`;
  const handle = sandbox.run(
    { files: { 'main.mjs': source }, entry: 'main.mjs' },
    { params: { origin: site.origin }, record: { video: true, trace: true } },
  );
  const { artifacts } = await handle;
  assert.deepEqual(
    artifacts.map(({ name }) => name),
    ['recording.html', 'recording.har', 'recording.trace.json'],
  );
  const har = Buffer.from(handle.artifact('recording.har') ?? []).toString();
  assert.match(har, /"url":"http:\/\/127\.0\.0\.1:\d+\/title"/);
});

test('the example gives what it says', async () => {
  const example = new URL('../../../examples/browser/playwright.mjs', import.meta.url);
  const value = await valueOf(readFileSync(example, 'utf8'), {
    params: { url: `${site.origin}/title` },
  });
  assert.deepEqual(value, { title: 'A title', heading: 'Hello' });
});
