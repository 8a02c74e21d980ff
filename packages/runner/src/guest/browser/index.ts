/** Puppeteer in the guest: bundled, and part of the snapshot of boxes that have a browser. */
import { environment } from 'puppeteer-core/internal/environment.js';
import { browsingOver } from '../../entry/browser/browsing.ts';
import { runToCome } from '../../entry/browser/run-to-come.ts';
import { withoutDot } from '../../entry/context.ts';
import { defineHidden } from '../platform/natives.ts';
import { createFiles } from './files.ts';
import { prepareScope } from './scope.ts';
import type { CreateBrowsing } from './browsing-host.ts';

/** The script's global scope: the bundle has one of its own in front of it. */
const scriptScope = Object.getPrototypeOf(globalThis) as object;

// All of this is in the snapshot.
const run = runToCome();
environment.value = createFiles(run.host) as typeof environment.value;
const browsing = browsingOver(run.host);

export const createBrowsing: CreateBrowsing = ({ host, timers, pending, write, bytes }) => {
  prepareScope(timers, bytes);
  run.begin({
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
  });
  return browsing;
};
