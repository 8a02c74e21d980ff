import type { Browsing, BrowsingHost } from '../../entry/browser/browsing-host.ts';
import type { OwnTimers } from '../platform/timers.ts';

/** Extra functions for the isolate, where Node's own do not exist. */
export interface GuestBrowsingHost extends BrowsingHost {
  fromBase64(text: string): Uint8Array;
  toBase64(bytes: Uint8Array): string;
  /** Timers that do not count as the script's. */
  readonly timers: OwnTimers;
}

/** The bundle of this folder: see `bundling.ts`. */
export type CreateBrowsing = (host: GuestBrowsingHost) => Browsing;
