import { caps } from '@castellan/protocol/frames';
import { apply, mapGet, mapSet } from '../guest/platform/natives.ts';
import { describe } from './failures.ts';
import { packResult, unpackAnswer } from './parcels.ts';

const { stringify } = JSON;
const PromiseOf = Promise;

/** How a function's result reaches the launcher. */
export interface CallbackHost {
  /** `failure` is JSON text of `{ name, message }`; null for a function that returned. */
  returned(call: number, failure: string | null, text: string, bytes: Uint8Array | null): void;
}

/** The functions that a script has passed to helpers. They live as long as the run. */
export class Callbacks {
  readonly #host: CallbackHost;
  readonly #ids = new Map<object, number>();
  /** Without prototype: a script may have put a setter where an index is written. */
  readonly #functions: Record<number, object> = { __proto__: null } as never;
  #count = 0;

  constructor(host: CallbackHost) {
    this.#host = host;
  }

  /** The number by which the launcher calls a function; the same each time. */
  readonly idOf = (fn: object): number => {
    const known = mapGet(this.#ids, fn);
    if (known !== undefined) return known;
    if (this.#count >= caps.callbacks) {
      throw new RangeError(`More than ${caps.callbacks} functions were passed to helpers`);
    }
    const id = ++this.#count;
    mapSet(this.#ids, fn, id);
    this.#functions[id] = fn;
    return id;
  };

  /** Calls a function for a helper. What it throws goes to the helper and never ends the run. */
  async call(
    call: number,
    id: number,
    json: string,
    isParcel: boolean,
    bytes: Uint8Array,
  ): Promise<void> {
    try {
      const args = unpackAnswer(json, isParcel, bytes) as unknown[];
      const result = await new PromiseOf((resolve) =>
        resolve(apply(this.#functions[id] as () => unknown, undefined, args)),
      );
      const { text, bytes: sent } = packResult(result);
      this.#host.returned(call, null, text, sent);
    } catch (error) {
      const { name, message } = describe(error, () => 'a value that cannot be shown');
      this.#host.returned(call, stringify({ name, message }), '', null);
    }
  }
}
