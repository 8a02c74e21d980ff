import type { Native } from '../native/wire.ts';
import type { Level } from './console.ts';
import type { Convert } from './conversion.ts';
import type { CryptoHost } from './crypto-host.ts';
import type { LibraryFactory } from './lazy.ts';
import type { LibraryName } from './library-names.ts';

/** What the platform needs of the runner; all of it is called with plain numbers and strings. */
export interface PlatformHost {
  /** Writes a log line of at most `maxTextLength` UTF-16 units. */
  log(level: Level, text: string): void;
  /**
   * Schedules a call of `Platform.fireTimer` in about `ms` milliseconds; a later call replaces an
   * earlier one, null cancels it. The alarm is set exactly while a timer is armed, and `holds` the run while one
   * of them does.
   */
  wake(ms: number | null, holds: boolean): void;
  /** Milliseconds, whole numbers, monotonic. */
  now(): number;
  /** Loads a bundled library, at its first use. */
  readonly library: (name: LibraryName) => LibraryFactory;
  /** Node's conversions between text and bytes. */
  readonly convert: Convert;
  /** Node's own compression. Without it, and where it answers with an empty text, JavaScript does it. */
  readonly native?: Native;
  /** Without it every fetch over a network fails. */
  readonly transport?: Transport;
  /** Without it `crypto` throws a `NotSupportedError`. */
  readonly crypto?: CryptoHost;
}

/**
 * How a fetch crosses the boundary: as identifiers, JSON and bytes, nothing else. Each side sends a
 * body only as far as the other has granted credit, counted in bytes.
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
 *   cancel(id) ──────────────────▶          nothing is sent about `id` any more
 *
 * No call of the guest throws.
 */
export interface Transport {
  /** `headJson` is JSON text of a `FetchHead`. */
  open(id: number, headJson: string, hasBody: boolean): void;
  send(id: number, bytes: Uint8Array): void;
  finish(id: number): void;
  cancel(id: number): void;
  pull(id: number, credit: number): void;
}

/** What the runner calls in the guest, each call a turn of the script; unknown ids are ignored. */
export interface TransportEvents {
  /** `headJson` is JSON text of a `ResponseHead`. */
  onHead(id: number, headJson: string): void;
  onChunk(id: number, bytes: Uint8Array<ArrayBuffer>): void;
  onEnd(id: number): void;
  /** `message` is the text that the script may read. */
  onError(id: number, message: string): void;
  /** Grants `credit` more bytes of the request's body. */
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
