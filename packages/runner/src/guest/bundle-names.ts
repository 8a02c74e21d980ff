/**
 * Names that the guest and the runner share. The runner imports this file and no more of the guest's
 * bundles: the guest's files take hold of the global scope, which in Node loads half of its library.
 */

/** Names that bundles may use freely and that scripts get as globals when their built-in is allowed. */
export const nodeGlobals = { Buffer: 'buffer' } as const;

/** Where Puppeteer is in a run with a browser: in the snapshot, and so in no bundle. */
export const puppeteerMember = 'castellan:puppeteer';
