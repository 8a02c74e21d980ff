import type { BrowserSettings } from '@castellan/protocol';
import type { CdpPage } from 'puppeteer-core/internal/cdp/Page.js';

/** Makes a page look as the run wants it, before any document of the script's is loaded in it. */
export async function applySettings(page: CdpPage, settings: BrowserSettings): Promise<void> {
  const { locale, timezone, userAgent, colorScheme } = settings;
  const features =
    colorScheme === undefined ? [] : [{ name: 'prefers-color-scheme', value: colorScheme }];
  await Promise.all([
    timezone === undefined ? undefined : page.emulateTimezone(timezone),
    features.length === 0 ? undefined : page.emulateMediaFeatures(features),
    locale === undefined ? undefined : page.emulateLocale(locale),
    userAgent === undefined ? undefined : page.setUserAgent({ userAgent }),
  ]);
}
