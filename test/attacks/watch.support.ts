import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { descendants } from '../../packages/sandbox/src/drivers/fixtures/leftovers.ts';

/** What the launcher itself went through while a program ran. */
export interface Strain {
  readonly rssGrowthBytes: number;
  /** Longest time in which the launcher's loop did not turn. */
  readonly stallMs: number;
  /** All processes that were ever seen below this one. */
  readonly processes: ReadonlySet<string>;
}

const tickMs = 10;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Watches this process until it is disposed. */
export function watchLauncher(): Disposable & { strain(): Strain } {
  collectGarbage();
  const before = process.memoryUsage.rss();
  const processes = new Set<string>();
  let rss = before;
  let stallMs = 0;
  let last = performance.now();
  let ticks = 0;
  const look = (): void => {
    const now = performance.now();
    stallMs = Math.max(stallMs, now - last - tickMs);
    last = now;
    rss = Math.max(rss, process.memoryUsage.rss());
    if (ticks++ % 10 === 0) for (const line of descendants()) processes.add(line);
    // The list of processes takes its own time, which is not a stall.
    last = performance.now();
  };
  const timer = setInterval(look, tickMs);
  return {
    strain() {
      look();
      return { rssGrowthBytes: rss - before, stallMs, processes };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
