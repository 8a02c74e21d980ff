import type { InspectOptions } from 'node-inspect-extracted';
import { showBy, showMembers } from './format.ts';
import { inspectLibrary, wordsLibrary } from './lazy.ts';
import { spelled } from './spelled.ts';
import { waitable } from './timer-arguments.ts';
import type { Callback, Handled } from './words/timers.ts';

/** What handles do to their timers. */
export interface TimerControl<T extends Handled> {
  hold(timer: T, holds: boolean): void;
  restart(timer: T): void;
  clear(timer: T): void;
  /** A number that stands for the timer wherever a handle does, until it is done. */
  numberOf(timer: T): number;
}

/** The classes of handles, as functions and questions: no script makes a handle. */
export interface Handles<T extends Handled> {
  readonly classes: readonly [timeout: object, immediate: object];
  timeout(timer: T): object;
  immediate(timer: T): object;
  /** The timer of a `Timeout`. */
  ofTimeout(value: unknown): T | undefined;
  ofImmediate(value: unknown): T | undefined;
}

/**
 * Creates what `setTimeout`, `setInterval` and `setImmediate` return, as Node's. The members whose names begin
 * with a line are Node's as well: packages read and write them.
 */
export function createHandles<T extends Handled>(control: TimerControl<T>): Handles<T> {
  const token = Symbol('construct');
  let timerOf: (value: unknown) => T | undefined;
  // As in Node, nothing happens to what is no timer.
  const hold = (handle: object, holds: boolean): void => {
    const timer = timerOf(handle);
    if (timer !== undefined) control.hold(timer, holds);
  };

  /** What both classes have; one set of functions, as each costs time in every context. */
  class Handle {
    static {
      timerOf = (value) =>
        typeof value === 'object' && value !== null && #timer in value ? value.#timer : undefined;
    }

    readonly #timer: T;

    constructor(given: unknown, timer: T) {
      if (given !== token) throw new TypeError('Illegal constructor');
      this.#timer = timer;
    }

    unref(): this {
      hold(this, false);
      return this;
    }

    ref(): this {
      hold(this, true);
      return this;
    }

    hasRef(): boolean {
      const { holds, isImmediate, isDestroyed } = this.#timer;
      return holds && !(isImmediate && isDestroyed);
    }

    [Symbol.dispose](): void {
      control.clear(this.#timer);
    }

    get _destroyed(): boolean {
      return this.#timer.isDestroyed;
    }
  }

  const { Timeout, Immediate } = spelled(() => ({
    Timeout: class extends Handle {
      refresh(): this {
        control.restart(ofTimeout(this)!);
        return this;
      }

      close(): this {
        control.clear(ofTimeout(this)!);
        return this;
      }

      [Symbol.toPrimitive](): number {
        return control.numberOf(ofTimeout(this)!);
      }

      get _idleTimeout(): number {
        return ofTimeout(this)!.ms;
      }

      set _idleTimeout(value) {
        ofTimeout(this)!.ms = waitable(value);
      }

      get _repeat(): number | null {
        return ofTimeout(this)!.repeatMs;
      }

      set _repeat(value) {
        ofTimeout(this)!.repeatMs = value ? waitable(value) : null;
      }

      get _onTimeout(): Callback | null {
        return ofTimeout(this)!.callback;
      }

      set _onTimeout(value) {
        ofTimeout(this)!.callback = value;
      }
    },
    Immediate: class extends Handle {},
  }));

  const ofKind =
    (isImmediate: boolean) =>
    (value: unknown): T | undefined => {
      const timer = timerOf(value);
      return timer?.isImmediate === isImmediate ? timer : undefined;
    };
  const ofTimeout = ofKind(false);
  const ofImmediate = ofKind(true);

  // As in Node, nothing of what it holds is shown, however deep one looks.
  showBy(Timeout, function (_depth: unknown, options: InspectOptions) {
    const members = wordsLibrary().timeoutMembers(ofTimeout(this)!);
    return `Timeout ${inspectLibrary().inspect(members, { ...options, depth: 0 })}`;
  });
  showMembers(Immediate, (self) => wordsLibrary().immediateMembers(ofImmediate(self)!));

  return {
    classes: [Timeout, Immediate],
    timeout: (timer) => new Timeout(token, timer),
    immediate: (timer) => new Immediate(token, timer),
    ofTimeout,
    ofImmediate,
  };
}
