import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessView } from './procfs.ts';

/** How long the kernel may take to end a killed process before it counts as stuck. */
const giveUpMs = 5_000;

/** Kills a process until it is gone, then closes the view of it. */
export async function reap(view: ProcessView): Promise<void> {
  const giveUpAt = performance.now() + giveUpMs;
  while (view.sample() !== undefined && performance.now() < giveUpAt) {
    view.kill();
    await wait(1);
  }
  view[Symbol.dispose]();
}
