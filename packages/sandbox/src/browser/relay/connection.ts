import type { Pipe } from './pipe.ts';
import { type Fields, fieldsOf, mostParsed, parse } from './messages.ts';
import { type Piece, Pieces } from './piece.ts';

/** Chromium has refused a command of the relay itself. */
class CdpError extends Error {
  override name = 'CdpError';
}

/** Sends commands to Chromium under its own ids, and routes the answers back. */
export interface CdpConnection {
  /**
   * Sends a command of the relay itself. Rejects with `CdpError`, also when no answer comes in
   * time.
   */
  ask(method: string, params?: Fields, sessionId?: string, waitMs?: number): Promise<Fields>;
  /**
   * Forwards a command, with params as pieces of JSON text. `answered` is called
   * with the text of the answer after its id.
   */
  pass(
    method: string,
    params: readonly Piece[],
    sessionId: string | undefined,
    answered: Answered,
  ): void;
  /** Called for each answer. */
  settle(id: number, rest: Pieces): void;
  /**
   * Called when a session has ended. Chromium does not answer its open commands, so they are
   * answered here.
   */
  ended(sessionId: string): void;
  /** Number of unanswered commands. */
  readonly open: number;
}

type Answered = (rest: Pieces) => void;

/** Chromium's own error for a command to a session that has ended. */
export const sessionEnded = { code: -32_001, message: 'Session with given id not found.' };

const defaultWaitMs = 15_000;

export function openConnection(pipe: Pick<Pipe, 'send'>): CdpConnection {
  const waiting = new Map<number, { sessionId: string | undefined; answered: Answered }>();
  let last = 0;
  const pass: CdpConnection['pass'] = (method, params, sessionId, answered) => {
    const id = ++last;
    waiting.set(id, { sessionId, answered });
    const session = sessionId === undefined ? '' : `,"sessionId":${JSON.stringify(sessionId)}`;
    pipe.send([
      `{"id":${id},"method":${JSON.stringify(method)},"params":`,
      ...params,
      `${session}}`,
    ]);
  };
  return {
    pass,
    ask(method, params = {}, sessionId, waitMs = defaultWaitMs) {
      const { promise, resolve, reject } = Promise.withResolvers<Fields>();
      const timer = setTimeout(
        () => reject(new CdpError(`${method} was not answered in ${waitMs} ms`)),
        waitMs,
      );
      pass(method, [JSON.stringify(params)], sessionId, (rest) => {
        clearTimeout(timer);
        if (rest.length > mostParsed) return reject(new CdpError(`${method}: a long answer`));
        const answer = fieldsOf(parse(`{"id":0${rest.text()}`));
        const error = answer['error'];
        if (error === undefined) resolve(fieldsOf(answer['result']));
        else reject(new CdpError(`${method}: ${JSON.stringify(error).slice(0, 300)}`));
      });
      return promise;
    },
    settle(id, rest) {
      const found = waiting.get(id);
      waiting.delete(id);
      found?.answered(rest);
    },
    ended(sessionId) {
      for (const [id, each] of waiting) {
        if (each.sessionId !== sessionId) continue;
        waiting.delete(id);
        const error = `,"error":${JSON.stringify(sessionEnded)},"sessionId":${JSON.stringify(sessionId)}}`;
        each.answered(new Pieces([error]));
      }
    },
    get open() {
      return waiting.size;
    },
  };
}
