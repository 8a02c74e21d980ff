import type { BrowserSettings } from '@castellan/protocol';
import type { CdpPage } from 'puppeteer-core/internal/cdp/Page.js';
import type { Look } from './launch-args.ts';

/** Makes a page look as it is wanted, before any document of the script's is loaded in it. */
export async function applySettings(
  page: CdpPage,
  settings: BrowserSettings & Look,
): Promise<void> {
  const { locale, timezone, userAgent, colorScheme, window } = settings;
  const features =
    colorScheme === undefined ? [] : [{ name: 'prefers-color-scheme', value: colorScheme }];
  await Promise.all([
    timezone === undefined ? undefined : page.emulateTimezone(timezone),
    features.length === 0 ? undefined : page.emulateMediaFeatures(features),
    locale === undefined ? undefined : page.emulateLocale(locale),
    userAgent === undefined ? undefined : page.setUserAgent({ userAgent }),
    window === undefined ? undefined : resize(page, window),
  ]);
}

async function resize(page: CdpPage, window: NonNullable<Look['window']>): Promise<void> {
  await page.browser().setWindowBounds(await page.windowId(), window);
}
