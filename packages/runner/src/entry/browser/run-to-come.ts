import type { BrowsingHost } from './browsing-host.ts';

/** A host for Puppeteer that is prepared before there is a run. */
export interface RunToCome {
  readonly host: BrowsingHost;
  /** Called once, when the run begins. */
  begin(run: BrowsingHost): void;
}

/**
 * To prepare Puppeteer takes 4 ms of processor time: it is done before a job is there, in the snapshot of
 * isolates or while a box of full Node waits.
 */
export function runToCome(): RunToCome {
  let current: BrowsingHost | undefined;
  const run = (): BrowsingHost => {
    if (current === undefined) throw new Error('No run has begun');
    return current;
  };
  return {
    begin: (begun) => void (current = begun),
    host: {
      send: (text) => run().send(text),
      warn: (text) => run().warn(text),
      show: (browser, page) => run().show(browser, page),
      write: (name, content, contentType) => run().write(name, content, contentType),
      read: (path) => run().read(path),
      waitsFor: (call, stack) => run().waitsFor(call, stack),
      leftMs: () => run().leftMs(),
      act: (text) => run().act(text),
      count: (by) => run().count(by),
    },
  };
}
