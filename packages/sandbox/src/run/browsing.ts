import {
  engines,
  type PagePicture,
  type Reason,
  recordBounds,
  statusOf,
} from '@castellan/protocol';
import { frameTypes, isJpeg } from '@castellan/protocol/frames';
import type { Newest } from '@castellan/protocol/newest';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { cleanName } from '../artifacts/names.ts';
import type {
  BrowserEnd,
  BrowserHooks,
  BrowserPool,
  BrowserRecorder,
  RunBrowser,
} from '../browser/browser.ts';
import type { Picture } from '../browser/relay/picture.ts';
import type { Download } from '../browser/relay/downloads.ts';
import { bytesOf, type Piece } from '../browser/relay/piece.ts';
import type { Link } from '../channel/link.ts';
import type { RunEgress } from '../egress/launcher/run-egress.ts';
import type { Job } from './job.ts';

/** Unread bytes of Chromium at which the script's box is paused. */
const maxUnsent = 8 * 2 ** 20;
/** Unread bytes of the script's box at which Chromium is paused. */
const maxUnread = 8 * 2 ** 20;

/** How long the end of a run waits for a picture: longer than the browser takes for a page that hangs. */
const pictureMs = 4_000;

/** The callbacks of a browser that the run handles. */
export type BrowserNotes = Pick<BrowserHooks, 'onLog' | 'onDownload' | 'files'>;

/**
 * The browser of one run. Carries CDP messages between the relay and the script's box, with
 * backpressure.
 */
export class Browsing implements AsyncDisposable {
  readonly #notes: BrowserNotes;
  readonly #hasFiles: boolean;
  #browser: RunBrowser | undefined;
  #link: Link | undefined;
  #isOver = false;

  private constructor(notes: BrowserNotes, hasFiles: boolean) {
    this.#notes = notes;
    this.#hasFiles = hasFiles;
  }

  static async take(
    pool: BrowserPool,
    { limits, engine }: Job,
    egress: RunEgress,
    notes: BrowserNotes,
    recorder?: BrowserRecorder,
  ): Promise<Browsing> {
    const browsing = new Browsing(notes, engines[engine].hasNode);
    browsing.#browser = await pool.take({ limits, egress, recorder }, browsing.#hooks());
    return browsing;
  }

  #hooks(): BrowserHooks {
    return {
      onMessage: (pieces) => this.#receive(pieces),
      onDrain: () => this.#regulate(),
      onLog: (level, text) => {
        if (!this.#isOver) this.#notes.onLog(level, text);
      },
      onDownload: (download) => this.#keep(download),
      files: (name) => this.#notes.files(name),
    };
  }

  connect(link: Link): void {
    this.#link = link;
    link.onRead(() => this.#regulate());
  }

  /** Calls `take` when the browser ends before the run does. */
  onClosed(take: (end: BrowserEnd) => void): void {
    void this.#browser?.closed.then((end) => this.#isOver || take(end));
  }

  /** Gives pictures of the pages to whoever reads them, and takes none while nobody does. */
  show(pages: Newest<PagePicture>): void {
    if (this.#isOver) return;
    const take = (page: number, base64: string): void => {
      if (base64.length > (recordBounds.frameBytes.most * 4) / 3) return;
      const jpeg = Buffer.from(base64, 'base64');
      if (isJpeg(jpeg)) pages.give({ page, time: new Date().toISOString(), jpeg });
    };
    this.#browser?.watch(pages.isRead ? take : undefined);
  }

  /** Sends one command of the script. */
  send(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#browser?.send(bytes);
    this.#regulate();
  }

  /**
   * Ends the browser at the end of the run; no message passes any more. Resolves with a picture for a run
   * that failed. The log says why there is none, and what the page was waiting for.
   */
  async close(reason: Reason | null): Promise<Uint8Array | null> {
    this.#browser?.conclude();
    this.stop();
    if (reason !== 'browser_crashed') await this.#browser?.finishFilm();
    const status = statusOf(reason);
    const failed = status === 'timed_out' || status === 'failed';
    const picture = failed && reason !== 'browser_crashed' ? await this.#failure() : null;
    // The result does not wait for the end of its processes; the pool does.
    this[Symbol.asyncDispose]().catch(() => undefined);
    return picture;
  }

  async #failure(): Promise<Uint8Array | null> {
    const warn = (text: string): void => this.#notes.onLog('warn', `[browser] ${text}`);
    const dialog = this.#browser?.dialog;
    if (dialog !== undefined) {
      warn(`The page waits for an answer to ${dialog}; page.on('dialog', …) can give one.`);
    }
    const picture = await this.#pictureInTime();
    if (picture instanceof Uint8Array) return picture;
    warn(`There is no failure.png: ${picture.why}.`);
    return null;
  }

  async #pictureInTime(): Promise<Picture> {
    const { promise: late, resolve } = Promise.withResolvers<Picture>();
    const timer = setTimeout(() => resolve({ why: 'the browser does not answer' }), pictureMs);
    const picture = await Promise.race([this.#browser?.picture() ?? late, late]);
    clearTimeout(timer);
    return picture;
  }

  /** Processor time of the browser in this run. */
  get cpuMs(): number {
    return this.#browser?.use().cpuMs ?? 0;
  }

  /** Stops messages in both directions. */
  stop(): void {
    this.#isOver = true;
    this.#link?.hold(this, false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.#browser?.[Symbol.asyncDispose]();
  }

  /** Keeps a download as an artifact; a script with a working directory gets it there, too. */
  #keep(download: Download): void {
    if (!this.#isOver) this.#notes.onDownload(download);
    if (this.#isOver || !this.#hasFiles) return;
    const { guid, name, bytes } = download;
    this.#link?.send(frameTypes.download, { guid, name: cleanName(name) }, bytes);
    this.#regulate();
  }

  #receive(pieces: readonly Piece[]): void {
    if (this.#isOver) return;
    this.#link?.send(frameTypes.cdpReceive, {}, ...pieces.map(bytesOf));
    this.#regulate();
  }

  /** Backpressure in both directions, so that nothing accumulates here. */
  #regulate(): void {
    const link = this.#link;
    const browser = this.#browser;
    if (link === undefined || browser === undefined || this.#isOver) return;
    link.hold(this, browser.unsent > maxUnsent);
    browser.hold(link.unread > maxUnread);
  }
}

/** Resolves a file name of a script to one of its artifacts or files. */
export function fileOf(
  { source }: Job,
  artifacts: Artifacts,
  name: string,
): Uint8Array | undefined {
  const path = name.replace(/^\.\//, '');
  const text = Object.hasOwn(source.files, path) ? source.files[path] : undefined;
  const given = text === undefined ? source.data.get(path) : Buffer.from(text);
  return artifacts.bytes(cleanName(name)) ?? given;
}
