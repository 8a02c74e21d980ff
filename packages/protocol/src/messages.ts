import type { BrowserJob } from './browser.ts';
import type { RequestHead } from './exchange.ts';
import type { ClaimableReason } from './reasons.ts';
import type { ScriptInput } from './run-input.ts';
import type { RunError } from './run.ts';
import type { LogLevel } from './words.ts';

/**
 * What the frames mean. Types below 64 go from the box to the launcher, the others to the box.
 *
 *     launcher                                   box
 *        |                 ready  <--------------  |   filters on, isolate and context made
 *        |  job  ------------------------------->  |
 *        |                 compiled  <-----------  |   parsed, linked, about to call user code
 *        |                 log, progress  <------  |   any number, in order
 *        |                 artifact, call  <-----  |
 *        |  settle  ---------------------------->  |   answers one artifact or call by its id
 *        |            fetchOpen … fetchPull  <--  |   requests and their bodies, as far as credit goes
 *        |  fetchHead … fetchCredit  ----------->  |   answers and their bodies, as far as credit goes
 *        |  callback  -------------------------->  |   calls a function that was passed to a helper
 *        |                 returned  <-----------  |   what it returned or threw
 *        |                 cdpSend  <------------  |   commands for the run's browser, as text in the bytes
 *        |  cdpReceive  ------------------------>  |   its answers and events; its end is the run's
 *        |                 action  <-------------  |   a call of Puppeteer begins or ends
 *        |                 browserCall  <--------  |   which call to the browser is waited for, now and then
 *        |  download  --------------------------->  |   node engine: a file that a page has downloaded
 *        |                 settled  <------------  |   at most one: the value so far, of a script that goes on
 *        |                 waiting  <------------  |   any number after it: what the script goes on for
 *        |                 result  <-------------  |   exactly one; frames after it are refused
 *        |
 *        |  only with the node engine:             |
 *        |                 fetchProxy  <---------  |   a connection to the run's HTTP proxy; then as a
 *        |                                         |   request: fetchSend, fetchChunk and so on
 *        |                 exit  <---------------  |   instead of a result: the script ended its process
 */
export const frameTypes = {
  ready: 1,
  compiled: 2,
  log: 3,
  progress: 4,
  artifact: 5,
  call: 6,
  result: 7,
  fetchOpen: 8,
  fetchSend: 9,
  fetchFinish: 10,
  fetchCancel: 11,
  fetchPull: 12,
  exit: 13,
  fetchProxy: 14,
  artifactRead: 15,
  cdpSend: 16,
  settled: 17,
  waiting: 18,
  returned: 19,
  action: 20,
  browserCall: 21,
  job: 64,
  settle: 65,
  fetchHead: 66,
  fetchChunk: 67,
  fetchEnd: 68,
  fetchError: 69,
  fetchCredit: 70,
  callback: 71,
  download: 72,
  cdpReceive: 80,
} as const;

/** The box is ready for a job. */
export interface ReadyMessage {
  readonly node: string;
  readonly isolatedVm: string;
}

/** The line follows as bytes, in UTF-8. */
export interface LogMessage {
  readonly level: LogLevel;
}

export interface ProgressMessage {
  readonly fraction: number;
  readonly text: string;
}

/** Bytes follow. */
export interface ArtifactMessage {
  readonly id: number;
  readonly name: string;
  readonly contentType: string | null;
}

/**
 * A helper called by the script. The bytes are its arguments: JSON text of an array or, with `text`, the
 * `text` bytes of a parcel's text and then its bytes.
 */
export interface CallMessage {
  readonly id: number;
  readonly path: string;
  readonly text?: number;
}

/**
 * A helper calls a function that the script passed to it: number `id` of the run's. `json` is as in
 * `SettleMessage`: an array of arguments.
 */
export interface CallbackMessage {
  readonly call: number;
  readonly id: number;
  readonly json: string;
  readonly parcel?: true;
}

/** The browser has downloaded a file, whose bytes follow. */
export interface DownloadMessage {
  /** Chromium's name for the download. */
  readonly guid: string;
  /** One segment of a path. */
  readonly name: string;
}

/** The script reads an artifact of its run back. */
export interface ArtifactReadMessage {
  readonly id: number;
  readonly name: string;
}

/**
 * The script starts a request; the guest chose its `id`. All frames about the request carry the id.
 */
export interface FetchOpenMessage {
  readonly id: number;
  readonly hasBody: boolean;
  readonly head: FetchHead;
}

export interface FetchHead {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly redirect: 'follow' | 'error' | 'manual';
}

/** The script called `process.exit`. */
export interface ExitMessage {
  /** 0 to 255. */
  readonly code: number;
}

/** What a script that goes on is waiting for, such as `2 timers and 1 fetch`; null for nothing known. */
export interface WaitingMessage {
  readonly pending: string | null;
}

/** The call to the browser that the script waits for longest, and where it is made. */
export interface BrowserCallMessage extends Pick<RunError, 'file' | 'line' | 'column'> {
  /** Such as `page.goto("https://a.example/")`; null when there is none any more. */
  readonly call: string | null;
}

/** If `ok`, the bytes are the value as JSON text; undefined becomes `null`. */
export type ResultMessage =
  | { readonly ok: true; readonly pending: string | null }
  | { readonly ok: false; readonly reason: ClaimableReason; readonly error: RunError };

/** Names of the embedder's helpers; a group is an object of the same shape. */
export interface HelperTree {
  readonly [name: string]: 'async' | 'sync' | HelperTree;
}

/** Everything that the runner gets for a run. It never contains the operator's secrets. */
export interface JobMessage {
  /** `check`: nothing runs, and the value is `{ problems }`; see `Problem`. */
  readonly mode: 'run' | 'check';
  /**
   * `first`: what is read of the script is kept, for jobs that say `again`. They come without files: theirs
   * are those of the first, and they run in its isolate, in a context of their own. Null: neither.
   */
  readonly program: 'first' | 'again' | null;
  readonly entry: string;
  /** Source text by path, relative to the entry's folder, `/` between segments. */
  readonly files: Readonly<Record<string, string>>;
  /** Files that are no sources. The frame's bytes are their contents, one behind the other. */
  readonly data: readonly { readonly path: string; readonly length: number }[];
  /**
   * `auto`: JavaScript, or TypeScript if it does not parse as that. `byName`: by the file's
   * extension.
   */
  readonly language: 'auto' | 'byName';
  /** The options of the run that matter to the script. */
  readonly input: ScriptInput;
  readonly helpers: HelperTree;
  /** The time zone of dates, as `Intl` names it; null: UTC, or what `env.TZ` makes of it in Node. */
  readonly timezone: string | null;
  /** Packages and Node built-ins that may be imported, each with all its subpaths. */
  readonly modules: readonly string[];
  /** Node engine: why no package can be imported, as the end of an error message; or `null`. */
  readonly noPackages: string | null;
  /** How long the run may take, from this message on. */
  readonly wallMs: number;
  readonly outputBytes: number;
  readonly valueBytes: number;
  /** Node engine: certificates in PEM that are trusted besides Node's, or `null`. */
  readonly ca: string | null;
  /** Settings for pages; null for a run without a browser. */
  readonly browser: BrowserJob | null;
  /** The request that the script answers by its `fetch`; null for a run that gives a value. */
  readonly request: RequestHead | null;
}

/**
 * Answers an artifact or a call. `json` is the JSON text of the result, empty for undefined; that of a
 * `parcel` is its text, and its bytes follow.
 */
export type SettleMessage =
  | { readonly id: number; readonly ok: true; readonly json: string; readonly parcel?: true }
  | {
      readonly id: number;
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      /** Of an error that was made for scripts: its name, and JSON text of its fields. */
      readonly name?: string;
      readonly fields?: string;
    };
