import type { NetworkEntry } from '@castellan/protocol';
import {
  egressTypes,
  pieceBytes,
  pieceCost,
  type ProxyMessage,
  type RequestMessage,
  type EgressResponseHead,
  type Reached,
} from '../messages.ts';
import type { GatewayMessage } from './inbound.ts';
import { batchedCredit, Window } from '../window.ts';

/** One request under way. Whatever goes wrong, every promise of it rejects with `NetworkError`. */
export interface EgressRequest {
  /**
   * Sends a piece of the body, in the order of the calls. Resolves when there is room for more. It
   * is no error when the server has answered without reading the whole body.
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Ends the body. */
  end(): void;
  /** Aborts the request, at any time. Does nothing once it has ended. */
  abort(): void;
  readonly response: Promise<EgressResponseHead>;
  /** Can be read once, with backpressure to the server. Leaving the loop aborts the request. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A client's connection to the run's HTTP proxy. Its `body` ends when the gateway closes it. */
export type ProxyStream = Omit<EgressRequest, 'response'>;

/** Who learns of the requests on a browser's connections, before the browser does. */
export interface ProxyWatch {
  reached(reached: Reached): void;
  ended(entry: NetworkEntry): void;
}

/** The only error that a script gets for a request without a response, whatever the reason. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';

  constructor() {
    super('fetch failed');
  }
}

/** Sends a frame to the gateway that carries out the request. */
export type SendFrame = (type: number, message: object, bytes?: Uint8Array) => void;

/** The launcher's end of one request. */
export class LiveRequest implements EgressRequest {
  readonly #response = Promise.withResolvers<EgressResponseHead>();
  readonly #window = new Window();
  readonly #over = new AbortController();
  readonly #chunks: Uint8Array[] = [];
  readonly #onOver: () => void;
  readonly #owe = batchedCredit((credit) => this.#say(egressTypes.downloadCredit, { credit }));
  /** Resolves when the request was sent to a gateway, or has ended before. */
  readonly #started = Promise.withResolvers<void>();
  #writing = this.#started.promise;
  #send: SendFrame | undefined;
  #id = 0;
  #aborted = false;
  #hasFailed = false;
  #wake: (() => void) | undefined;

  /** `onOver` is called once, when nothing more will come. */
  constructor(onOver: () => void) {
    this.#onOver = onOver;
    this.#response.promise.catch(() => undefined);
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Sends the request, unless it was aborted before there was a gateway. */
  start(message: RequestMessage | ProxyMessage, send: SendFrame): void {
    if (this.isOver) return;
    this.#id = message.request;
    this.#send = send;
    send('url' in message ? egressTypes.request : egressTypes.proxy, message);
    this.#started.resolve();
  }

  get response(): Promise<EgressResponseHead> {
    return this.#response.promise;
  }

  get body(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.#read() };
  }

  write(chunk: Uint8Array): Promise<void> {
    const written = this.#writing.then(() => this.#write(chunk));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  end(): void {
    void this.#writing.then(() => this.#say(egressTypes.uploadEnd));
  }

  abort(): void {
    if (this.#aborted || this.isOver) return;
    this.#aborted = true;
    // The gateway answers with `failed`, after the entry for the log.
    if (this.#send === undefined) this.fail();
    else this.#say(egressTypes.abort);
    this.#response.reject(new NetworkError());
    this.#wake?.();
  }

  /** Handles a message of the gateway about this request. */
  receive(
    message: Exclude<GatewayMessage, { readonly type: 'ready' | 'closed' | 'entry' | 'reached' }>,
  ): void {
    if (message.type === 'response') this.#response.resolve(message.head);
    else if (message.type === 'download') this.#chunks.push(message.bytes);
    else if (message.type === 'uploadCredit') this.#window.grant(message.credit);
    else if (message.type === 'failed') this.fail();
    else this.#finish();
    this.#wake?.();
  }

  fail(): void {
    this.#hasFailed = true;
    this.#response.reject(new NetworkError());
    this.#finish();
    this.#wake?.();
  }

  #finish(): void {
    if (this.isOver) return;
    this.#over.abort();
    this.#started.resolve();
    this.#onOver();
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const piece = chunk.subarray(at, at + pieceBytes);
      await this.#window.take(pieceCost(piece.length), this.#over.signal).catch(() => undefined);
      if (this.#hasFailed || this.#aborted) throw new NetworkError();
      if (this.isOver) return;
      this.#say(egressTypes.upload, {}, piece);
    }
  }

  async *#read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const chunk = this.#aborted ? undefined : this.#chunks.shift();
        if (chunk !== undefined) {
          this.#owe(pieceCost(chunk.length));
          yield chunk;
        } else if (this.#hasFailed || this.#aborted) throw new NetworkError();
        else if (this.isOver) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.abort();
    }
  }

  #say(type: number, message: object = {}, bytes?: Uint8Array): void {
    if (!this.isOver) this.#send?.(type, { request: this.#id, ...message }, bytes);
  }
}
