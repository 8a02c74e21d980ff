import { setTimeout as wait } from 'node:timers/promises';
import { release, type Watched } from './child.ts';
import type { ProcessView } from './procfs.ts';

/** How long the kernel may take to end a killed process before it counts as stuck. */
const giveUpMs = 5_000;

/** Kills a process until it is gone, then closes the view of it. */
export async function reap(view: ProcessView): Promise<void> {
  const giveUpAt = performance.now() + giveUpMs;
  while (!view.isGone && performance.now() < giveUpAt) {
    view.kill();
    await wait(1);
  }
  view[Symbol.dispose]();
}

/** Kills what is in a box and waits until nothing is left of it, the program that waited for it included. */
export async function bury(view: ProcessView, watched: Watched): Promise<void> {
  view.kill();
  await release(watched);
  // If the program in between was killed first, the one inside dies a moment later.
  await reap(view);
}
