import { type BrowserSettings, getsBrowser } from '@castellan/protocol';

/** How the pages of a run look; null when it gets no browser: it does not want one, or names none. */
export function settingsFor(
  wanted: boolean | BrowserSettings,
  timezone: string | null,
  files: Readonly<Record<string, string>>,
): BrowserSettings | null {
  if (!getsBrowser(wanted, Object.values(files))) return null;
  const ofRun = timezone === null ? {} : { timezone };
  return { ...ofRun, ...(typeof wanted === 'boolean' ? {} : wanted) };
}
