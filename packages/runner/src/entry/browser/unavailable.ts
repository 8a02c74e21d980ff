import { CdpBluetoothEmulation } from 'puppeteer-core/internal/cdp/BluetoothEmulation.js';
import { CdpBrowser } from 'puppeteer-core/internal/cdp/Browser.js';
import { CdpElementHandle } from 'puppeteer-core/internal/cdp/ElementHandle.js';
import { CdpFrame } from 'puppeteer-core/internal/cdp/Frame.js';
import { CdpPage } from 'puppeteer-core/internal/cdp/Page.js';
import { Tracing } from 'puppeteer-core/internal/cdp/Tracing.js';
import { reasons } from './unavailable-calls.ts';

/** Makes calls that are not available reject at once, and those answer that have a true answer here. */
export function refuseUnavailable(): void {
  refuse(CdpPage, 'Page', 'page');
  refuse(CdpBrowser, 'Browser', 'browser');
  refuse(CdpElementHandle, 'ElementHandle', 'elementHandle');
  refuse(Tracing, 'Tracing', 'tracing');
  const devices = reasons['Page']?.['waitForDevicePrompt'] ?? '';
  replace(CdpFrame, 'waitForDevicePrompt', rejecting('frame.waitForDevicePrompt', devices));
  for (const name of ['emulateAdapter', 'disableEmulation', 'simulatePreconnectedPeripheral']) {
    replace(CdpBluetoothEmulation, name, rejecting(`page.bluetooth.${name}`, devices));
  }
  // There are none.
  replace(CdpPage, 'hasDevTools', async () => false);
  replace(CdpBrowser, 'extensions', async () => new Map());
}

type Method = (...args: unknown[]) => Promise<unknown>;

function refuse(owner: Owner, row: string, spoken: string): void {
  for (const [name, why] of Object.entries(reasons[row] ?? {})) {
    replace(owner, name, rejecting(`${spoken}.${name}`, why));
  }
}

const rejecting =
  (call: string, why: string): Method =>
  async () => {
    throw new Error(
      `${call}() is not available: ${why}. The guide's table of Puppeteer's API says what is (docs/guide/browser.md)`,
    );
  };

interface Owner {
  readonly prototype: object;
}

function replace({ prototype }: Owner, name: string, value: Method): void {
  Object.defineProperty(value, 'name', { value: name });
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}
