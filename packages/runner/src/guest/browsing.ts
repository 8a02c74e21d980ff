import type { Browsing } from '../entry/browser/browsing-host.ts';
import type { CreateBrowsing, GuestParts } from './browser/browsing-host.ts';
import { bytesLibrary } from './platform/lazy.ts';

/** Takes Puppeteer off the global scope, where the snapshot of a box with a browser holds it. */
export function takeCreateBrowsing(global: object): CreateBrowsing | undefined {
  const name = '__castellanBrowser';
  const holder = global as { [name]?: CreateBrowsing };
  const create = holder[name];
  delete holder[name];
  return create;
}

/** Connects Puppeteer to the host. */
export function connectBrowsing(
  create: CreateBrowsing,
  host: GuestParts['host'],
  timers: GuestParts['timers'],
  pending: GuestParts['pending'],
  write: GuestParts['write'],
): Browsing {
  return create({ host, timers, pending, write, bytes: bytesLibrary });
}
