import { caps, type HelperTree } from '@castellan/protocol/frames';
import { toStrictJson } from '@castellan/protocol/json';
import { codedError, codedErrorAt } from './failures.ts';

const { parse } = JSON;
const { defineProperty, keys } = Object;
const PromiseOf = Promise;
const ErrorOf = Error;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  /** Where the script called. */
  readonly origin: Error;
  readonly isWrite: boolean;
}

/** The answer to a call or an artifact. */
type Reply =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** How calls reach the launcher. */
export interface CallHost {
  call(id: number, path: string, args: string): void;
  /** Blocks everything in the box until the answer is there: JSON text of a `Reply`. */
  callSync(path: string, args: string): string;
}

/** The calls of a run that the launcher answers: helpers and artifacts. */
export class Calls {
  readonly #host: CallHost;
  /** A plain object without prototype: nothing that a script redefines is called. */
  readonly #waiting: Record<number, Waiting> = { __proto__: null } as never;
  #lastId = 0;
  #open = 0;
  /** Artifacts among the open calls: they are kept even if the script does not wait for them. */
  #openWrites = 0;

  constructor(host: CallHost) {
    this.#host = host;
  }

  /** A sentence about what is dropped when a script ends: timers and open calls; null for nothing. */
  dropped(timers: number): string | null {
    const calls = this.#open - this.#openWrites;
    if (timers === 0 && calls === 0) return null;
    // The script may have redefined what arrays do.
    const and = timers > 0 && calls > 0 ? ' and ' : '';
    const what = `${counting(timers, 'timer')}${and}${counting(calls, 'call')}`;
    return `The script ended before ${what}; ${timers + calls === 1 ? 'it was' : 'they were'} dropped.`;
  }

  /** Sends a request and returns a promise that the launcher's answer settles. */
  request(send: (id: number) => void, isWrite = false): Promise<unknown> {
    if (this.#open >= caps.openCalls) {
      throw new RangeError(`More than ${caps.openCalls} calls are waiting for their answers`);
    }
    const id = ++this.#lastId;
    const origin = new ErrorOf();
    return new PromiseOf((resolve, reject) => {
      send(id);
      this.#open++;
      if (isWrite) this.#openWrites++;
      this.#waiting[id] = { resolve, reject, origin, isWrite };
    });
  }

  settle(id: number, replyText: string): void {
    const waiting = this.#waiting[id];
    if (waiting === undefined) return;
    delete this.#waiting[id];
    this.#open--;
    if (waiting.isWrite) this.#openWrites--;
    const reply = parse(replyText) as Reply;
    if (reply.ok) waiting.resolve(valueOf(reply.json));
    else waiting.reject(codedErrorAt(waiting.origin, reply.code, reply.message));
  }

  /** Defines the operator's helpers on `target`; a group is an object. */
  defineHelpers(target: object, shape: HelperTree, prefix = ''): void {
    for (const name of keys(shape)) {
      const part = shape[name];
      const path = prefix + name;
      let value: unknown;
      if (part === 'async' || part === 'sync') {
        value = part === 'async' ? this.#async(path) : this.#sync(path);
        defineProperty(value, 'name', { value: name, configurable: true });
      } else if (part !== undefined) {
        value = {};
        this.defineHelpers(value as object, part, `${path}.`);
      }
      defineProperty(target, name, {
        value,
        writable: true,
        configurable: true,
        enumerable: prefix !== '',
      });
    }
  }

  #async(path: string): (...args: unknown[]) => Promise<unknown> {
    return async (...args) => this.request((id) => this.#host.call(id, path, argsJson(args)));
  }

  #sync(path: string): (...args: unknown[]) => unknown {
    return (...args) => {
      const reply = parse(this.#host.callSync(path, argsJson(args))) as Reply;
      if (!reply.ok) throw codedError(reply.code, reply.message);
      return valueOf(reply.json);
    };
  }
}

function counting(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function argsJson(args: unknown[]): string {
  const json = toStrictJson(args, 'arguments');
  if (json.length > caps.helperArgs) {
    throw new RangeError(
      `The arguments are ${json.length} characters long, ${caps.helperArgs} are allowed`,
    );
  }
  return json;
}

function valueOf(json: string): unknown {
  return json === '' ? undefined : parse(json);
}
