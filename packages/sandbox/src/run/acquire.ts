import type { ReadyBox } from '../pool/pool.ts';
import type { Browsing } from './browsing.ts';

/** The box of a run, and its browser if it has one. */
export interface Acquired {
  readonly box: ReadyBox;
  readonly browsing: Browsing | undefined;
}

/**
 * Takes a box and, as soon as it is the run's turn, a browser. Resolves with `undefined` when the run
 * ends before both are there; whatever arrives later is released.
 */
export async function acquire(
  takeBox: (onTurn: () => void) => Promise<ReadyBox>,
  takeBrowser: () => Promise<Browsing | undefined>,
  ended: Promise<unknown>,
): Promise<Acquired | undefined> {
  let browser: Promise<Browsing | undefined> = Promise.resolve(undefined);
  const box = takeBox(() => {
    browser = takeBrowser();
    browser.catch(() => undefined);
  });
  const both = box.then(async (ready) => ({ box: ready, browsing: await browser }));
  let acquired: Acquired | undefined;
  try {
    acquired = await Promise.race([both, ended.then(() => undefined)]);
    return acquired;
  } finally {
    if (acquired === undefined) void giveBack(box, () => browser);
  }
}

async function giveBack(
  box: Promise<ReadyBox>,
  browser: () => Promise<Browsing | undefined>,
): Promise<void> {
  await box.then((late) => late.release(false)).catch(() => undefined);
  await browser()
    .then((late) => late?.[Symbol.asyncDispose]())
    .catch(() => undefined);
}
