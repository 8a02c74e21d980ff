import type { RequestHead } from '@castellan/protocol/frames';
import type { AnswerHead, Exchange } from '@castellan/sandbox';
import type { Asking, ToldMessage } from '../launching/messages.ts';

/** The exchange of an attempt, whose client is the API's: each call is a question to it. */
export class AskedExchange implements Exchange {
  readonly head: RequestHead;
  readonly #ask: (asking: Asking, bytes?: Uint8Array) => void;
  readonly #open = new Map<Asking['ask'], PromiseWithResolvers<Uint8Array | undefined>>();
  readonly #leaving = new AbortController();

  constructor(head: RequestHead, ask: (asking: Asking, bytes?: Uint8Array) => void) {
    this.head = head;
    this.#ask = ask;
  }

  get left(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Takes what the API tells. */
  take(told: ToldMessage, bytes: Uint8Array): void {
    if (told.ask === 'left') return this.#leaving.abort();
    const open = this.#open.get(told.ask);
    this.#open.delete(told.ask);
    if ('refused' in told) {
      const { code, message } = told.refused;
      return open?.reject(Object.assign(new Error(message), { code }));
    }
    open?.resolve(told.isEnd ? undefined : bytes);
  }

  read(): Promise<Uint8Array | undefined> {
    return this.#question({ ask: 'read' });
  }

  async respond(head: AnswerHead): Promise<void> {
    await this.#question({ ask: 'respond', ...head });
  }

  async write(piece: Uint8Array): Promise<void> {
    await this.#question({ ask: 'write' }, piece);
  }

  async end(): Promise<void> {
    await this.#question({ ask: 'end' });
  }

  /** A run asks one question of a kind at a time. */
  #question(asking: Asking, bytes?: Uint8Array): Promise<Uint8Array | undefined> {
    const answer = Promise.withResolvers<Uint8Array | undefined>();
    this.#open.set(asking.ask, answer);
    this.#ask(asking, bytes);
    return answer.promise;
  }
}
