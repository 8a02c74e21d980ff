import { Duplex } from 'node:stream';
import { pieceBytes, pieceCost } from '../messages.ts';
import { Window } from '../window.ts';

/** How a stream sends to the channel. */
export interface StreamChannel {
  /** Sends a piece of at most `pieceBytes` to the client. */
  send(piece: Uint8Array): void;
  /** Grants the client more credit. */
  grant(cost: number): void;
}

/** The gateway's end of a client's connection, as a socket without an address. */
export class StreamSocket extends Duplex {
  /** Credit that the client has granted. */
  readonly window = new Window();
  readonly #channel: StreamChannel;
  readonly #over = new AbortController();
  readonly #waiting: Uint8Array[] = [];
  #isEnded = false;
  #isWanted = false;

  constructor(channel: StreamChannel) {
    super({ readableHighWaterMark: pieceBytes, writableHighWaterMark: pieceBytes });
    this.#channel = channel;
    // Users of the socket add their own listeners; an error before that must not be uncaught.
    this.on('error', () => undefined);
  }

  /** Receives bytes from the client. */
  receive(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#flow();
  }

  /** Called when the client has closed its side. */
  finish(): void {
    this.#isEnded = true;
    this.#flow();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#flow();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#send(chunk).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#over.abort(error ?? new Error('the connection is over'));
    done(error);
  }

  async #send(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const piece = chunk.subarray(at, at + pieceBytes);
      await this.window.take(pieceCost(piece.length), this.#over.signal);
      this.#channel.send(piece);
    }
  }

  #flow(): void {
    while (this.#isWanted && !this.destroyed) {
      const bytes = this.#waiting.shift();
      if (bytes === undefined) break;
      this.#channel.grant(pieceCost(bytes.length));
      this.#isWanted = this.push(bytes);
    }
    if (this.#isEnded && this.#waiting.length === 0 && !this.readableEnded) this.push(null);
  }
}

/** Resolves when the last words have been sent to a client, or it is gone. */
export function endWith(client: Duplex, last: string): Promise<void> {
  return new Promise((resolve) => {
    client.once('close', resolve);
    client.end(last, resolve);
  });
}
