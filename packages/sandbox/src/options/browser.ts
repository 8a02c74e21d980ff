import type { BrowserSettings } from '@castellan/protocol';
import type { JobSource } from './source.ts';

/**
 * How the run's pages shall look; null when it gets no browser: it does not want one, or nothing in
 * its source has a name of one. That look saves a browser and protects nothing.
 */
export function settingsFor(
  wanted: boolean | BrowserSettings,
  { files }: JobSource,
): BrowserSettings | null {
  if (wanted === false) return null;
  const mentions = Object.values(files).some((source) => names.test(source));
  return mentions ? { ...(wanted === true ? {} : wanted) } : null;
}

const names = /\b(?:browser|page|puppeteer)\b|\\u/;
