import { bareList } from './platform/natives.ts';

const WeakRefOf = WeakRef;
const { deref } = WeakRef.prototype;
const { apply } = Reflect;

interface Seen {
  readonly error: WeakRef<object>;
  readonly stack: string;
}

/** More than can be thrown to the host at the end of one turn. */
const kept = 64;

/**
 * The errors whose stacks were formatted last. What the isolate throws to the host, an unhandled
 * rejection or the end of a module, arrives there as a copy without code, cause and fields; copying
 * formats the stack, so that the error itself is found here by it.
 */
export class RecentErrors {
  readonly #seen = bareList<Seen>();
  #next = 0;

  add(error: object, stack: string): void {
    this.#seen[this.#next] = { error: new WeakRefOf(error), stack };
    this.#next = (this.#next + 1) % kept;
  }

  /** The error with that stack; undefined for none. */
  find(stack: string): object | undefined {
    for (let age = 1; age <= kept; age++) {
      const seen = this.#seen[(this.#next + kept - age) % kept];
      if (seen === undefined) return undefined;
      if (seen.stack === stack) return apply(deref, seen.error, []) as object | undefined;
    }
    return undefined;
  }
}
