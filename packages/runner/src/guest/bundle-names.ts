/**
 * Names that the guest and the runner share. They have a file of their own because the guest's other
 * files copy the global scope when they are loaded, which in Node loads half of its library.
 */

/** Globals of Node, by built-in: bundles may use them, and so may scripts that may import the built-in. */
export const nodeGlobals = { Buffer: 'buffer' } as const;

/** The member name of Puppeteer, which is in the snapshot and so in no bundle. */
export const puppeteerMember = 'castellan:puppeteer';
