// What a run with a browser may use, and what becomes of waiting when its time runs out.
import { defaultOf, limitTable, namesOf } from '@castellan/protocol';
import type { Sandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { forEachEngine } from '../contract/contract.support.ts';
import { openSite, type Site } from './site.support.ts';

/** Calls that wait for what never comes, by what they are called on, with the setting that bounds them. */
const waits = `
const frame = page.mainFrame().childFrames()[0];
const other = await (await browser.createBrowserContext()).newPage();
const [popup] = await Promise.all([
  new Promise((resolve) => page.once('popup', resolve)),
  page.evaluate(() => void window.open('about:blank')),
]);
const early = page.locator('#never');
const never = () => new Promise(() => {});
const calls = {
  'page.waitForSelector': () => page.waitForSelector('#never'),
  'page.waitForFunction': () => page.waitForFunction(() => false),
  'page.waitForRequest': () => page.waitForRequest(() => false),
  'page.waitForResponse': () => page.waitForResponse(() => false),
  'page.waitForNavigation': () => page.waitForNavigation(),
  'page.waitForFrame': () => page.waitForFrame(() => false),
  'page.waitForFileChooser': () => page.waitForFileChooser(),
  'frame.waitForSelector': () => frame.waitForSelector('#never'),
  'other.waitForSelector': () => other.waitForSelector('#never'),
  'other.goto': () => other.goto(params.hang),
  'popup.waitForSelector': () => popup.waitForSelector('#never'),
  'browser.waitForTarget': () => browser.waitForTarget(() => false),
  'context.waitForTarget': () => browser.defaultBrowserContext().waitForTarget(() => false),
  'locator.wait': () => early.wait(),
  'locator.click': () => early.setVisibility('visible').click(),
  'locator.filter': () => page.locator('h1').filter(() => false).wait(),
  'locator of a frame': () => frame.locator('#never').hover(),
  'locator of a function': () => page.locator(() => false).wait(),
  'locator.race': () => puppeteer.Locator.race([page.locator('#never'), page.locator('#no')]).wait(),
  'page.evaluate': () => page.evaluate(never),
  'frame.evaluate': () => frame.evaluate(never),
};
const outcomes = await Promise.all(Object.entries(calls).map(async ([name, call]) => {
  try {
    await call();
    return [name, 'ended'];
  } catch (error) {
    return [name, error.name];
  }
}));
return Object.fromEntries(outcomes);`;

const settings = `
page.setDefaultTimeout(900_000);
const ofPage = [page.getDefaultTimeout(), page.getDefaultNavigationTimeout(), page.locator('#x').timeout];
page.setDefaultNavigationTimeout(0);
ofPage.push(page.getDefaultNavigationTimeout(), page.getDefaultTimeout());
const fresh = await browser.newPage();
const ofLocators = [fresh.locator('#x').setTimeout(700_000), fresh.locator('#x').setTimeout(0).map((x) => x)];
const own = await puppeteer.launch({ protocolTimeout: 2_000, timeout: 1 });
const [first] = await own.pages();
const said = await first.evaluate(() => new Promise(() => {})).catch(({ message }) => message);
return [ofPage, ofLocators.map(({ timeout }) => timeout), said];`;

forEachEngine(({ openSandbox }) => {
  const stack = new AsyncDisposableStack();
  let sandbox: Sandbox;
  let site: Site;

  before(async () => {
    site = stack.use(await openSite());
    const network = { allow: [`127.0.0.1:${site.port}`], allowPrivate: ['127.0.0.0/8'] };
    sandbox = stack.use(await openSandbox({ browser: true, network, limits: { cpuMs: 4_000 } }));
  });
  after(() => stack.disposeAsync());

  test('a run that has a browser has defaults of its own, and every other run has not', async () => {
    const sources = [
      ['return 1 // page', {}, true],
      ['return 1', {}, false],
      ['return 1 // page', { browser: false }, false],
    ] as const;
    for (const [source, options, hasBrowser] of sources) {
      const { limits, usage } = await sandbox.run(source, options);
      for (const name of namesOf(limitTable)) {
        const standard = name === 'cpuMs' ? 4_000 : defaultOf(limitTable[name], hasBrowser);
        assert.equal(limits[name], standard, `${source}: ${name}`);
      }
      assert.equal(usage.browserCpuMs > 0, hasBrowser, source);
    }
    const { limits } = await sandbox.run('1 // page', { limits: { wallMs: 7_000 } });
    assert.deepEqual([limits.wallMs, limits.networkRequests], [7_000, 1_000]);
  });

  test('a wait without a time-out of its own ends before the run does', async () => {
    const run = await sandbox.run(
      `await page.setContent('<h1>a</h1><iframe srcdoc="<p>b"></iframe>');${waits}`,
      { params: { hang: `${site.origin}/hang` }, limits: { wallMs: 3_500 } },
    );
    const outcomes = Object.entries((run.value ?? {}) as Record<string, string>);
    assert.ok(outcomes.length > 20, run.error?.stack);
    for (const [name, outcome] of outcomes) {
      assert.equal(outcome, name.endsWith('.evaluate') ? 'ProtocolError' : 'TimeoutError', name);
    }
  });

  test('the error of such a wait names what it waited for, and the line of the script', async () => {
    const run = await sandbox.run(
      `await page.setContent('a');\nawait page.waitForSelector('#never');`,
      {
        limits: { wallMs: 1_500 },
      },
    );
    const { name, message, line } = run.error ?? {};
    assert.deepEqual(
      [run.status, run.reason, name, message, line],
      ['failed', 'uncaught_exception', 'TimeoutError', 'Waiting for selector `#never` failed', 2],
    );
  });

  test('time-outs are Puppeteer’s own where the run has more time, and those of a script always', async () => {
    const plain = await sandbox.run(
      'return [page.getDefaultTimeout(), page.getDefaultNavigationTimeout(), page.locator("x").timeout]',
    );
    assert.deepEqual(plain.value, [30_000, 30_000, 30_000]);
    const own = await sandbox.run(settings, { limits: { wallMs: 30_000 } });
    assert.deepEqual(
      own.value,
      [
        [900_000, 900_000, 900_000, 0, 900_000],
        [700_000, 0],
        "Runtime.callFunctionOn timed out. Increase the 'protocolTimeout' setting in launch/connect calls for a higher timeout if needed.",
      ],
      own.error?.stack,
    );
  });

  test('a browser that computes without end is ended with a sentence that names it', async () => {
    const loop = 'for (;;);';
    const worker = `new Worker(URL.createObjectURL(new Blob([${JSON.stringify(loop)}])))`;
    const burns = {
      'a loop in a page': `page.evaluate(() => { ${loop} })`,
      'twenty workers': `page.evaluate(() => { for (let n = 0; n < 20; n++) ${worker} })`,
    };
    await Promise.all(
      Object.entries(burns).map(async ([name, burn]) => {
        const source = `await ${burn}; await new Promise((r) => setTimeout(r, 50_000))`;
        const run = await sandbox.run(source, { limits: { browserCpuMs: 500 } });
        assert.deepEqual(
          [run.status, run.reason, run.error?.message],
          ['timed_out', 'cpu_timeout', 'The browser used more than 500 ms of processor time'],
          name,
        );
        assert.ok(run.usage.browserCpuMs > 500, `${run.usage.browserCpuMs}`);
      }),
    );
  });
});
