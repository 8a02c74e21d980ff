import { caps, type HelperTree } from '@castellan/protocol/frames';
import type { OwnPending } from './pending.ts';
import { type HostError, hostError } from './failures.ts';
import { Callbacks, type CallbackHost } from './callbacks.ts';
import { packArguments, unpackAnswer } from './parcels.ts';

const { parse } = JSON;
const { defineProperty, keys } = Object;
const { apply } = Reflect;
const PromiseOf = Promise;
const { withResolvers } = Promise;
// Frees what has been sent: nobody waits for the collector, which does not hurry for bytes outside of its heap.
const { transfer } = ArrayBuffer.prototype;
const ErrorOf = Error;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  /** Where the script called. */
  readonly origin: Error;
  readonly kind: CallKind;
}

type CallKind = 'helper' | 'artifact';

/** The answer to a call or an artifact. */
type Reply =
  | { readonly ok: true; readonly json: string; readonly parcel?: true }
  | ({ readonly ok: false } & HostError);

/** How calls reach the launcher. */
export interface CallHost extends CallbackHost {
  call(id: number, path: string, args: string, bytes: Uint8Array | null): void;
  /** Blocks everything in the box until the answer is there: JSON text of a `Reply`. */
  callSync(path: string, args: string, bytes: Uint8Array | null): string;
  /** The bytes of the last synchronous answer. */
  replyBytes(): Uint8Array;
  /** Told when the first answer is waited for, and when none is any more. */
  awaitAnswers?(areAwaited: boolean): void;
}

/** The calls of a run that the launcher answers: helpers and artifacts. */
export class Calls {
  readonly #host: CallHost;
  /** A plain object without prototype: nothing that a script redefines is called. */
  readonly #waiting: Record<number, Waiting> = { __proto__: null } as never;
  readonly #pending: OwnPending;
  /** The functions among the arguments of helpers. */
  readonly callbacks: Callbacks;
  #lastId = 0;
  #open = 0;

  constructor(host: CallHost, pending: OwnPending) {
    this.#host = host;
    this.#pending = pending;
    this.callbacks = new Callbacks(host);
  }

  /** Sends a request and returns a promise that the launcher's answer settles. */
  request(send: (id: number) => void, kind: CallKind = 'helper'): Promise<unknown> {
    return promiseOf((settling) => this.#start(send, settling, kind));
  }

  #start(send: (id: number) => void, settling: Settling, kind: CallKind = 'helper'): void {
    if (this.#open >= caps.openCalls) {
      throw new RangeError(`More than ${caps.openCalls} calls are waiting for their answers`);
    }
    const id = ++this.#lastId;
    const origin = new ErrorOf();
    send(id);
    if (++this.#open === 1) this.#host.awaitAnswers?.(true);
    this.#pending[kind]++;
    this.#waiting[id] = { ...settling, origin, kind };
  }

  settle(id: number, replyText: string, bytes?: Uint8Array): void {
    const waiting = this.#waiting[id];
    if (waiting === undefined) return;
    delete this.#waiting[id];
    this.#pending[waiting.kind]--;
    if (--this.#open === 0) this.#host.awaitAnswers?.(false);
    const reply = parse(replyText) as Reply;
    if (reply.ok) waiting.resolve(unpackAnswer(reply.json, reply.parcel === true, bytes));
    else waiting.reject(hostError(reply, waiting.origin));
  }

  /** Defines the operator's helpers on `target`; a group is an object. */
  defineHelpers(target: object, shape: HelperTree, prefix = ''): void {
    for (const name of keys(shape)) {
      const part = shape[name];
      const path = prefix + name;
      let value: unknown;
      if (part === 'async' || part === 'sync') {
        value = part === 'async' ? this.remote(path) : this.#sync(path);
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

  /** A function that calls what has this path in the launcher. */
  remote(path: string): (...args: unknown[]) => Promise<unknown> {
    // No `async` function, which would look `then` up in the promise that it returns.
    return (...args) =>
      promiseOf((settling) => {
        const { text, bytes } = packArguments(path, args, this.callbacks.idOf);
        this.#start((id) => this.#host.call(id, path, text, bytes), settling);
        if (bytes !== null) apply(transfer, bytes.buffer, [0]);
      });
  }

  #sync(path: string): (...args: unknown[]) => unknown {
    return (...args) => {
      const { text, bytes } = packArguments(path, args, () => {
        throw new TypeError(
          `${path}() answers at once, and so cannot be given a function; an asynchronous helper can`,
        );
      });
      const reply = parse(this.#host.callSync(path, text, bytes)) as Reply;
      if (!reply.ok) throw hostError(reply);
      const isParcel = reply.parcel === true;
      return unpackAnswer(reply.json, isParcel, isParcel ? this.#host.replyBytes() : undefined);
    };
  }
}

type Settling = Pick<Waiting, 'resolve' | 'reject'>;

/** A promise that `start` settles, now or later. A `new Promise` would be a frame of the script's stack. */
function promiseOf(start: (settling: Settling) => void): Promise<unknown> {
  const { promise, resolve, reject } = apply(withResolvers, PromiseOf, []);
  try {
    start({ resolve, reject });
  } catch (error) {
    reject(error);
  }
  return promise;
}
