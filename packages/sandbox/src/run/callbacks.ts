import { AsyncLocalStorage } from 'node:async_hooks';
import { CastellanError } from '@castellan/protocol';
import { caps, frameTypes } from '@castellan/protocol/frames';
import { packed } from '@castellan/protocol/json';
import { shown } from '@castellan/protocol/kinds';
import type { ReturnedMessage } from '../channel/helpers.ts';
import type { Link } from '../channel/link.ts';
import { bytesOf, fromText } from '../helpers/parcels.ts';

/** A function of a script, as a helper has it. */
export type Callback = (...args: unknown[]) => Promise<unknown>;

/** Bytes that the box has not read yet, beyond which no function of its script is called. */
const maxUnread = 16 * 2 ** 20;

/**
 * The functions of a script that were passed to helpers: callable while the run lives. What they return
 * or throw is hostile and copied.
 */
export class Callbacks {
  readonly #link: Link;
  readonly #known = new Map<number, Callback>();
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>();
  /** Holds in what runs on behalf of a synchronous helper. */
  readonly #isSync = new AsyncLocalStorage<true>();
  #lastCall = 0;
  #isOver = false;

  constructor(link: Link) {
    this.#link = link;
  }

  /**
   * Calls a synchronous helper. The script stands still until it has returned, so functions of the
   * script that it, or whatever it starts, calls meanwhile are rejected at once.
   */
  duringSync<Result>(call: () => Result): Result {
    return this.#isSync.run(true, call);
  }

  /** The same for the same number. Throws when the box passes more functions than it may. */
  of(id: number): Callback {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    if (this.#known.size >= caps.callbacks) throw new Error('too many functions were passed');
    const callback: Callback = (...args) => {
      const answer = this.#answer(id, args);
      // A helper that does not wait for an answer must not end the launcher with its failure.
      answer.catch(() => undefined);
      return answer;
    };
    this.#known.set(id, callback);
    return callback;
  }

  /** Takes what a function returned or threw. Throws when the box breaks the protocol. */
  take({ call, ok, text, parts, error }: ReturnedMessage): void {
    const open = this.#open.get(call);
    if (open === undefined) throw new Error('a function answered a call that nobody made');
    this.#open.delete(call);
    if (!ok) return open.reject(failed(`${error.name}: ${error.message}`));
    try {
      open.resolve(text === '' ? undefined : fromText(text, parts, 'The result'));
    } catch (reason) {
      open.reject(failed((reason as Error).message));
    }
  }

  /** Called at the end of the run: open calls and all further ones are rejected. */
  stop(): void {
    this.#isOver = true;
    for (const { reject } of this.#open.values()) reject(ended());
    this.#open.clear();
  }

  async #answer(id: number, args: unknown[]): Promise<unknown> {
    if (this.#isOver) throw ended();
    if (this.#isSync.getStore() === true) {
      throw failed(
        'the script waits for a synchronous helper, and can answer nothing before it returns',
      );
    }
    if (this.#open.size >= caps.openCallbacks || this.#link.unread > maxUnread) {
      throw failed(`more than ${caps.openCallbacks} calls, or too many bytes, wait for the script`);
    }
    const { text, bytes } = packed(args, 'arguments', bytesOf);
    const call = ++this.#lastCall;
    const answer = Promise.withResolvers<unknown>();
    this.#open.set(call, answer);
    const message = { call, id, json: text, ...(bytes === null ? {} : { parcel: true }) };
    this.#link.send(frameTypes.callback, message, ...(bytes === null ? [] : [bytes]));
    return answer.promise;
  }
}

function ended(): CastellanError {
  return new CastellanError(
    'run_ended',
    'The run whose script passed this function has ended; it cannot be called any more.',
  );
}

/** What a script says is shown on one line, without control characters. */
function failed(why: string): CastellanError {
  const text = shown(why, caps.errorMessage).replace(/^"|"$/g, '');
  return new CastellanError('callback_failed', `The function of the script failed: ${text}`);
}
