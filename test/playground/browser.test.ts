// What a person sees of a run with a browser, while it runs.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../shared/until.support.ts';
import { serious } from './looks.support.ts';
import { stageForFile } from './playground.support.ts';

const stage = stageForFile({ config: { policies: { default: { browser: true } } } });

const script = `await page.setContent('<body style="font:64px sans-serif"><h1>Order <b id=n>0</b></h1>');
for (let n = 1; !(await page.evaluate((n) => (document.getElementById('n').textContent = n, document.title), n)); n++) {
  if (n === 40) await browser.newPage();
  await new Promise((done) => setTimeout(done, 50));
}`;

test('the pages of a run are shown live, to whoever looks, and stay as they were last', async () => {
  await using tab = await stage().open({ viewport: { width: 1440, height: 900 } });
  const { page } = tab;
  const streams: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('pages=true')) streams.push(request.url());
  });
  await tab.write('return 1');
  await tab.run();
  assert.equal(streams.length, 0, 'a script that names no browser is not watched');
  await tab.write(script);
  await tab.run('running');
  const picture = page.locator('.pages img');
  await picture.waitFor();
  const seen = new Set<string | null>();
  await until('pictures have changed', async () => {
    seen.add(await picture.getAttribute('src', { timeout: 1_000 }).catch(() => null));
    return seen.size > 3;
  });
  let width = 0;
  await until('a picture is decoded', async () => {
    width = await picture.evaluate(
      (each) => (each as unknown as { naturalWidth: number }).naturalWidth,
    );
    return width > 0;
  });
  assert.ok(width > 100 && width <= 800, `${width} px`);
  await page.getByRole('button', { name: 'Page 2' }).waitFor();
  await page.getByRole('button', { name: 'Page 1' }).click();
  const folder = process.env['CASTELLAN_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, 'browser-live.png') });
  assert.deepEqual(await serious(page), []);
  assert.equal(streams.length, 1);
  const ended = page.waitForEvent('requestfailed', (request) => request.url() === streams[0]);
  await page.locator('.pages summary').click();
  await ended;
  await page.locator('.pages summary').click();
  await until('it is watched again', () => streams.length === 2);
  await page.keyboard.press('Control+.');
  await page.locator('.status.cancelled').waitFor();
  await page.getByText('as it was last').waitFor();
  assert.equal(await picture.count(), 1);
  await page.reload();
  await page.locator('.status.cancelled').waitFor();
  assert.equal(await page.locator('.pages').count(), 0, 'nothing is kept');
  assert.deepEqual(tab.faults, []);
});
