/** What is shown and said of timers, in Node's words. */

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
  readonly isImmediate: boolean;
  isNumbered: boolean;
}

/** What Node shows of a timeout, which has its place in a list while it is armed. */
export function timeoutMembers(timer: Handled): object {
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

export function immediateMembers(timer: Handled): object {
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

/** Why a time is none that a timer can wait. */
export function durationWarning(ms: number): string {
  const [kind, what] =
    ms < 0
      ? ['Negative', 'is a negative number']
      : ms > 0
        ? ['Overflow', 'does not fit into a 32-bit signed integer']
        : ['NaN', 'is not a number'];
  return `Timeout${kind}Warning: ${ms} ${what}.\nTimeout duration was set to 1.`;
}

/** Why `value`, which is shown as `shown`, is no callback. */
export function callbackError(value: unknown, shown: string): string {
  let received = typeof value === 'object' ? shown : `type ${typeof value} (${shown})`;
  if (value === undefined || value === null) received = shown;
  else if (typeof value === 'object' && typeof value.constructor === 'function')
    received = `an instance of ${value.constructor.name}`;
  return `The "callback" argument must be of type function. Received ${received}`;
}
