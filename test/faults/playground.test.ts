/** The playground with a log of a hundred thousand lines: its short version is `test/playground`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stageForFile } from '../playground/playground.support.ts';

const limits = { wallMs: 60_000, cpuMs: 30_000 };
const ceilings = { outputBytes: 16_777_216 };
const stage = stageForFile({ config: { policies: { default: { limits, ceilings } } } });

test('a hundred thousand lines are searched and scrolled, a few of them in the page', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  // A hundred thousand events take seconds, on a busy machine some more.
  page.setDefaultTimeout(50_000);
  await page.getByText('Limits and what the policy offers').click();
  await page.getByLabel('outputBytes').fill('16777216');
  await tab.write('for (let n = 1; n <= 100_000; n++) console.log(`line ${n}`)');
  await tab.run();
  await page.getByText('100,000 lines').waitFor();
  await page.locator('.line', { hasText: 'line 100000' }).waitFor();
  assert.ok((await page.locator('.line').count()) < 80);
  await page.getByPlaceholder('Search').fill('LINE 9999');
  await page.getByText('11 of 100,000 lines').waitFor();
  assert.equal(await page.locator('.line').count(), 11);
  await page.getByPlaceholder('Search').fill('');
  await page.getByRole('listbox', { name: 'Log' }).focus();
  await page.keyboard.press('Home');
  await page.locator('.line[aria-selected=true]', { hasText: /line 1$/ }).waitFor();
  assert.deepEqual(tab.faults, []);
});
