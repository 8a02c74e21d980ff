import type { BrowserSettings } from '@castellan/protocol';

/** How pages of one connection look, beside what the run says. */
export interface Look extends Pick<BrowserSettings, 'locale' | 'userAgent'> {
  /** The size of each page's window, in pixels. */
  readonly window?: { readonly width: number; readonly height: number };
}

/** Flags that are so for every browser of a run, or that say nothing about a browser which is new each time. */
export const alreadySo: ReadonlySet<string> = new Set([
  'headless',
  'headless=new',
  'headless=true',
  'incognito',
  'force-device-scale-factor=1',
  'disable-gpu',
  'hide-scrollbars',
  'mute-audio',
  'no-first-run',
  'no-default-browser-check',
  'no-pings',
  'no-service-autorun',
  'metrics-recording-only',
  'password-store=basic',
  'use-mock-keychain',
  'force-color-profile=srgb',
  'disable-background-networking',
  'disable-background-timer-throttling',
  'disable-backgrounding-occluded-windows',
  'disable-breakpad',
  'disable-client-side-phishing-detection',
  'disable-component-update',
  'disable-crash-reporter',
  'disable-default-apps',
  'disable-domain-reliability',
  'disable-extensions',
  'disable-hang-monitor',
  'disable-ipc-flooding-protection',
  'disable-popup-blocking',
  'disable-prompt-on-repost',
  'disable-quic',
  'disable-renderer-backgrounding',
  'disable-sync',
]);

/** The largest side of a window. */
const mostPixels = 16_384;

/** What `args` of a launch ask for, and those of them that nothing is done about. */
export function readArgs(args: unknown): { readonly look: Look; readonly ignored: string[] } {
  let look: Look = {};
  const ignored: string[] = [];
  for (const given of Array.isArray(args) ? (args as unknown[]) : [args]) {
    const arg = String(given);
    const flag = arg.replace(/^--?/, '');
    if (alreadySo.has(flag)) continue;
    const [, name = '', value = ''] = /^([\w-]+)=(.*)$/s.exec(flag) ?? [];
    const asked = arg === flag ? undefined : read(name, value);
    if (asked === undefined) ignored.push(arg.slice(0, 100));
    else look = { ...look, ...asked };
  }
  return { look, ignored };
}

function read(name: string, value: string): Look | undefined {
  switch (name) {
    case 'user-agent':
      return value === '' ? undefined : { userAgent: value };
    case 'lang':
    case 'accept-lang': {
      const [locale = ''] = value.split(',');
      return /^[a-z]{2,3}(?:[-_]\w+)*$/i.test(locale)
        ? { locale: locale.replaceAll('_', '-') }
        : undefined;
    }
    case 'window-size': {
      const [, width, height] = /^(\d{1,5}),(\d{1,5})$/.exec(value) ?? [];
      const window = { width: Number(width), height: Number(height) };
      const isSize = [window.width, window.height].every((side) => side > 0 && side <= mostPixels);
      return isSize ? { window } : undefined;
    }
    default:
      return undefined;
  }
}
