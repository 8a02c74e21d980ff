import type { BrowserSettings } from '@castellan/protocol';
import type { CdpPage } from 'puppeteer-core/internal/cdp/Page.js';

/** Makes a page look as the run wants it, before any document of the script's is loaded in it. */
export async function applySettings(page: CdpPage, settings: BrowserSettings): Promise<void> {
  const { locale, timezone, userAgent, colorScheme } = settings;
  // oxlint-disable-next-line no-underscore-dangle -- a session of its own would cost a round trip
  const client = page._client();
  await Promise.all([
    timezone === undefined ? undefined : page.emulateTimezone(timezone),
    locale === undefined ? undefined : client.send('Emulation.setLocaleOverride', { locale }),
    colorScheme === undefined
      ? undefined
      : page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colorScheme }]),
    locale === undefined && userAgent === undefined
      ? undefined
      : client.send('Emulation.setUserAgentOverride', {
          userAgent: userAgent ?? (await page.browser().userAgent()),
          ...(locale === undefined ? {} : { acceptLanguage: locale }),
        }),
  ]);
}
