import { caps, exchangeCalls, type RequestHead } from '@castellan/protocol/frames';
import { DeclaredHelper } from '../helpers/helper.ts';
import type { HelperTable } from '../helpers/table.ts';

/** The first line and the headers of an answer over HTTP; checked, and still the script's. */
export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: RequestHead['headers'];
}

/** A request over HTTP that a run answers, and the client that waits for the answer. */
export interface Exchange {
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

/** An error that a script may read, with the code by which its runner knows it. */
class ExchangeError extends TypeError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The helpers of a run, and the calls by which it answers; no script has these by name. All that comes is
 * hostile: what is no answer is refused to the script, and never reaches the exchange.
 */
export function withExchange(helpers: HelperTable, exchange: Exchange | null): HelperTable {
  if (exchange === null) return helpers;
  let state: 'open' | 'begun' | 'ended' = 'open';
  const move = (from: typeof state, to: typeof state, what: string): void => {
    if (state !== from) throw new ExchangeError('out_of_order', `${what} is out of its order`);
    if (exchange.left.aborted) throw new ExchangeError('client_left', 'The client has left');
    state = to;
  };
  const open = new Set<string>();
  /** One at a time: of a script that waits for nothing, the launcher would hold all that it sends. */
  const alone = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    if (open.has(what)) throw new ExchangeError('out_of_order', `${what} has not ended yet`);
    open.add(what);
    try {
      return await work();
    } finally {
      open.delete(what);
    }
  };
  const calls: Record<keyof typeof exchangeCalls, (...args: unknown[]) => unknown> = {
    open(onLeft) {
      if (typeof onLeft !== 'function') throw new TypeError('a function is expected');
      const tell = (): void => void (onLeft as () => Promise<unknown>)().catch(() => undefined);
      if (exchange.left.aborted) tell();
      else exchange.left.addEventListener('abort', tell, { once: true });
    },
    read: () => alone('The last read', () => exchange.read()),
    async respond(status, statusText, headers) {
      const head = answerHead(status, statusText, headers);
      move('open', 'begun', 'An answer');
      await alone('The last write', () => exchange.respond(head));
    },
    async write(piece) {
      if (!(piece instanceof Uint8Array) || piece.length > caps.exchangePiece) {
        throw new TypeError(`at most ${caps.exchangePiece} bytes are expected`);
      }
      move('begun', 'begun', 'A piece of an answer');
      if (piece.length > 0) await alone('The last write', () => exchange.write(piece));
    },
    async end() {
      move('begun', 'ended', 'The end of an answer');
      await alone('The last write', () => exchange.end());
    },
  };
  const byPath = new Map(helpers.byPath);
  for (const [name, path] of Object.entries(exchangeCalls)) {
    const run = calls[name as keyof typeof calls] as DeclaredHelper['run'];
    byPath.set(path, new DeclaredHelper(run, false, {}));
  }
  return { byPath, tree: helpers.tree };
}

/** RFC 9110: a name is a token; a value has no control characters but tabs, and is of one line. */
const name = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;

function answerHead(status: unknown, statusText: unknown, headers: unknown): AnswerHead {
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError('The status of an answer must be from 200 to 599');
  }
  if (typeof statusText !== 'string' || statusText.length > 256 || !value.test(statusText)) {
    throw new TypeError('The status text of an answer must be one line of at most 256 characters');
  }
  if (!Array.isArray(headers) || headers.length > caps.headers) {
    throw new TypeError(`An answer has at most ${caps.headers} headers`);
  }
  let length = 0;
  const pairs = headers.map((pair: unknown) => {
    const [key, text] = (Array.isArray(pair) ? pair : []) as unknown[];
    if (
      typeof key !== 'string' ||
      typeof text !== 'string' ||
      !name.test(key) ||
      !value.test(text)
    ) {
      throw new TypeError('A header of the answer has a name or a value that HTTP does not allow');
    }
    length += key.length + text.length;
    return [key.toLowerCase(), text] as const;
  });
  if (length > caps.headerText) {
    throw new TypeError(`The headers of an answer are longer than ${caps.headerText} characters`);
  }
  return { status, statusText, headers: pairs };
}
