import { patience } from './patience.support.ts';

/** Taken before a test can replace them by a mocked clock. */
const { clearTimeout, setImmediate, setTimeout } = globalThis;

/** For so long each turn of the event loop looks again; after it, only every few milliseconds. */
const busyMs = 50;
const pauseMs = 5;

/**
 * Waits until `condition` returns (or resolves to) something truthy, and returns that. Rejects after
 * `timeoutMs` with an error that names `what`: "the second browser is ready", "the box has ended".
 */
export async function until<T>(
  what: string,
  condition: () => T,
  timeoutMs = 30_000 * patience,
): Promise<Exclude<Awaited<T>, false | null | undefined | 0 | ''>> {
  // Made here, so that its stack shows who waits.
  const inVain = new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
  const start = performance.now();
  for (;;) {
    const found = await condition();
    if (found) return found as Exclude<Awaited<T>, false | null | undefined | 0 | ''>;
    const waitedMs = performance.now() - start;
    if (waitedMs > timeoutMs) throw inVain;
    await new Promise<void>((resolve) => {
      if (waitedMs < busyMs) setImmediate(resolve);
      else setTimeout(resolve, pauseMs);
    });
  }
}

/** Resolves or rejects as `promise` does; rejects after `timeoutMs` with an error that names `what`. */
export async function settled<T>(
  what: string,
  promise: PromiseLike<T>,
  timeoutMs = 30_000 * patience,
): Promise<T> {
  const inVain = new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(inVain), timeoutMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
