import { type NetworkEntry, recordBounds, type RecordSettings } from '@castellan/protocol';
import type { ActionMessage } from '@castellan/protocol/frames';
import type { BrowserRecorder } from '../browser/browser.ts';
import { Actions } from './actions.ts';
import { Film } from './film.ts';
import { commented } from './fitting.ts';
import { harOf } from './har.ts';
import { type Moments, startMoments } from './moments.ts';
import { playerOf } from './player.ts';
import { redaction } from './redact.ts';
import { Requests } from './requests.ts';
import { traceOf } from './trace.ts';

/** One file of a recording, an artifact of the run. */
export interface RecordedFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** What a run is recorded for, and what must not be in it. */
export interface RecordingOptions extends RecordSettings {
  readonly runId: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What one run leaves to be looked at: see `recordBounds`. All that it is made of is hostile; the clock is
 * the launcher's. It never ends a run: what is too much is left out, and the files say so.
 */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #moments: Moments;
  /** Set where the pages are filmed. */
  readonly film: Film | undefined;
  readonly #actions: Actions;
  readonly #requests: Requests;

  constructor(options: RecordingOptions, moments: Moments = startMoments()) {
    this.#options = options;
    this.#moments = moments;
    const redact = redaction(options.env);
    this.film = options.video === true ? new Film(this.#moments) : undefined;
    this.#actions = new Actions(this.#moments, redact);
    this.#requests = new Requests(this.#moments, redact);
  }

  /** Whether requests and calls are recorded. */
  get isTraced(): boolean {
    return this.#options.trace === true;
  }

  /** A call of the script's Puppeteer begins or ends. */
  action(message: ActionMessage): void {
    if (this.isTraced) this.#actions.take(message);
  }

  /** A request of the script itself has ended. */
  network(entry: NetworkEntry): void {
    if (this.isTraced) this.#requests.network(entry);
  }

  /** What the browser of the run reports to it. */
  get ofBrowser(): BrowserRecorder {
    const { film } = this;
    const onEvent = this.#requests.event.bind(this.#requests);
    return {
      onPicture: film === undefined ? undefined : (page, base64) => film.add(page, base64),
      onEvent: this.isTraced ? onEvent : undefined,
    };
  }

  /** The files, at the end of the run; each is made when it is asked for. */
  *files(): Generator<RecordedFile> {
    const { runId } = this.#options;
    const { all: actions } = this.#actions;
    const { all: requests } = this.#requests;
    const ofActions = leftOut(this.#actions.dropped, 'calls', recordBounds.actions.most);
    const ofRequests = leftOut(this.#requests.dropped, 'requests', recordBounds.requests.most);
    const frames = this.film?.frames ?? [];
    if (frames.length > 0) {
      const shown = { runId, actions, comment: ofActions };
      yield file('html', 'text/html; charset=utf-8', playerOf(frames, shown, this.#moments));
    }
    if (!this.isTraced) return;
    yield file('har', 'application/json', harOf(requests, this.#moments, ofRequests));
    const comment = commented(ofActions, ofRequests);
    const trace = traceOf({ actions, requests, comment }, this.#moments, runId);
    yield file('trace.json', 'application/json', trace);
  }
}

function file(name: string, contentType: string, text: string): RecordedFile {
  return { name: `recording.${name}`, contentType, bytes: Buffer.from(text) };
}

function leftOut(count: number, what: string, most: number): string {
  return count === 0 ? '' : `${count} ${what} are left out: a recording has at most ${most}.`;
}
