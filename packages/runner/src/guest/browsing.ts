import type { Browsing } from '../entry/browser/browsing-host.ts';
import type { CreateBrowsing, GuestBrowsingHost } from './browser/browsing-host.ts';
import type { Pending } from '../entry/pending.ts';
import type { Host } from './host.ts';
import { bytesLibrary } from './platform/lazy.ts';
import type { Platform } from './platform.ts';
import { defineHidden } from './platform/natives.ts';

/** Takes Puppeteer off the global scope, where the snapshot of a box with a browser holds it. */
export function takeCreateBrowsing(global: object): CreateBrowsing | undefined {
  const name = '__castellanBrowser';
  const holder = global as { [name]?: CreateBrowsing };
  const create = holder[name];
  delete holder[name];
  return create;
}

/** Connects Puppeteer to the host; `write` keeps an artifact. */
export function connectBrowsing(
  create: CreateBrowsing,
  host: Host,
  platform: Platform,
  pending: Required<Pending>,
  write: GuestBrowsingHost['write'],
): Browsing {
  return create({
    host,
    write,
    show(browser, page) {
      defineHidden(globalThis, 'browser', browser);
      defineHidden(globalThis, 'page', page);
    },
    count: (by) => void (pending.browser += by),
    fromBase64: (text) => bytesLibrary().fromBase64(text),
    toBase64: (bytes) => bytesLibrary().toBase64(bytes),
    timers: platform.ownTimers,
  });
}
