import {
  bad,
  caps,
  type Fields,
  formField,
  listField,
  wholeField,
  wordField,
} from '@castellan/protocol/frames';
import type { AnswerHead, Exchange } from '@castellan/sandbox';
import type { Asking, Told } from './messages.ts';

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

/**
 * Gives a launcher what it asks for about one exchange, and says when the client has left; until the
 * disposal.
 */
export function carry(
  exchange: Exchange,
  tell: (told: Told, bytes?: Uint8Array) => void,
): Disposable & { take(question: Question): void } {
  let isOver = false;
  const leave = (): void => tell({ ask: 'left' });
  if (exchange.left.aborted) leave();
  exchange.left.addEventListener('abort', leave, { once: true });

  const done = async ({ asking, bytes }: Question): Promise<Uint8Array | undefined> => {
    if (asking.ask === 'read') return exchange.read();
    if (asking.ask === 'respond') {
      const { status, statusText, headers } = asking;
      await exchange.respond({ status, statusText, headers });
    } else if (asking.ask === 'write') await exchange.write(bytes);
    else await exchange.end();
    return undefined;
  };
  return {
    take(question) {
      const { ask } = question.asking;
      done(question).then(
        (bytes) => {
          if (isOver) return;
          tell(bytes === undefined ? { ask, isEnd: true } : { ask, isEnd: false }, bytes);
        },
        (error: unknown) => {
          if (!isOver) tell({ ask, refused: refusedBy(error) });
        },
      );
    },
    [Symbol.dispose]: () => {
      isOver = true;
      exchange.left.removeEventListener('abort', leave);
    },
  };
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
