import {
  bad,
  caps,
  type Fields,
  formField,
  listField,
  type RequestHead,
  wholeField,
  wordField,
} from '@castellan/protocol/frames';
import type { AnswerHead, Exchange } from '@castellan/sandbox';
import type { Exchanges } from '../exchanges/exchanges.ts';
import type { QueuedRun } from '../runs/contract/launch.ts';
import type { Asking, ToldMessage } from './messages.ts';

/** What a launcher asks for about an attempt, with the bytes of a piece. */
export interface Question {
  readonly attempt: number;
  readonly asking: Asking;
  readonly bytes: Uint8Array;
}

const name = /^[!#$%&'*+\-.^_`|~0-9a-z]{1,256}$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Reads a question. The launcher has checked it, and reads what boxes send. Throws `FrameError`. */
export function readQuestion(fields: Fields, bytes: Uint8Array): Question {
  const attempt = wholeField(fields, 'attempt');
  const ask = wordField(fields, 'ask', ['read', 'respond', 'write', 'end']);
  const asking = ask === 'respond' ? { ask, ...readHead(fields) } : { ask };
  return { attempt, asking, bytes };
}

function readHead(fields: Fields): AnswerHead {
  const status = wholeField(fields, 'status');
  if (status < 200 || status > 599) throw bad('status');
  const statusText = formField(fields, 'statusText', value);
  const headers = listField(fields, 'headers', caps.headers, (pair) => {
    const [key, text] = Array.isArray(pair) ? (pair as unknown[]) : [];
    if (typeof key !== 'string' || typeof text !== 'string') throw bad('headers');
    if (!name.test(key) || !value.test(text)) throw bad('headers');
    return [key, text] as const;
  });
  return { status, statusText, headers };
}

type Tell = (told: ToldMessage, bytes?: Uint8Array) => void;

/** The exchanges of a launcher's attempts: gives it what it asks for, and says when a client has left. */
export class Carrier {
  readonly #open = new Map<number, Exchange>();
  readonly #exchanges: Pick<Exchanges, 'of'>;
  readonly #tell: Tell;

  constructor(exchanges: Pick<Exchanges, 'of'>, tell: Tell) {
    this.#exchanges = exchanges;
    this.#tell = tell;
  }

  /** Until the disposal. `request` is what the attempt answers, to be sent at once; null: no request. */
  begin(
    attempt: number,
    { exchange: id }: Pick<QueuedRun, 'exchange'>,
  ): { readonly request: RequestHead | null } & Disposable {
    const exchange = id === undefined ? undefined : this.#exchanges.of(id);
    if (exchange === undefined) return { request: null, [Symbol.dispose]: () => undefined };
    const { head: request, left } = exchange;
    const leave = (): void => this.#tell({ attempt, ask: 'left' });
    this.#open.set(attempt, exchange);
    // The launcher has to know the attempt by then.
    if (left.aborted) queueMicrotask(leave);
    left.addEventListener('abort', leave, { once: true });
    return {
      request,
      [Symbol.dispose]: () => {
        this.#open.delete(attempt);
        left.removeEventListener('abort', leave);
      },
    };
  }

  /** Takes a question. One about an attempt that is over, which nobody waits for, is dropped. */
  take({ attempt, asking, bytes }: Question): void {
    const exchange = this.#open.get(attempt);
    if (exchange === undefined) return;
    const { ask } = asking;
    const tell: Tell = (...told) => {
      if (this.#open.get(attempt) === exchange) this.#tell(...told);
    };
    answerTo(exchange, asking, bytes).then(
      (piece) => tell({ attempt, ask, isEnd: piece === undefined }, piece),
      (error: unknown) => tell({ attempt, ask, refused: refusedBy(error) }),
    );
  }
}

async function answerTo(
  exchange: Exchange,
  asking: Asking,
  bytes: Uint8Array,
): Promise<Uint8Array | undefined> {
  switch (asking.ask) {
    case 'read':
      return exchange.read();
    case 'respond': {
      const { status, statusText, headers } = asking;
      await exchange.respond({ status, statusText, headers });
      return undefined;
    }
    case 'write':
      await exchange.write(bytes);
      return undefined;
    case 'end':
      await exchange.end();
      return undefined;
  }
}

/** What a script may be told of an error. */
function refusedBy(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  return {
    code: typeof code === 'string' ? code : 'client_left',
    message: typeof message === 'string' ? message : 'The client has left',
  };
}
