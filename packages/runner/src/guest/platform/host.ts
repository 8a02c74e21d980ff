import type { Level } from './console.ts';
import type { CryptoHost } from './crypto-host.ts';
import type { LibraryFactory } from './lazy.ts';
import type { LibraryName } from './library-names.ts';

/** What the platform asks of the host, all of it by plain numbers and strings. */
export interface PlatformHost {
  /** One log line, at most `maxTextLength` UTF-16 units long. */
  log(level: Level, text: string): void;
  /**
   * Asks for a call of `Platform.fireTimer` in about `ms` milliseconds; a later call replaces an
   * earlier one, null cancels. The alarm is set exactly while a timer is armed.
   */
  wake(ms: number | null): void;
  /** Milliseconds, whole numbers, monotonic. */
  now(): number;
  /** One of the bundled libraries, at its first use. */
  library(name: LibraryName): LibraryFactory;
  /** Without it every fetch over a network fails. */
  readonly transport?: Transport;
  /** Without it `crypto` throws a `NotSupportedError`. */
  readonly crypto?: CryptoHost;
}

/**
 * The way of a fetch through the boundary: identifiers, JSON and bytes, nothing else. Both sides
 * send a body only as far as the other has given credit, counted in bytes.
 *
 *   guest                          runner
 *   open(id, head, hasBody) ─────▶
 *   send(id, bytes) ─────────────▶          at most `windowBytes` before the first onCredit
 *                           ◀───── onCredit(id, bytes)
 *   finish(id) ──────────────────▶
 *                           ◀───── onHead(id, head)
 *   pull(id, credit) ────────────▶          no chunk comes before the first credit
 *                           ◀───── onChunk(id, bytes)
 *                           ◀───── onEnd(id), or onError(id, message) at any time
 *   cancel(id) ──────────────────▶          nothing is said about `id` any more
 */
/** What the guest asks of the runner; no call throws. */
export interface Transport {
  /** `headJson` is JSON text of a `FetchHead`. */
  open(id: number, headJson: string, hasBody: boolean): void;
  send(id: number, bytes: Uint8Array): void;
  finish(id: number): void;
  cancel(id: number): void;
  pull(id: number, credit: number): void;
}

/** What the runner says to the guest, each call a turn of the script; unknown ids are ignored. */
export interface TransportEvents {
  /** `headJson` is JSON text of a `ResponseHead`. */
  onHead(id: number, headJson: string): void;
  onChunk(id: number, bytes: Uint8Array<ArrayBuffer>): void;
  onEnd(id: number): void;
  /** `message` is what the script may know. */
  onError(id: number, message: string): void;
  /** The runner takes so many bytes more of the request's body. */
  onCredit(id: number, credit: number): void;
}

export type HeaderPair = readonly [name: string, value: string];

export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly HeaderPair[];
  /** Where the answer came from, after all redirects. */
  readonly url: string;
  readonly redirected: boolean;
}
