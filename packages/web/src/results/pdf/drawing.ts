// oxlint-disable-next-line import/default -- the build makes it
import workerAddress from './drawing.worker.ts?worker&url';
import type { Answer, Drawn, Wanted } from './messages.ts';

const longestMs = 10_000;

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: () => string },
  ): { createScriptURL(given: string): string };
}

/** Where the policy of a page asks for Trusted Types, it lets this one be made: whatever it is given, it gives one address. */
const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
const drawing = trustedTypes?.createPolicy('drawing', { createScriptURL: () => workerAddress });

/** Draws a page. Rejects with a sentence for people; `signal` ends the work and says nothing. */
export async function drawPage(
  bytes: ArrayBuffer,
  number: number,
  signal: AbortSignal,
): Promise<Drawn> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Drawn>();
  const address = drawing?.createScriptURL('') ?? workerAddress;
  const worker = new Worker(address, { type: 'module', name: 'pdf' });
  const late = setTimeout(() => {
    reject(new Error(`It was not drawn within ${longestMs / 1_000} s.`));
  }, longestMs);
  signal.addEventListener('abort', reject, { once: true });
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    if ('failed' in data) reject(new Error(data.failed));
    else if ('picture' in data) resolve(data);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    reject(new Error('Its page cannot be drawn.'));
  });
  const wanted: Wanted = { bytes, number };
  worker.postMessage(wanted, []);
  // Whatever the file has begun ends here.
  return promise.finally(() => {
    clearTimeout(late);
    worker.terminate();
  });
}
