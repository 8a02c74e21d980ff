// When a run with a browser ends: its calls are waited for, its events and its being open are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, texts } from '../contract/contract.support.ts';
import { stageForFile } from './browser.support.ts';

forEachEngine(({ openSandbox }) => {
  const stage = stageForFile(openSandbox);
  const run = async (source: string, wallMs = 60_000) => {
    const { sandbox, site } = stage();
    return sandbox.run(source, { params: { url: `${site.origin}/title` }, limits: { wallMs } });
  };

  test('a main that nobody awaits happens to its end', async () => {
    const { value, logs } = await run(`async function main() {
      await page.goto(params.url);
      console.log(await page.title());
      await Promise.all([page.waitForNavigation(), page.reload()]);
      console.log('again');
    }
    main();
    console.log('started');`);
    assert.equal(value, null);
    assert.deepEqual(
      logs.map(({ text }) => text),
      ['started', 'A title', 'again'],
    );
  });

  test('a call without a time limit is waited for too', async () => {
    const result = await run(`page.setDefaultTimeout(0);
    async function main() {
      await page.goto(params.url, { timeout: 0 });
      await page.waitForSelector('body', { timeout: 0 });
      const request = page.waitForRequest(() => true, { timeout: 0 });
      setTimeout(() => page.reload({ timeout: 0 }), 20);
      console.log((await request).method());
    }
    main();
    1;`);
    assert.deepEqual([result.value, texts(result)], [1, ['GET']]);
  });

  test('an open browser and listeners keep no run going', async () => {
    const result = await run('page.on("request", () => {}); await page.goto(params.url); 2');
    assert.deepEqual([result.value, result.logs], [2, []]);
  });

  test('calls to the browser that a return drops are named', async () => {
    const result = await run('void page.waitForSelector("#never").catch(() => {}); return 3');
    assert.equal(result.value, 3);
    assert.deepEqual(texts(result), ['Dropped at the end of the script: calls to the browser.']);
  });

  test('a script that waits for an event of an open browser waits until wallMs', async () => {
    const { reason } = await run('await new Promise((r) => page.once("dialog", r))', 3_000);
    assert.equal(reason, 'wall_timeout');
  });

  test('a script that has closed its browser and waits is unsettled', async () => {
    const { reason } = await run('await browser.close(); await new Promise(() => {})');
    assert.equal(reason, 'unsettled');
  });
});
