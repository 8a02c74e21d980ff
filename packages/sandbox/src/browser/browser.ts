import type { Limits, LogLevel, Reason } from '@castellan/protocol';
import type { RunEgress } from '../egress/launcher/run-egress.ts';
import type { BrowserUse } from '../boxes/browser/gauge.ts';
import type { Fields } from './relay/messages.ts';
import type { Picture } from './relay/picture.ts';
import type { Download } from './relay/downloads.ts';
import type { Piece } from './relay/piece.ts';
import type { TakePicture } from './relay/screencast.ts';

/**
 * One Chromium for one run, behind the relay. Disposing of it kills it and waits until nothing is
 * left.
 */
export interface RunBrowser extends AsyncDisposable {
  /**
   * Sends a message of the script's Puppeteer: JSON text of one CDP command. Hostile. Answers
   * arrive at `onMessage`.
   */
  send(bytes: Uint8Array): void;
  /** Bytes of commands that Chromium has not read yet. */
  readonly unsent: number;
  /** Backpressure: while held, nothing is read from Chromium. */
  hold(isHeld: boolean): void;
  /** Resolves when the browser has ended, or has to be ended. Never rejects. */
  readonly closed: Promise<BrowserEnd>;
  /** Takes the last pictures of a film, which takes less than a second. Never rejects. */
  finishFilm(): Promise<void>;
  /**
   * Takes pictures of its pages for whoever watches, besides those of a film; undefined: no more. Until
   * then none are made.
   */
  watch(take: TakePicture | undefined): void;
  /** Writes the last lines about its pages. */
  conclude(): void;
  /** Takes a picture of the page in front, of one that hangs too. */
  picture(): Promise<Picture>;
  /** The dialog of a page that nobody has answered, in words. */
  readonly dialog: string | undefined;
  /** What all its processes use together; processor time since it was handed out. */
  use(): BrowserUse;
}

/** Why a browser has ended; without a reason it was disposed of. */
export interface BrowserEnd {
  readonly reason: Extract<
    Reason,
    'browser_crashed' | 'out_of_memory' | 'cpu_timeout' | 'artifact_limit'
  > | null;
  readonly message: string;
}

/** Callbacks of a browser to its run. */
export interface BrowserHooks {
  /** An answer or event for the script, JSON text. It comes from Chromium, so it is hostile. */
  onMessage(pieces: readonly Piece[]): void;
  /** `unsent` has fallen. */
  onDrain(): void;
  /** A line about the page or the relay; hostile text. */
  onLog(level: LogLevel, text: string): void;
  /** A download is complete. */
  onDownload(download: Download): void;
  /** Returns a file of the script, for a file chooser. */
  files(name: string): Uint8Array | undefined;
}

/** What of a browser is recorded; all of it is hostile. */
export interface BrowserRecorder {
  /** Takes a picture of a page, by its number from 1: a JPEG in base64. Undefined: no film. */
  readonly onPicture: TakePicture | undefined;
  /** Takes an event that a session of the script's gets. Undefined: no trace. */
  readonly onEvent:
    | ((method: string, params: () => Fields, session: string, characters: number) => void)
    | undefined;
}

export interface BrowserJob {
  readonly limits: Limits;
  /** The egress of the run, the browser's only one. The browser does not dispose of it. */
  readonly egress: RunEgress;
  /** Undefined for a run that is not recorded. */
  readonly recorder?: BrowserRecorder | undefined;
}

/** Hands out browsers, keeps some warm, and ends every one of them. */
export interface BrowserPool extends AsyncDisposable {
  /** Fills the pool. Rejects when the first browser cannot be started. */
  warmUp(): Promise<void>;
  /**
   * Resolves with a browser with one empty page. Rejects with `box_failed` when it cannot be
   * started.
   */
  take(job: BrowserJob, hooks: BrowserHooks): Promise<RunBrowser>;
}
