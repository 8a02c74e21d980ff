/** The client of a connection, as the forwarder uses it: a socket. */
export interface Client {
  write(bytes: Uint8Array, done: () => void): unknown;
  end(): unknown;
  resetAndDestroy(): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** The end of the head of an HTTP answer. */
const headEnd = '\r\n\r\n';

/**
 * Stands in the place of a client that has not come yet: takes the gateway's answer to `CONNECT`, and keeps
 * what a server says before it is asked. The gateway sends no more than its credit.
 */
export class Early implements Client {
  /** Whether the gateway has connected. */
  readonly answered: Promise<boolean>;
  readonly #answer: (isConnected: boolean) => void;
  #head: Buffer | undefined = Buffer.alloc(0);
  readonly #kept: { readonly bytes: Uint8Array; readonly done: () => void }[] = [];
  #end: 'end' | 'resetAndDestroy' | undefined;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.answered = promise;
    this.#answer = resolve;
  }

  write(bytes: Uint8Array, done: () => void): void {
    if (this.#head === undefined) {
      this.#kept.push({ bytes, done });
      return;
    }
    this.#head = Buffer.concat([this.#head, bytes]);
    done();
    const at = this.#head.indexOf(headEnd);
    if (at < 0) return;
    const rest = this.#head.subarray(at + headEnd.length);
    this.#answer(this.#head.toString('latin1').startsWith('HTTP/1.1 200 '));
    this.#head = undefined;
    if (rest.length > 0) this.#kept.push({ bytes: rest, done: () => undefined });
  }

  end(): void {
    this.#over('end');
  }

  resetAndDestroy(): void {
    this.#over('resetAndDestroy');
  }

  /** Nothing is read from it. */
  pause(): void {}

  resume(): void {}

  /** Gives the client what has come for it. */
  moveTo(client: Client): void {
    for (const { bytes, done } of this.#kept) client.write(bytes, done);
    if (this.#end !== undefined) client[this.#end]();
  }

  #over(how: 'end' | 'resetAndDestroy'): void {
    this.#end = how;
    this.#answer(false);
  }
}
