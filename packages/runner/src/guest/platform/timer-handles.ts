import type { InspectOptions } from 'node-inspect-extracted';
import { showBy, showMembers } from './format.ts';
import { inspectLibrary } from './lazy.ts';
import { waitable } from './timer-arguments.ts';

export type Callback = (...values: unknown[]) => unknown;

/** A timer as its handle sees it. */
export interface Handled {
  readonly id: number;
  callback: Callback | null;
  values: readonly unknown[];
  /** Milliseconds that it waits; -1 once it has been cleared. */
  ms: number;
  /** Milliseconds between two calls of an interval; null for a single call. */
  repeatMs: number | null;
  /** Milliseconds of the clock at which it was armed last. */
  startMs: number;
  /** Whether a run goes on while it is armed. */
  holds: boolean;
  isDestroyed: boolean;
  isNumbered: boolean;
}

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
  const check = (given: unknown): void => {
    if (given !== token) throw new TypeError('Illegal constructor');
  };
  let ofTimeout: Handles<T>['ofTimeout'];
  let ofImmediate: Handles<T>['ofImmediate'];

  // As in Node, nothing happens to what is no timer.
  const hold = (timer: T | undefined, holds: boolean): void => {
    if (timer !== undefined) control.hold(timer, holds);
  };

  class Timeout {
    static {
      ofTimeout = (value) =>
        typeof value === 'object' && value !== null && #timer in value ? value.#timer : undefined;
    }

    readonly #timer: T;

    constructor(given: unknown, timer: T) {
      check(given);
      this.#timer = timer;
    }

    refresh(): this {
      control.restart(this.#timer);
      return this;
    }

    unref(): this {
      hold(ofTimeout(this), false);
      return this;
    }

    ref(): this {
      hold(ofTimeout(this), true);
      return this;
    }

    hasRef(): boolean {
      return this.#timer.holds;
    }

    close(): this {
      control.clear(this.#timer);
      return this;
    }

    [Symbol.dispose](): void {
      control.clear(this.#timer);
    }

    [Symbol.toPrimitive](): number {
      return control.numberOf(this.#timer);
    }

    get _destroyed(): boolean {
      return this.#timer.isDestroyed;
    }

    get _idleTimeout(): number {
      return this.#timer.ms;
    }

    set _idleTimeout(value) {
      this.#timer.ms = waitable(value);
    }

    get _repeat(): number | null {
      return this.#timer.repeatMs;
    }

    set _repeat(value) {
      this.#timer.repeatMs = value ? waitable(value) : null;
    }

    get _onTimeout(): Callback | null {
      return this.#timer.callback;
    }

    set _onTimeout(value) {
      this.#timer.callback = value;
    }
  }

  class Immediate {
    static {
      ofImmediate = (value) =>
        typeof value === 'object' && value !== null && #timer in value ? value.#timer : undefined;
    }

    readonly #timer: T;

    constructor(given: unknown, timer: T) {
      check(given);
      this.#timer = timer;
    }

    ref(): this {
      hold(ofImmediate(this), true);
      return this;
    }

    unref(): this {
      hold(ofImmediate(this), false);
      return this;
    }

    hasRef(): boolean {
      return this.#timer.holds && !this.#timer.isDestroyed;
    }

    [Symbol.dispose](): void {
      control.clear(this.#timer);
    }

    get _destroyed(): boolean {
      return this.#timer.isDestroyed;
    }
  }

  // A bundler may have renamed them.
  for (const [ctor, name] of [
    [Timeout, 'Timeout'],
    [Immediate, 'Immediate'],
  ] as const)
    Object.defineProperty(ctor, 'name', { value: name });
  // As in Node, nothing of what it holds is shown, however deep one looks.
  showBy(Timeout, function (_depth: unknown, options: InspectOptions) {
    const members = timeoutMembers(ofTimeout(this)!);
    return `Timeout ${inspectLibrary().inspect(members, { ...options, depth: 0 })}`;
  });
  showMembers(Immediate, (self) => immediateMembers(ofImmediate(self)!));

  return {
    classes: [Timeout, Immediate],
    timeout: (timer) => new Timeout(token, timer),
    immediate: (timer) => new Immediate(token, timer),
    ofTimeout: ofTimeout!,
    ofImmediate: ofImmediate!,
  };
}

/** What Node shows of a timeout, which has its place in a list while it is armed. */
function timeoutMembers(timer: Handled): object {
  class TimersList {
    readonly _idleNext = null;
  }
  Object.defineProperty(TimersList, 'name', { value: 'TimersList' });
  const list = timer.isDestroyed ? null : new TimersList();
  return {
    _idleTimeout: timer.ms,
    _idlePrev: list,
    _idleNext: list,
    _idleStart: timer.startMs,
    _onTimeout: timer.callback ?? undefined,
    _timerArgs: argumentsOf(timer),
    _repeat: timer.repeatMs,
    _destroyed: timer.isDestroyed,
    [Symbol('refed')]: timer.holds,
    [Symbol('kHasPrimitive')]: timer.isNumbered,
    [Symbol('asyncId')]: timer.id,
    [Symbol('triggerId')]: 1,
    [Symbol('kAsyncContextFrame')]: undefined,
  };
}

function immediateMembers(timer: Handled): object {
  return {
    _idleNext: null,
    _idlePrev: null,
    _onImmediate: timer.callback ?? undefined,
    _argv: argumentsOf(timer),
    _destroyed: timer.isDestroyed,
    [Symbol('refed')]: timer.isDestroyed ? null : timer.holds,
    [Symbol('asyncId')]: timer.id,
    [Symbol('triggerId')]: 1,
    [Symbol('kAsyncContextFrame')]: undefined,
  };
}

const argumentsOf = ({ values }: Handled): readonly unknown[] | undefined =>
  values.length > 0 ? values : undefined;
