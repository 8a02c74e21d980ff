import type { Limits, LogLevel, Reason } from '@castellan/protocol';
import type { RunEgress } from '../egress/launcher/run-egress.ts';

/** One Chromium for one run, behind the relay. Disposing of it kills it and waits until nothing is left. */
export interface RunBrowser extends AsyncDisposable {
  /** A message of the script's Puppeteer: JSON text of one CDP command. Hostile. Answers come by `onMessage`. */
  send(text: string): void;
  /** Bytes of commands that Chromium has not read yet. */
  readonly unsent: number;
  /** While held, nothing is read from Chromium: the script's box does not keep up. */
  hold(isHeld: boolean): void;
  /** Settles when the browser is gone, or has to go. Never rejects. */
  readonly closed: Promise<BrowserEnd>;
  /** A screenshot of the page in front, taken by the launcher, as PNG; `null` when there is none in time. */
  screenshot(): Promise<Uint8Array | null>;
  /** Memory now and at most, of all processes of the browser together. */
  memory(): { readonly bytes: number; readonly peakBytes: number };
}

/** Why a browser is gone; without a reason it was disposed of. */
export interface BrowserEnd {
  readonly reason: Extract<Reason, 'browser_crashed' | 'out_of_memory' | 'artifact_limit'> | null;
  readonly message: string;
}

/** What a browser tells the run that it belongs to. */
export interface BrowserHooks {
  /** An answer or event for the script, JSON text. What is in it comes from Chromium: hostile. */
  onMessage(text: string): void;
  /** Commands have left: `unsent` has fallen. */
  onDrain(): void;
  /** A line about the page or the relay; hostile text. */
  onLog(level: LogLevel, text: string): void;
  /** A download that is complete. */
  onArtifact(name: string, contentType: string, bytes: Uint8Array): void;
  /** A file that the script made, for a file chooser. */
  files(name: string): Uint8Array | undefined;
}

export interface BrowserJob {
  readonly limits: Limits;
  /** The run's way out. The browser has no other, and does not dispose of it. */
  readonly egress: RunEgress;
}

/** Hands out browsers, keeps some ready, and sees to it that each one dies. */
export interface BrowserPool extends AsyncDisposable {
  /** Fills the pool. Rejects when the first browser cannot be started. */
  warmUp(): Promise<void>;
  /** A browser with one empty page. Rejects with `box_failed` when it cannot be started. */
  take(job: BrowserJob, hooks: BrowserHooks): Promise<RunBrowser>;
}
