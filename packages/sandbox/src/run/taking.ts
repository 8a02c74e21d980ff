import type { ReadyBox } from '../pool/pool.ts';
import type { Browsing } from './browsing.ts';

/** Where a run takes place. */
export interface Taken {
  readonly box: ReadyBox;
  readonly browsing: Browsing | undefined;
}

/**
 * Takes a box and, as soon as it is the run's turn, a browser beside it. `undefined` when the run
 * has ended before both were there. What comes too late, or in vain, is given back.
 */
export async function takeBoth(
  takeBox: (onTurn: () => void) => Promise<ReadyBox>,
  takeBrowser: () => Promise<Browsing | undefined>,
  ended: Promise<unknown>,
): Promise<Taken | undefined> {
  let browser: Promise<Browsing | undefined> = Promise.resolve(undefined);
  const box = takeBox(() => {
    browser = takeBrowser();
    browser.catch(() => undefined);
  });
  const both = box.then(async (ready) => ({ box: ready, browsing: await browser }));
  let taken: Taken | undefined;
  try {
    taken = await Promise.race([both, ended.then(() => undefined)]);
    return taken;
  } finally {
    if (taken === undefined) void giveBack(box, () => browser);
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
