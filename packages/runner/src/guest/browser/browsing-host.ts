import type { Browsing, BrowsingHost } from '../../entry/browser/browsing-host.ts';
import type { OwnTimers } from '../platform/timers.ts';

/** The functions of the runner that Puppeteer uses. */
interface GuestFrames {
  cdpSend(text: string): void;
  act(text: string): void;
  sourceText(path: string): string;
  log(level: 'warn', text: string): void;
}

/** What the guest gives: the runner's functions, and some for the isolate, where Node's own do not exist. */
export interface GuestBrowsingHost extends Pick<BrowsingHost, 'show' | 'write' | 'count'> {
  readonly host: GuestFrames;
  fromBase64(text: string): Uint8Array;
  toBase64(bytes: Uint8Array): string;
  /** Timers that do not count as the script's. */
  readonly timers: OwnTimers;
}

/** The bundle of this folder: see `bundling.ts`. */
export type CreateBrowsing = (host: GuestBrowsingHost) => Browsing;
