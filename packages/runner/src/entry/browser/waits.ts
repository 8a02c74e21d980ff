import { Locator } from 'puppeteer-core/internal/api/locators/locators.js';
import { CdpBrowser } from 'puppeteer-core/internal/cdp/Browser.js';
import { CdpBrowserContext } from 'puppeteer-core/internal/cdp/BrowserContext.js';
import { CdpFrame } from 'puppeteer-core/internal/cdp/Frame.js';
import { CdpPage } from 'puppeteer-core/internal/cdp/Page.js';

type Method = (...args: unknown[]) => unknown;

/** Calls that may wait for an event of the browser, and for nothing that was asked of it. */
const waiting = new Set([
  'goto',
  'reload',
  'goBack',
  'goForward',
  'setContent',
  'waitForNavigation',
  'waitForSelector',
  'waitForFunction',
  'waitForRequest',
  'waitForResponse',
  'waitForNetworkIdle',
  'waitForFrame',
  'waitForFileChooser',
  'waitForDevicePrompt',
  'waitForTarget',
]);

/** The same of locators. */
const locating = new Set(['wait', 'click', 'fill', 'hover', 'scroll']);

/**
 * Counts the script's calls that wait for an event. Puppeteer has a timer for most of them, and for each
 * command; with a timeout of 0 there is none.
 */
export function countWaits(count: (by: 1 | -1) => void): void {
  for (const { prototype } of [CdpPage, CdpFrame, CdpBrowser, CdpBrowserContext])
    for (let holder: object = prototype; holder !== Object.prototype; holder = parentOf(holder))
      countMethods(holder, waiting, count);
  countMethods(Locator.prototype, locating, count);
}

function countMethods(
  holder: object,
  names: ReadonlySet<string>,
  count: (by: 1 | -1) => void,
): void {
  for (const name of names) {
    const own = Object.getOwnPropertyDescriptor(holder, name);
    if (own === undefined || typeof own.value !== 'function') continue;
    const method = own.value as Method;
    const value = async function (this: unknown, ...args: unknown[]): Promise<unknown> {
      count(1);
      try {
        return await Reflect.apply(method, this, args);
      } finally {
        count(-1);
      }
    };
    Object.defineProperty(value, 'name', { value: name });
    Object.defineProperty(holder, name, { ...own, value });
  }
}

function parentOf(holder: object): object {
  return (Object.getPrototypeOf(holder) as object | null) ?? Object.prototype;
}
