import { PlainBuffer } from './buffer.ts';
import type { GuestBrowsingHost } from './browsing-host.ts';

/** The bundle's global object: one of its own, whose prototype is the real one. */
export const scope = globalThis as unknown as Record<string, unknown>;

/** Shadows the globals that Puppeteer must not take from the script. */
export function prepareScope({
  timers,
  fromBase64,
  toBase64,
}: Pick<GuestBrowsingHost, 'timers' | 'fromBase64' | 'toBase64'>): void {
  Object.assign(scope, timers, { fromBase64, toBase64 });
  const real = Object.getPrototypeOf(scope) as { readonly Buffer?: unknown };
  Object.defineProperty(scope, 'Buffer', { get: () => real.Buffer ?? PlainBuffer });
}
