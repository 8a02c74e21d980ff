// How the page looks to people and to their tools: three widths, light and dark, in each of its states.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../shared/until.support.ts';
import { fine, isWhole, serious } from './looks.support.ts';
import { stageForFile } from './playground.support.ts';
import { keyOf } from './key.support.ts';

const stage = stageForFile({
  config: {
    policies: {
      default: {},
      second: { network: { allow: ['127.0.0.1'] }, record: { trace: true } },
    },
  },
});

const script = `console.log('ready', { to: 'go' });
console.warn('three of five are old');
console.error('one is missing');
await artifacts.write('rows.csv', 'n,square\\n1,1\\n2,4');
await artifacts.write('dot.png', Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (c) => c.charCodeAt(0)), { contentType: 'image/png' });
await fetch('http://127.0.0.1:8080/').catch(() => {});
return { name: 'Ada', list: [1, 2, { deep: true }], text: 'x', nothing: null };`;

const tabs = ['Value', 'Artifacts', 'Requests', 'Run', 'History'];

/** In `npm test` two of them; whoever looks at pictures gets all. */
const looks = (
  [
    { width: 1440, height: 900, colorScheme: 'light' },
    { width: 390, height: 844, colorScheme: 'dark' },
    { width: 900, height: 800, colorScheme: 'light' },
    { width: 1440, height: 900, colorScheme: 'dark' },
  ] as const
).slice(0, isWhole ? 4 : 2);

for (const { width, height, colorScheme } of looks) {
  test(`${width} px wide and ${colorScheme}, nothing serious is in anybody’s way`, async () => {
    const look = (page: Page, state: string) => fine(page, `${width}-${colorScheme}-${state}`);
    await using tab = await stage().open({ viewport: { width, height }, colorScheme });
    const { page } = tab;
    await look(page, 'start');
    await page.getByLabel('Policy').selectOption('second');
    await tab.write(script);
    await page.getByText('Environment, input, files').click();
    await page
      .getByLabel('Add files')
      .setInputFiles([{ name: 'rows.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b') }]);
    await look(page, 'inputs');
    await page.getByText('Limits and what the policy offers').click();
    await tab.run();
    await look(page, 'log');
    // What is behind the tabs looks alike at each width, so the widest and the narrowest go through it.
    for (const name of width === 900 || (width === 1440 && colorScheme === 'dark') ? [] : tabs) {
      await page.getByRole('tab', { name }).click();
      await until('all of it has come', async () => {
        return (await page.locator('[aria-busy=true]').count()) === 0;
      });
      await look(page, name.toLowerCase());
    }
    await tab.write('nowhere;\n\nnull.x');
    await page.locator('.problems').waitFor();
    await tab.run('failed');
    await look(page, 'error');
    assert.deepEqual(tab.faults, []);
  });
}

test('with keys there is a sign-in, which keeps the key in memory, or in the tab if it is asked to', async () => {
  await using stack = new AsyncDisposableStack();
  const key = await keyOf(stage().service.data);
  const tab = stack.use(await stage().open({ isEarly: true, colorScheme: 'dark' }));
  const { page } = tab;
  const field = page.getByLabel('Key of this service');
  await field.waitFor();
  assert.deepEqual(await serious(page), []);
  await field.fill(`${key}x`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The key is unknown, revoked or over.').waitFor();
  await field.fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.monaco-editor').waitFor();
  await tab.run();
  assert.equal(
    await page.evaluate(() =>
      JSON.stringify({ ...sessionStorage, ...localStorage }).includes('ck_'),
    ),
    false,
  );
  await page.reload();
  await field.fill(key);
  await page.getByText('Keep it until this tab is closed').click();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.status.succeeded').waitFor();
  await page.reload();
  await page.locator('.status.succeeded').waitFor();
  // Nothing stays on the screen, though the service has not answered yet.
  const answers = Promise.withResolvers<void>();
  await page.route('**/v1/**', async (route) => {
    await answers.promise;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.locator('.status').waitFor({ state: 'detached' });
  assert.equal(
    await page.evaluate(() => JSON.stringify({ ...sessionStorage }).includes('ck_')),
    false,
  );
  answers.resolve();
  await field.waitFor();
  assert.ok(!page.url().includes('ck_'));
});
