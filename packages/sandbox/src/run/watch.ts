import type { Limits, Reason } from '@castellan/protocol';
import type { ReadyBox } from '../pool/pool.ts';
import { limitCrossed } from './classify.ts';

/** The interval of the watch. In 20 ms, memory can overshoot by about a tenth. */
const watchMs = 20;

/**
 * Calls `end` when the time is up or the box has exceeded a limit. Returns a function that stops
 * the watch.
 */
export function watch(
  { box, isolation }: ReadyBox,
  limits: Limits,
  end: (reason: Reason, message: string) => void,
): () => void {
  const wall = setTimeout(
    () => end('wall_timeout', `The run took longer than ${limits.wallMs} ms`),
    limits.wallMs,
  );
  const looks = setInterval(() => {
    const crossed = limitCrossed(box, isolation.engine, limits);
    if (crossed !== undefined) end(crossed.reason, crossed.message);
  }, watchMs);
  return () => {
    clearTimeout(wall);
    clearInterval(looks);
  };
}
