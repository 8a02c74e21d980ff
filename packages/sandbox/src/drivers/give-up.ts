import { release } from '../walls/child.ts';
import type { Enclosed } from './driver.ts';

/** Kills what was started, waits for its end, and returns its standard error. */
export async function giveUp({ watched, inner, kill }: Enclosed): Promise<string> {
  kill();
  const lastWords = await watched.stderr;
  await release(watched);
  (await inner)?.[Symbol.dispose]();
  return lastWords;
}
