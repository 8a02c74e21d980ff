import type { Box } from '../boxes/runner/box.ts';

/** The interval at which an idle box is checked, and the processor time that it may use in between. */
const lookMs = 1_000;
const mostCpuMs = 250;

/**
 * Kills a box that uses the processor while it has no job: no limit of a run applies then. Returns
 * a function that stops the watch.
 */
export function watchIdle(box: Box): () => void {
  let seenMs = box.meter().cpuMs;
  const timer = setInterval(() => {
    const { cpuMs } = box.meter();
    if (cpuMs - seenMs > mostCpuMs) box.kill();
    seenMs = cpuMs;
  }, lookMs).unref();
  return () => clearInterval(timer);
}
