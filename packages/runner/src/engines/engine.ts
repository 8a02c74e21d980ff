import type { RunError, Problem } from '@castellan/protocol';
import type {
  CallbackMessage,
  DownloadMessage,
  Frame,
  JobMessage,
  ResultMessage,
} from '@castellan/protocol/frames';

/** A job as it arrived, with the contents of its data files, one behind the other. */
export interface ReceivedJob extends JobMessage {
  readonly contents: Uint8Array;
  /** Milliseconds until `wallMs` ends the run. */
  readonly leftMs: () => number;
}

/** Executes scripts inside the runner. */
export interface Engine {
  /**
   * Starts one job; never throws. The outcome goes to `host.end` and not into a promise: a script may
   * end the process, and the outcome has to be written before that.
   */
  run(job: ReceivedJob, host: EngineHost): void;
}

/** What the launcher does for a run on request. */
export interface EngineHost {
  /** Sends a frame to the launcher; it is written before this returns. */
  send(type: number, message: object, bytes?: Uint8Array): void;
  /** Blocks the whole process until the answer to a synchronous call is there: JSON text, and bytes. */
  waitForReply(): Pick<Frame, 'json' | 'bytes'>;
  /** Subscribes to answers to requests over a network. */
  onFetch(take: (answer: FetchAnswer, bytes: Uint8Array<ArrayBuffer>) => void): void;
  /** Subscribes to what the run's browser sends, JSON text. */
  onCdp(take: (text: string) => void): void;
  /** Subscribes to what the run's browser downloads. */
  onDownload(take: (file: DownloadMessage, bytes: Uint8Array) => void): void;
  /** Subscribes to answers to calls and artifacts. */
  onSettle(take: (id: number, reply: string, bytes: Uint8Array<ArrayBuffer>) => void): void;
  /** Subscribes to calls of functions that the script has passed to helpers. */
  onCallback(take: (message: CallbackMessage, bytes: Uint8Array<ArrayBuffer>) => void): void;
  /** Sends the outcome of the job, once; it is written before this returns. */
  end(outcome: Outcome): void;
}

/** How a job ended, as far as the box may claim it. */
export type Outcome =
  /** `json` is JSON text of the value. */
  | { readonly result: ResultMessage; readonly json: string }
  /** The script ended the process, with this code from 0 to 255. */
  | { readonly exitCode: number };

/** A message of the launcher's about a request of the script: see `frameTypes`. */
export type FetchAnswer = { readonly id: number } & (
  | { readonly type: 'head'; readonly head: string }
  | { readonly type: 'chunk' }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'credit'; readonly credit: number }
);

export function succeeded(json: string, pending: string | null): Outcome {
  return { result: { ok: true, pending }, json };
}

export function failed(
  reason: Extract<ResultMessage, { ok: false }>['reason'],
  error: RunError,
): Outcome {
  return { result: { ok: false, reason, error }, json: '' };
}

/** The outcome of a check. */
export function checked(problems: readonly Problem[]): Outcome {
  return succeeded(JSON.stringify({ problems }), null);
}

/** The outcome of a job whose mode this runner does not know: it is never taken for another one. */
export function unknownMode({ mode }: JobMessage): Outcome {
  const message = `The runner knows no mode ${JSON.stringify(mode)}`;
  const place = { file: null, line: null, column: null };
  return failed('uncaught_exception', { name: 'Error', message, stack: '', ...place });
}

/** For rehearsals: the launcher receives nothing of them. */
export function silentHost(end: EngineHost['end'] = () => undefined): EngineHost {
  return {
    send: () => undefined,
    waitForReply: () => ({ json: '{"ok":true,"json":""}', bytes: new Uint8Array(0) }),
    onFetch: () => undefined,
    onCdp: () => undefined,
    onDownload: () => undefined,
    onSettle: () => undefined,
    onCallback: () => undefined,
    end,
  };
}
