/** Puppeteer in the guest: bundled, and part of the snapshot of boxes that have a browser. */
import { environment } from 'puppeteer-core/internal/environment.js';
import { browsingOver } from '../../entry/browser/browsing.ts';
import type { BrowsingHost } from '../../entry/browser/browsing-host.ts';
import { withoutDot } from '../../entry/context.ts';
import { defineHidden } from '../platform/natives.ts';
import { createFiles } from './files.ts';
import { prepareScope } from './scope.ts';
import type { CreateBrowsing } from './browsing-host.ts';

/** The script's global scope: the bundle has one of its own in front of it. */
const scriptScope = Object.getPrototypeOf(globalThis) as object;

export const createBrowsing: CreateBrowsing = ({ host, timers, pending, write, bytes }) => {
  const browsingHost: BrowsingHost = {
    send: (text) => host.cdpSend(text),
    act: (text) => host.act(text),
    write,
    read: (path) => (host.file(withoutDot(path), true) ?? null) as string | null,
    warn: (text) => host.log('warn', text),
    show(browser, page) {
      defineHidden(scriptScope, 'browser', browser);
      defineHidden(scriptScope, 'page', page);
    },
    leftMs: () => host.leftMs(),
    waitsFor: (call, stack) => host.waitsFor(call, stack),
    count: (by) => void (pending.browser += by),
  };
  prepareScope(timers, bytes);
  environment.value = createFiles(browsingHost) as typeof environment.value;
  return browsingOver(browsingHost);
};
