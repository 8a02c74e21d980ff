import type { BrowserSettings } from '@castellan/protocol';

/** Any of these, or a \u that may spell one. */
const names = /\b(?:browser|page|puppeteer)\b|\\u/;

/**
 * How the pages of a run look; null when it gets no browser: it does not want one, or none of its
 * files contains a name of one. That look saves a browser and protects nothing.
 */
export function settingsFor(
  wanted: boolean | BrowserSettings,
  timezone: string | null,
  files: Readonly<Record<string, string>>,
): BrowserSettings | null {
  if (wanted === false) return null;
  const mentions = Object.values(files).some((source) => names.test(source));
  if (!mentions) return null;
  const ofRun = timezone === null ? {} : { timezone };
  return { ...ofRun, ...(wanted === true ? {} : wanted) };
}
