import type { Box } from '../drivers/driver.ts';

/** How often a box that has no job is looked at, and what it may use of a processor in between. */
const lookMs = 1_000;
const mostCpuMs = 250;

/** Kills a box that works while it has nothing to do: no limit of a run counts then. Gives what ends the watch. */
export function watchIdle(box: Box): () => void {
  let seenMs = box.meter().cpuMs;
  const timer = setInterval(() => {
    const { cpuMs } = box.meter();
    if (cpuMs - seenMs > mostCpuMs) box.kill();
    seenMs = cpuMs;
  }, lookMs).unref();
  return () => clearInterval(timer);
}
