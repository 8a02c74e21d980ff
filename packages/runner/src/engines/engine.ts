import type { JobMessage, ResultMessage } from '@castellan/protocol';

/** Executes scripts inside the runner. */
export interface Engine {
  /** Runs one job to its end. Resolves once, with what the box claims about it; never rejects. */
  run(job: JobMessage, host: EngineHost): Promise<Outcome>;
}

/** What the launcher does for the script on request. */
export interface EngineHost {
  /** A frame to the launcher, sent before this returns. */
  send(type: number, message: object, bytes?: Uint8Array): void;
  /** Waits, with the whole process, for the answer to a synchronous call; JSON text. */
  waitForReply(): string;
  /** Answers to requests over a network, as they arrive. */
  onFetch(take: (answer: FetchAnswer, bytes: Uint8Array<ArrayBuffer>) => void): void;
  /** What the run's browser says, as it arrives. */
  onCdp(take: (text: string) => void): void;
  /** Answers to calls and artifacts, as they arrive. */
  onSettle(take: (id: number, reply: string) => void): void;
}

export interface Outcome {
  readonly result: ResultMessage;
  /** JSON text of the value. */
  readonly json: string;
}

/** What the launcher says about a request of the script's: see `frameTypes`. */
export type FetchAnswer = { readonly id: number } & (
  | { readonly type: 'head'; readonly head: string }
  | { readonly type: 'chunk' }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'credit'; readonly credit: number }
);

/** What a job ends with whose mode this runner does not know: it is never taken for another one. */
export function unknownMode({ mode }: JobMessage): Outcome {
  const message = `The runner knows no mode ${JSON.stringify(mode)}`;
  const place = { file: null, line: null, column: null };
  const error = { name: 'Error', message, stack: '', ...place };
  return { result: { ok: false, reason: 'uncaught_exception', error }, json: '' };
}
