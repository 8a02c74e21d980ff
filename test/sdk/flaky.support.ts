import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request on its way. */
export type Fate =
  | 'pass'
  /** The service gets it and answers; the client gets nothing. */
  | 'lose the answer'
  /** The service never sees it. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The answer breaks off after as many bytes. */
  | { readonly cutAfter: number };

/** A way to a service on which requests fail, as the test says. Disposing of it closes it. */
export class FlakyWay implements AsyncDisposable {
  /** Of the requests to come, one each; all others pass. */
  readonly fates: Fate[] = [];
  /** Requests so far, such as `GET /v1/runs`. */
  readonly seen: string[] = [];
  readonly #target: string;
  readonly #server = createServer((asked, answer) => this.#take(asked, answer));

  constructor(target: string) {
    this.#target = target;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async open(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  #take(asked: IncomingMessage, answer: ServerResponse): void {
    this.seen.push(`${asked.method} ${asked.url}`);
    const fate = this.fates.shift() ?? 'pass';
    if (typeof fate === 'object' && 'status' in fate) {
      asked.resume();
      answer.writeHead(fate.status, fate.headers).end('no');
      return;
    }
    const { method, headers } = asked;
    const sent = request(new URL(asked.url ?? '/', this.#target), { method, headers }, (got) => {
      if (fate === 'lose the answer') {
        got.resume().on('end', () => answer.destroy());
        return;
      }
      answer.writeHead(got.statusCode ?? 502, got.headers);
      let left = fate === 'pass' ? Infinity : fate.cutAfter;
      got.on('data', (piece: Buffer) => {
        answer.write(piece.subarray(0, left));
        left -= piece.length;
        if (left < 0) answer.destroy();
      });
      got.on('end', () => answer.end());
    });
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    asked.pipe(sent);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
