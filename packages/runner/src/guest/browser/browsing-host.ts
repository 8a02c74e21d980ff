import type { Browsing, BrowsingHost } from '../../entry/browser/browsing-host.ts';
import type { OwnPending } from '../../entry/pending.ts';
import type { OwnTimers } from '../platform/timers.ts';

/** What Puppeteer has of the isolate around it. */
export interface GuestParts {
  readonly host: GuestHost;
  /** Timers that do not count as the script's. */
  readonly timers: OwnTimers;
  /** What the script waits for. */
  readonly pending: OwnPending;
  readonly write: BrowsingHost['write'];
  /** The guest's own base64: there is none of Node's. */
  readonly bytes: () => {
    fromBase64(text: string): Uint8Array;
    toBase64(bytes: Uint8Array): string;
  };
}

/** The functions of the runner that a browser needs. */
interface GuestHost {
  cdpSend(text: string): void;
  act(text: string): void;
  log(level: 'warn', text: string): void;
  file(path: string, asText: boolean): Uint8Array | string | undefined;
  leftMs(): number;
  waitsFor(call: string | null, stack: string): void;
}

/** The bundle of this folder: see `bundling.ts`. */
export type CreateBrowsing = (parts: GuestParts) => Browsing;
