import type { AnswerHead, Exchange } from '@castellan/sandbox';

/** A client of a run, as a test plays it. */
export interface Client {
  readonly exchange: Exchange;
  /** What the run has answered so far. */
  readonly heads: AnswerHead[];
  readonly pieces: Buffer[];
  readonly ends: number;
  text(): string;
  leave(): void;
}

/** A request whose body comes in the given pieces; `onWrite` is awaited before each piece of the answer is taken. */
export function clientOf(
  { method = 'GET', url = 'http://a.example/', headers = [] }: Partial<Exchange['head']> = {},
  body: Iterable<string> | AsyncIterable<string> = [],
  onWrite: () => Promise<void> | void = () => undefined,
): Client {
  const heads: AnswerHead[] = [];
  const pieces: Buffer[] = [];
  let ends = 0;
  const leaving = new AbortController();
  const sent = Array.isArray(body) && body.length === 0 ? null : reading(body);
  return {
    heads,
    pieces,
    get ends() {
      return ends;
    },
    text: () => Buffer.concat(pieces).toString(),
    leave: () => leaving.abort(),
    exchange: {
      head: { method, url, headers, hasBody: sent !== null },
      left: leaving.signal,
      read: async () => {
        const next = await sent?.next();
        return next === undefined || next.done === true ? undefined : Buffer.from(next.value);
      },
      respond: async (head) => void heads.push(head),
      write: async (piece) => {
        await onWrite();
        pieces.push(Buffer.from(piece));
      },
      end: async () => void ends++,
    },
  };
}

async function* reading(body: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  yield* body;
}
