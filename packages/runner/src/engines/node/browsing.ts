import type { BrowsingHost } from '../../entry/browser/browsing-host.ts';
import { defineGlobals, type GuestContext } from '../../entry/context.ts';
import type { Files } from '../../script/files.ts';
import type { CreateNodeBrowsing, NodeBrowsing } from './browser/index.ts';

const immediate = setImmediate;

/** Calls back in a turn of its own. */
export function inTurn(work: () => void): void {
  immediate(work);
}

/** The browser of one run, as its script uses it in this process. */
export function openBrowsing(
  create: CreateNodeBrowsing | undefined,
  files: Files,
  { write }: GuestContext['artifacts'],
  host: Pick<BrowsingHost, 'send' | 'warn' | 'act' | 'count' | 'leftMs' | 'waitsFor'>,
): NodeBrowsing {
  if (create === undefined) throw new Error('This box was made without Puppeteer');
  return create({
    ...host,
    show: (browser, page) => defineGlobals({ browser, page }),
    write: (name, content, contentType) =>
      write(name, content, contentType === null ? {} : { contentType }),
    read: (path) => (files.has(path) ? files.source(path) : null),
  });
}
