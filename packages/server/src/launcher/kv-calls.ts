import type { Helpers } from '@castellan/sandbox';
import { helper } from '@castellan/sandbox';
import { encodeText } from '@castellan/protocol/frames';
import { type KvQuestion } from '../kv/kv.ts';
import { KvMistake, readQuestion } from '../kv/read-question.ts';
import { type KvToldMessage, launcherFrames } from '../launching/messages.ts';
import type { Channel } from './channel.ts';

/** Calls of one run that may wait for their answers. */
const mostOpen = 128;

/** An error that a script sees: its code and its message. */
class Refused extends Error {
  override readonly name = 'KvError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Open {
  readonly runId: string;
  readonly answered: PromiseWithResolvers<unknown>;
}

/** What scripts ask by `kv`, on its way to the API, which alone has the store. */
export class KvCalls {
  readonly #channel: Pick<Channel, 'send'>;
  /** By the run that asks. */
  readonly #attempts = new Map<string, number>();
  readonly #open = new Map<number, Open>();
  #last = 0;

  constructor(channel: Pick<Channel, 'send'>) {
    this.#channel = channel;
  }

  /** Lets a run ask, until it is disposed of. */
  begin(runId: string, attempt: number): Disposable {
    this.#attempts.set(runId, attempt);
    return { [Symbol.dispose]: () => void this.#attempts.delete(runId) };
  }

  /** The functions that scripts have. */
  get helpers(): Helpers {
    const asks = (read: (...args: unknown[]) => KvQuestion) => {
      const ask = this.#ask.bind(this);
      return helper(async function (...args: unknown[]) {
        return ask(this.runId, read(...args));
      });
    };
    const { get, set, delete: remove, list } = readQuestion;
    return { get: asks(get), set: asks(set), delete: asks(remove), list: asks(list) };
  }

  /** Takes an answer of the API. */
  told(message: KvToldMessage, value: Uint8Array): void {
    const open = this.#open.get(message.call);
    this.#open.delete(message.call);
    if (open === undefined) return;
    const { resolve, reject } = open.answered;
    if ('refused' in message)
      return reject(new Refused(message.refused.code, message.refused.message));
    const { answer } = message;
    if (!message.hasValue) return resolve(answer);
    resolve({ value: JSON.parse(Buffer.from(value).toString()) as unknown, ...(answer as object) });
  }

  #ask(runId: string, question: KvQuestion): Promise<unknown> {
    const attempt = this.#attempts.get(runId);
    if (attempt === undefined) throw new KvMistake('The run has ended');
    const waiting = [...this.#open.values()].filter((each) => each.runId === runId).length;
    if (waiting >= mostOpen) {
      throw new Refused(
        'kv_busy',
        `kv.${question.op}: ${mostOpen} calls wait for their answers. Await some of them first.`,
      );
    }
    const call = ++this.#last;
    const answered = Promise.withResolvers<unknown>();
    this.#open.set(call, { runId, answered });
    const { value, ...rest } = { value: '', ...question };
    this.#channel.send(launcherFrames.kvAsked, { attempt, call, ...rest }, encodeText(value));
    return answered.promise;
  }
}
