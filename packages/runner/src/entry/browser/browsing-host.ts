import type { BrowserJob } from '@castellan/protocol/frames';
import type { NameOpaque } from '@castellan/protocol/json';
import type { EntryBrowsing } from '../context.ts';

/** What Puppeteer asks of the run around it, in either engine. */
export interface BrowsingHost {
  /** Sends one command to the browser, JSON text. */
  send(text: string): void;
  /** Writes a line to the run's log. */
  warn(text: string): void;
  /** Sets what `browser` and `page` are from now on; a script may have filtered all pages out. */
  show(browser: object, page: object | undefined): void;
  /** Keeps a file as an artifact; settles when the launcher has it. */
  write(name: string, content: Uint8Array | string, contentType: string | null): Promise<unknown>;
  /** The text of a file that the run was given; null when there is none. */
  read(path: string): string | null;
  /**
   * Tells which call the script waits for longest, and the stack of its caller; null when that call has
   * ended and there is no other.
   */
  waitsFor(call: string | null, stack: string): void;
  /** Milliseconds until `wallMs` ends the run. */
  leftMs(): number;
  /** Reports a call of Puppeteer: JSON text of an `ActionMessage`. */
  act(text: string): void;
  /** Counts what calls of the script's wait for: one more, or one less. */
  count(by: 1 | -1): void;
}

/** A connection to the browser for another library than Puppeteer, beside Puppeteer's. */
export interface OtherConnection {
  /** A number that no other command of the run has. */
  nextId(): number;
  /** Sends one command, JSON text. */
  send(text: string): void;
  /** Sets what takes answers and events, JSON text. */
  onMessage(take: (text: string) => void): void;
  close(): void;
}

/** A run's browser, as the script uses it. */
export interface Browsing {
  /** The default export of `puppeteer`. */
  readonly puppeteer: object;
  /** Connects to the run's browser and shows it. */
  open(settings: BrowserJob): Promise<void>;
  /** What the run has at this moment. */
  readonly shown: EntryBrowsing['shown'];
  /** Names Puppeteer's objects, which JSON cannot carry. */
  readonly nameOpaque: NameOpaque;
  /** Connects another library. Rejects with the browser's message when it may not. */
  connectOther(): Promise<OtherConnection>;
  /** How the run wants its pages to look. */
  settings(): BrowserJob;
  /** Takes an answer or an event of the browser's, JSON text. */
  onMessage(text: string): void;
  /** Whether the script still has the browser: its events may wake a script that waits. */
  readonly isOpen: boolean;
}
