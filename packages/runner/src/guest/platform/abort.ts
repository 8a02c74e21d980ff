import { DOMException } from './dom-exception.ts';
import type { EventTargetClass } from './event-target.ts';
import type { Events } from './events.ts';
import { showMembers } from './format.ts';

type Handler = (this: unknown, event: Event) => unknown;

/** The abort classes of one global scope. */
export interface AbortClasses {
  readonly AbortSignal: typeof globalThis.AbortSignal;
  readonly AbortController: typeof globalThis.AbortController;
}

/** Creates the DOM standard's AbortSignal and AbortController. */
export function createAbort(
  { Event, stateOf }: Events,
  EventTarget: EventTargetClass,
  startTimer: (callback: () => void, ms: number) => void,
): AbortClasses {
  const token = Symbol('construct');
  let abort: (signal: AbortSignal, reason: unknown) => void;

  class AbortSignal extends EventTarget {
    #isAborted = false;
    #reason: unknown = undefined;
    #handler: Handler | null = null;
    /** Signals that `any` made from this one, which are aborted with it. */
    #dependents = new Set<AbortSignal>();
    /** The signals, none of them dependent itself, from which `any` made this one. */
    #sources = new Set<AbortSignal>();

    static {
      abort = (signal, reason) => signal.#abort(reason);
    }

    constructor(...given: unknown[]) {
      if (given[0] !== token) throw new TypeError('Illegal constructor');
      super();
    }

    static abort(reason?: unknown): AbortSignal {
      const signal = new AbortSignal(token);
      signal.#isAborted = true;
      signal.#reason = reason === undefined ? abortError() : reason;
      return signal;
    }

    static timeout(milliseconds: number): AbortSignal {
      const ms = Number(milliseconds);
      if (!(ms >= 0 && ms <= Number.MAX_SAFE_INTEGER)) {
        throw new TypeError(
          `AbortSignal.timeout: ${String(milliseconds)} is no number of milliseconds`,
        );
      }
      const signal = new AbortSignal(token);
      startTimer(() => signal.#abort(timeoutError()), Math.trunc(ms));
      return signal;
    }

    static any(signals: Iterable<AbortSignal>): AbortSignal {
      const result = new AbortSignal(token);
      const list = [...signals];
      for (const signal of list) {
        if (!(typeof signal === 'object' && signal !== null && #isAborted in signal)) {
          throw new TypeError('AbortSignal.any: every signal must be an AbortSignal');
        }
      }
      const aborted = list.find((signal) => signal.#isAborted);
      if (aborted !== undefined) {
        result.#isAborted = true;
        result.#reason = aborted.#reason;
        return result;
      }
      for (const signal of list) {
        const roots = signal.#sources.size === 0 ? [signal] : signal.#sources;
        for (const root of roots) {
          root.#dependents.add(result);
          result.#sources.add(root);
        }
      }
      return result;
    }

    get aborted(): boolean {
      return this.#isAborted;
    }

    get reason(): unknown {
      return this.#reason;
    }

    get onabort(): Handler | null {
      return this.#handler;
    }

    set onabort(handler: unknown) {
      const had = this.#handler !== null;
      this.#handler = typeof handler === 'function' ? (handler as Handler) : null;
      if (!had && this.#handler !== null) this.addEventListener('abort', this.#onAbort);
      if (had && this.#handler === null) this.removeEventListener('abort', this.#onAbort);
    }

    throwIfAborted(): void {
      if (this.#isAborted) throw this.#reason;
    }

    readonly #onAbort = (event: Event): unknown => this.#handler?.call(this, event);

    #abort(reason: unknown): void {
      if (this.#isAborted) return;
      this.#isAborted = true;
      this.#reason = reason === undefined ? abortError() : reason;
      const reached: AbortSignal[] = [this];
      // Every dependent has its reason before the first listener of any of them runs.
      for (const dependent of this.#dependents) {
        for (const source of dependent.#sources) {
          if (source !== this) source.#dependents.delete(dependent);
        }
        if (dependent.#isAborted) continue;
        dependent.#isAborted = true;
        dependent.#reason = this.#reason;
        reached.push(dependent);
      }
      this.#dependents.clear();
      for (const signal of reached) {
        const event = new Event('abort');
        stateOf(event).isTrusted = true;
        signal.dispatchEvent(event);
      }
    }
  }

  class AbortController {
    readonly #signal = new AbortSignal(token);

    get signal(): AbortSignal {
      return this.#signal;
    }

    abort(reason?: unknown): void {
      abort(this.#signal, reason);
    }
  }

  for (const abortWith of [AbortSignal.abort, AbortController.prototype.abort]) {
    Object.defineProperty(abortWith, 'length', { value: 0 });
  }
  showMembers(AbortSignal, ({ aborted }) => ({ aborted }));
  showMembers(AbortController, ({ signal }) => ({ signal }));
  const classes: unknown = { AbortSignal, AbortController };
  return classes as AbortClasses;
}

function abortError(): DOMException {
  return new DOMException('This operation was aborted', 'AbortError');
}

function timeoutError(): DOMException {
  return new DOMException('The operation was aborted due to timeout', 'TimeoutError');
}
