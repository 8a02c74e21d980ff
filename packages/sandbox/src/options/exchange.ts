import type { RequestHead } from '@castellan/protocol/frames';

/** The first line and the headers of an answer over HTTP; checked, and still the script's. */
export interface AnswerHead {
  /** From 200 to 599. */
  readonly status: number;
  /** One line; empty for the usual one. */
  readonly statusText: string;
  /** Names in lower case; several pairs may have one name. */
  readonly headers: RequestHead['headers'];
}

/** A request over HTTP that a run answers, and the client that waits for the answer. */
export interface Exchange {
  /** The request without its body. */
  readonly head: RequestHead;
  /** Aborts when the client has left: what `respond`, `write` and `end` are given then is lost. */
  readonly left: AbortSignal;
  /** The next piece of the request's body; undefined at its end. Rejects with what a script may be told. */
  read(): Promise<Uint8Array | undefined>;
  /** Comes once, and before the first piece. */
  respond(head: AnswerHead): Promise<void>;
  /** Resolves when the client can take more. */
  write(piece: Uint8Array): Promise<void>;
  /** Comes once, after the last piece; a run that ends without it has not answered. */
  end(): Promise<void>;
}
