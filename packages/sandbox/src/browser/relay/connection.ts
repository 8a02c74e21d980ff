import type { Pipe } from '../pipe.ts';
import { type Fields, fieldsOf, parse } from './messages.ts';

/** Chromium refused a command of the relay's own. */
class CdpError extends Error {
  override name = 'CdpError';
}

/** Sends commands to Chromium under numbers of ours, and knows whose answer comes back. */
export interface CdpConnection {
  /** A command of the relay's own. Rejects with `CdpError`, also when no answer comes in time. */
  ask(method: string, params?: Fields, sessionId?: string, waitMs?: number): Promise<Fields>;
  /** Passes a command on; `answered` gets what follows the number in the answer. */
  pass(method: string, params: Fields, sessionId: string | undefined, answered: Answered): void;
  /** An answer has come. */
  settle(id: number, rest: string): void;
  /** A session is over: Chromium does not answer what it was asked there, so it is answered here. */
  ended(sessionId: string): void;
  /** Commands without an answer. */
  readonly open: number;
}

type Answered = (rest: string) => void;

/** As Chromium says it of a command to a session that is gone. */
const ended = { code: -32_001, message: 'Session with given id not found.' };

const defaultWaitMs = 15_000;

export function openConnection(pipe: Pick<Pipe, 'send'>): CdpConnection {
  const waiting = new Map<number, { sessionId: string | undefined; answered: Answered }>();
  let last = 0;
  const pass: CdpConnection['pass'] = (method, params, sessionId, answered) => {
    const id = last + 1;
    const text = JSON.stringify({ id, method, params, sessionId });
    last = id;
    waiting.set(id, { sessionId, answered });
    pipe.send(text);
  };
  return {
    pass,
    ask(method, params = {}, sessionId, waitMs = defaultWaitMs) {
      const { promise, resolve, reject } = Promise.withResolvers<Fields>();
      const timer = setTimeout(
        () => reject(new CdpError(`${method} was not answered in ${waitMs} ms`)),
        waitMs,
      );
      pass(method, params, sessionId, (rest) => {
        clearTimeout(timer);
        const answer = fieldsOf(parse(`{"id":0${rest}`));
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
        each.answered(
          `,"error":${JSON.stringify(ended)},"sessionId":${JSON.stringify(sessionId)}}`,
        );
      }
    },
    get open() {
      return waiting.size;
    },
  };
}
