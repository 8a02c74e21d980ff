// Playwright over the run's own Chromium, in full Node with packages of yours.
import { chromium } from 'playwright-core';

/** @param {{ url: string }} params */
export default async function ({ url }) {
  const browser = await chromium.launch();
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  await page.goto(url);
  const title = await page.title();
  const heading = await page.getByRole('heading').first().textContent();
  await page.screenshot({ path: 'page.png' });
  await browser.close();
  return { title, heading };
}
