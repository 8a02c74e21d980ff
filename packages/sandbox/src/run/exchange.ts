import { caps, exchangeCalls } from '@castellan/protocol/frames';
import { DeclaredHelper } from '../helpers/helper.ts';
import type { HelperTable } from '../helpers/table.ts';
import type { AnswerHead, Exchange } from '../options/exchange.ts';

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
