import { type Reason, statusOf } from '@castellan/protocol';
import { frameTypes } from '@castellan/protocol/frames';
import { type Artifacts, cleanName } from '../artifacts/artifacts.ts';
import type { BrowserEnd, BrowserHooks, BrowserPool, RunBrowser } from '../browser/browser.ts';
import type { Link } from '../channel/link.ts';
import type { RunEgress } from '../egress/launcher/run-egress.ts';
import type { Job } from './job.ts';

/** Bytes that Chromium has not read, at which the script's box has to wait. */
const maxUnsent = 8 * 2 ** 20;
/** Bytes that the script's box has not read, at which Chromium has to wait. */
const maxUnread = 8 * 2 ** 20;

/** How long the end of a run waits for a picture of the page. */
const pictureMs = 400;

/** What of a browser's doings the run writes down. */
export type BrowserNotes = Pick<BrowserHooks, 'onLog' | 'onArtifact' | 'files'>;

/** The browser of one run: carries CDP between the relay and the script's box, as fast as both read. */
export class Browsing implements AsyncDisposable {
  readonly #notes: BrowserNotes;
  #browser: RunBrowser | undefined;
  #link: Link | undefined;
  #isOver = false;

  private constructor(notes: BrowserNotes) {
    this.#notes = notes;
  }

  static async take(
    pool: BrowserPool,
    { limits }: Job,
    egress: RunEgress,
    notes: BrowserNotes,
  ): Promise<Browsing> {
    const browsing = new Browsing(notes);
    browsing.#browser = await pool.take({ limits, egress }, browsing.#hooks());
    return browsing;
  }

  #hooks(): BrowserHooks {
    return {
      onMessage: (text) => this.#receive(text),
      onDrain: () => this.#regulate(),
      onLog: (level, text) => {
        if (!this.#isOver) this.#notes.onLog(level, text);
      },
      onArtifact: (name, contentType, bytes) => {
        if (!this.#isOver) this.#notes.onArtifact(name, contentType, bytes);
      },
      files: (name) => this.#notes.files(name),
    };
  }

  connect(link: Link): void {
    this.#link = link;
    link.onRead(() => this.#regulate());
  }

  /** Calls `take` when the browser is gone before the run is over. */
  onClosed(take: (end: BrowserEnd) => void): void {
    void this.#browser?.closed.then((end) => this.#isOver || take(end));
  }

  /** One command of the script's. */
  send(text: string): void {
    if (this.#isOver) return;
    this.#browser?.send(text);
    this.#regulate();
  }

  /**
   * The run is over: nothing passes any more, and the browser dies. A run that failed gets a
   * picture of what it showed, if that can be had in time.
   */
  async close(reason: Reason | null): Promise<Uint8Array | null> {
    this.stop();
    const status = statusOf(reason);
    const failed = status === 'timed_out' || status === 'failed';
    const picture = failed && reason !== 'browser_crashed' ? await this.#pictureInTime() : null;
    // The result does not wait for its processes; the pool sees to it that they go.
    this[Symbol.asyncDispose]().catch(() => undefined);
    return picture ?? null;
  }

  async #pictureInTime(): Promise<Uint8Array | null> {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), pictureMs);
    const picture = await Promise.race([this.#browser?.screenshot() ?? null, late]);
    clearTimeout(timer);
    return picture;
  }

  /** Nothing passes any more in either direction. */
  stop(): void {
    this.#isOver = true;
    this.#link?.hold(this, false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.#browser?.[Symbol.asyncDispose]();
  }

  #receive(text: string): void {
    if (this.#isOver) return;
    this.#link?.send(frameTypes.cdpReceive, {}, Buffer.from(text));
    this.#regulate();
  }

  /** Whoever does not read makes the other side wait: nothing piles up here. */
  #regulate(): void {
    const link = this.#link;
    const browser = this.#browser;
    if (link === undefined || browser === undefined || this.#isOver) return;
    link.hold(this, browser.unsent > maxUnsent);
    browser.hold(link.unread > maxUnread);
  }
}

/** What a script can mean by the name of a file: one of its artifacts, or a part of its source. */
export function fileOf(
  { source }: Job,
  artifacts: Artifacts,
  name: string,
): Uint8Array | undefined {
  const path = name.replace(/^\.\//, '');
  const text = Object.hasOwn(source.files, path) ? source.files[path] : undefined;
  return artifacts.bytes(cleanName(name)) ?? (text === undefined ? undefined : Buffer.from(text));
}
