import axe from 'axe-core';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** With `CASTELLAN_SCREENSHOTS` pictures are kept there, to be looked at. */
const folder = process.env['CASTELLAN_SCREENSHOTS'];

/** Whoever looks at pictures gets all of them. */
export const isWhole = folder !== undefined;

/** Nothing of the page as it stands is in anybody's way, and it is no wider than its window. */
export async function fine(page: Page, state: string): Promise<void> {
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${state}.png`) });
  }
  assert.deepEqual(await serious(page), [], state);
  const isWide = await page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { documentElement: { scrollWidth: number; clientWidth: number } };
    };
    return document.documentElement.scrollWidth > document.documentElement.clientWidth;
  });
  assert.ok(!isWide, `${state} is wider than the window`);
}

/** Findings of axe that are serious or worse, in words. */
export async function serious(page: Page): Promise<string[]> {
  // The policy of the page lets no script in, so it comes over the protocol of the browser.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  return result.value as string[];
}
