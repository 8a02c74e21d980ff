import { PlainBuffer } from './buffer.ts';
import type { GuestParts } from './browsing-host.ts';

/** The bundle's global object: one of its own, whose prototype is the real one. */
export const scope = globalThis as unknown as Record<string, unknown>;

/** Shadows the globals that Puppeteer must not take from the script. */
export function prepareScope(timers: GuestParts['timers'], bytes: GuestParts['bytes']): void {
  Object.assign(scope, timers, {
    fromBase64: (text: string) => bytes().fromBase64(text),
    toBase64: (given: Uint8Array) => bytes().toBase64(given),
  });
  const real = Object.getPrototypeOf(scope) as { readonly Buffer?: unknown };
  Object.defineProperty(scope, 'Buffer', { get: () => real.Buffer ?? PlainBuffer });
}
