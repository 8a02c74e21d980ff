import { PlainBuffer } from './buffer.ts';
import type { GuestBrowsingHost } from './browsing-host.ts';

/** What the bundle takes for its global object: one of its own, with the real one behind it. */
export const scope = globalThis as unknown as Record<string, unknown>;

/** Puts before the real global what Puppeteer shall have instead. */
export function prepareScope({ timers, fromBase64, toBase64 }: GuestBrowsingHost): void {
  Object.assign(scope, timers, { fromBase64, toBase64 });
  const real = Object.getPrototypeOf(scope) as { readonly Buffer?: unknown };
  Object.defineProperty(scope, 'Buffer', { get: () => real.Buffer ?? PlainBuffer });
}
