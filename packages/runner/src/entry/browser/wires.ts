import type { BrowserSettings } from '@castellan/protocol';
import type { OwnTimers } from '../../guest/platform/timers.ts';

/** What Puppeteer needs of the world around it, whatever engine it runs in. */
export interface BrowserWires {
  /** One command to the browser, JSON text. */
  send(text: string): void;
  /** A line in the run's log. */
  warn(text: string): void;
  /** What `browser` and `page` are from now on. */
  show(browser: object, page: object): void;
  /** Keeps a file as an artifact; settles when the launcher has it. */
  write(name: string, content: Uint8Array | string, contentType: string | null): Promise<unknown>;
  /** The text of a file of the run's source; null when there is none. */
  read(path: string): string | null;
}

/** What it needs besides where there is no Node; all of it is the guest's. */
export interface GuestWires extends BrowserWires {
  fromBase64(text: string): Uint8Array;
  toBase64(bytes: Uint8Array): string;
  /** Timers that do not count as the script's. */
  readonly timers: OwnTimers;
}

/** A run's browser as the script has it. */
export interface Browsing {
  /** What `import puppeteer from 'puppeteer'` gives. */
  readonly puppeteer: object;
  /** Connects to the run's browser and shows it. */
  open(settings: BrowserSettings): Promise<void>;
  /** An answer or an event of the browser's, JSON text. */
  onMessage(text: string): void;
}

/** What the bundle of this folder is: see `browser/bundling.ts`. */
export type CreateBrowsing = (wires: GuestWires) => Browsing;
