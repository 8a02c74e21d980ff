import type { IncomingMessage, ServerResponse } from 'node:http';
import { caps, type RequestHead } from '@castellan/protocol/frames';
import type { AnswerHead, Exchange } from '@castellan/sandbox';
import { answerHeaders, type Place } from './answer-head.ts';

export interface ClientOptions {
  readonly head: RequestHead;
  readonly place: Place;
  /** Bytes of the request's body, and of the answer's. */
  readonly bodyBytes: number;
  readonly answerBytes: number;
  /** The headers that the service adds; there once the run has an id. */
  readonly own: Promise<Readonly<Record<string, string>>>;
}

/** An error that a script may be told of. */
class ExchangeError extends Error {
  readonly code: 'client_left' | 'body_too_large' | 'answer_refused';

  constructor(code: ExchangeError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const bodilessStatus = new Set([204, 205, 304]);

/** The client of one request, as the run that answers it has it. */
export class Client implements Exchange {
  readonly head: RequestHead;
  /** Whether its body was longer than it may be. */
  isTooLarge = false;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: ClientOptions;
  readonly #pieces: AsyncIterator<Uint8Array, undefined>;
  readonly #leaving = new AbortController();
  #unread: Uint8Array = new Uint8Array(0);
  #received = 0;
  #sent = 0;
  /** What the function has said that its body has, in bytes. */
  #declared: number | undefined;
  #isBodiless = false;

  constructor(request: IncomingMessage, response: ServerResponse, options: ClientOptions) {
    this.head = options.head;
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#pieces = request.iterator({ destroyOnReturn: false }) as AsyncIterator<
      Uint8Array,
      undefined
    >;
    response.once('close', () => {
      if (!response.writableFinished) this.#leaving.abort();
    });
  }

  get left(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Whether the first line of the answer is out. */
  get isAnswered(): boolean {
    return this.#response.headersSent;
  }

  /** Whether all of the answer is on its way. */
  get isWhole(): boolean {
    return this.#response.writableEnded;
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#unread.length === 0) {
      const next = await this.#pieces.next().catch(() => {
        throw new ExchangeError('client_left', 'The client has left');
      });
      if (next.done === true) return undefined;
      this.#take(next.value);
    }
    const piece = this.#unread.subarray(0, caps.exchangePiece);
    this.#unread = this.#unread.subarray(piece.length);
    return piece;
  }

  #take(piece: Uint8Array): void {
    this.#unread = piece;
    this.#received += piece.length;
    const { bodyBytes } = this.#options;
    if (this.#received <= bodyBytes) return;
    this.isTooLarge = true;
    throw new ExchangeError('body_too_large', `The body is larger than ${bodyBytes} bytes`);
  }

  async respond(head: AnswerHead): Promise<void> {
    const own = await this.#options.own;
    this.#refuseLeft();
    const response = this.#response;
    const { status, statusText } = head;
    const length = lengthOf(head);
    const isHead = this.head.method === 'HEAD';
    this.#isBodiless = isHead || bodilessStatus.has(status);
    const saysLength = length !== undefined && (!this.#isBodiless || isHead || status === 304);
    if (!this.#isBodiless) this.#declared = length;
    const headers = [
      ...answerHeaders(head, this.#options.place),
      ...(saysLength ? [['content-length', `${length}`] as const] : []),
      // What is left of a body that nobody reads is no request.
      ...(this.#request.complete ? [] : [['connection', 'close'] as const]),
      ...Object.entries(own),
    ];
    if (statusText !== '') response.statusMessage = statusText;
    response.writeHead(status, headers.flat());
    response.flushHeaders();
  }

  async write(piece: Uint8Array): Promise<void> {
    this.#refuseLeft();
    if (this.#isBodiless) return;
    this.#sent += piece.length;
    if (this.#sent > (this.#declared ?? Infinity)) this.#cut('longer than its content-length');
    const { answerBytes } = this.#options;
    if (this.#sent > answerBytes) this.#cut(`larger than ${answerBytes} bytes`);
    if (this.#response.write(piece)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#response.once('drain', resolve).once('close', resolve);
    await promise;
    this.#response.off('drain', resolve).off('close', resolve);
    this.#refuseLeft();
  }

  async end(): Promise<void> {
    this.#refuseLeft();
    if (this.#sent < (this.#declared ?? 0)) this.#cut('shorter than its content-length');
    this.#response.end();
  }

  /** A client that has a part of an answer must see that it is one. */
  cut(): void {
    if (!this.isWhole) this.#response.destroy();
  }

  #cut(why: string): never {
    this.cut();
    throw new ExchangeError('answer_refused', `The body of the answer is ${why}`);
  }

  #refuseLeft(): void {
    if (!this.#response.destroyed && !this.left.aborted) return;
    throw new ExchangeError('client_left', 'The client has left');
  }
}

/** The length of the body as the function says it; undefined where it says none, or no single number. */
function lengthOf({ headers }: AnswerHead): number | undefined {
  const said = headers.filter(([name]) => name === 'content-length').map(([, value]) => value);
  const [first = ''] = said;
  return said.length === 1 && /^\d{1,15}$/.test(first) ? Number(first) : undefined;
}
